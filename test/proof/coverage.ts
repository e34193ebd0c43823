import { FACT } from "../../src/policy/facts.js";
import type { Holds } from "./holds.js";
import { type Asker, bitsNamed, type RecordType, subsetsOf } from "./reading.js";
import { ABOUT_MINOR } from "./world.js";

/** What a relation of the person brings with it: scope, where the post asks for one. */
const OF_A_PERSON = FACT.named | FACT.l | FACT.s | FACT.c | FACT.e;

/**
 * The sets of facts, of those that the cell names, that can hold at all: who is named takes part; whoever has a
 * relation of his own has the scope of his post; a department system has none; a part reaches a minor only over an
 * edge that opens for it.
 */
export function factsThatCanHold(group: string, type: RecordType, asker: Asker, holds: Holds): number[] {
  const bits = bitsNamed(group, asker);
  const { role, post } = asker;
  const reaches = (kind: string) =>
    (type !== "Minor" && !ABOUT_MINOR.includes(type)) || holds.reachesMinors(asker, kind);
  const [byAgency, byAssignment, byName] = [
    post.scope === "AGENCY" && reaches("PART"),
    post.name !== "SYSTEM_CLIENT" && reaches("ASSIGNED"),
    post.name !== "SYSTEM_CLIENT" && reaches("NAMED"),
  ];
  return [...subsetsOf(bits)].filter((facts) => {
    const has = (bit: number) => (facts & bit) !== 0;
    if (type === "CorrectionRequest" && bits & FACT.scope && has(FACT.scope) !== has(FACT.o | FACT.a)) return false;
    if (has(FACT.named) && (!byName || (bits & FACT.p && !has(FACT.p)))) return false;
    if (has(FACT.p) && !has(FACT.named) && !byAgency && !byAssignment && (bits & FACT.named || !byName)) return false;
    if (post.name === "SYSTEM_CLIENT" && has(OF_A_PERSON | FACT.scope)) return false;
    if (bits & FACT.scope && !has(FACT.scope) && has(OF_A_PERSON | FACT.p)) return false;
    return role !== "";
  });
}
