import "reflect-metadata";
import { SCHOOL } from "../../examples/agencies/school/src/records.js";
import { STATION } from "../../examples/agencies/station/src/records.js";
import { parseConfig } from "../../src/config.js";
import { keptBy } from "../../src/federation/kept.js";
import type { Asker as HubAsker } from "../../src/policy/decide.js";
import { FACT } from "../../src/policy/facts.js";
import { atHome, outsider, toldBy } from "../../src/policy/home.js";
import { loadPolicy } from "../../src/policy/load.js";
import { ROLES, type Role, SHOWN_LEVELS } from "../../src/policy/policy.js";
import { agencyInForce } from "../../src/server/agency.js";
import { levelForOthers, levelForOwn, wordOf } from "./at-home.js";
import { type Asker, bitsNamed, subsetsOf } from "./reading.js";
import { everybody, nameOf, Proof } from "./rules.js";

const policy = await loadPolicy("policies");
const KINDS = ROLES.flatMap((role) => {
  const rows = keptBy(policy, role);
  return rows.length > 0 ? [{ role, rows }] : [];
});
/** Those that ship: what their truth tables say is what their statements and walks ask. */
const SHIPPED = [SCHOOL, STATION].map((definition) => ({ definition, role: definition.role }));

/**
 * What an agency shows of the groups that it keeps at home, for every row, post and purpose, and everything that may hold at
 * the hub and at home: the hub's word is made of the one, the agency decides by it and the other.
 */
describe("an agency that keeps a row at home decides as docs/decisions/0015 says", () => {
  it.each(KINDS)("$role over its own people, whatever the hub and it know", ({ role, rows }) => {
    const decider = atHome(role);
    const proof = new Proof();
    for (const { row } of rows)
      forAll(role, row, (asker, hubAsker, atHub, known) => {
        const expected = levelForOwn(row, asker, atHub, known);
        const level = decider.level(rowOf(row), hubAsker, known | told(row, asker, atHub));
        proof.take(level === expected, level !== "-", () => differing(row, asker, atHub, known, level, expected));
      });
    proof.close(`${role} ${rows.map(({ row }) => row).join(" ")}`, 0);
  });

  it.each(SHIPPED)(
    "and the tables by which the $role that ships answers say the same",
    async ({ definition, role }) => {
      const name = role === "SCHOOL" ? "school" : "station";
      const { activation } = await agencyInForce(parseConfig({}, JSON.stringify({ federation: { name } })), definition);
      const proof = new Proof();
      const shown = [...new Set([...activation.tree.leaves.keys()].map((leaf) => leaf.split(".")[0] ?? ""))];
      for (const row of shown)
        forAll(role, row, (asker, hubAsker, atHub, known) => {
          const expected = levelForOwn(row, asker, atHub, known);
          const level = activation.tables.level(rowOf(row), hubAsker, known | told(row, asker, atHub));
          proof.take(level === expected, level !== "-", () => differing(row, asker, atHub, known, level, expected));
        });
      proof.close(`tables of ${role}`, 20);
    },
  );

  it.each(KINDS)(
    "$role over everybody else: by the hub's word alone, and never what may not leave its source",
    (kind) => {
      for (const { row } of kind.rows)
        for (const level of SHOWN_LEVELS)
          for (const byTheHub of [false, true])
            expect({
              row,
              level: atHome(kind.role).level(
                rowOf(row),
                outsider(kind.role),
                toldBy({ levels: { [row]: level }, byTheHub, assigned: byTheHub })[row] ?? 0,
              ),
            }).toEqual({ row, level: levelForOthers(row, level) });
    },
  );
});

/** Every post and purpose of the role, its own or not, and every two sets of facts that the cell names. */
function forAll(
  role: Role,
  row: string,
  take: (asker: Asker, hubAsker: HubAsker, atHub: number, atHome: number) => void,
): void {
  for (const [asker, hubAsker] of everybody({ policy })) {
    if (asker.role !== role) continue;
    const sets = [...subsetsOf(bitsNamed(row, asker))];
    for (const atHub of sets) for (const known of sets) take(asker, hubAsker, atHub, known);
  }
}

/** The hub's word as the agency finds it beside the facts of the row. */
function told(row: string, asker: Asker, atHub: number): number {
  const { level, ...said } = wordOf(row, asker, atHub);
  return level === "-" || level === "A" ? 0 : (toldBy({ levels: { [row]: level }, ...said })[row] ?? 0);
}

function rowOf(name: string) {
  const row = policy.rows.get(name);
  if (!row) throw new TypeError(`The policy has no row ${name}`);
  return row;
}

const factsIn = (facts: number) => Object.entries(FACT).flatMap(([name, bit]) => (facts & bit ? [name] : []));
const differing = (row: string, asker: Asker, atHub: number, known: number, level: string, expected: string) =>
  `${row} ${nameOf(asker)}, at the hub ${factsIn(atHub)}, at home ${factsIn(known)}: ${level}, expected ${expected}`;
