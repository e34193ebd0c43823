import { badUserInput, type Mistake, Refusal } from "../errors.js";
import type { Activation } from "../policy/activate.js";
import { isEdge } from "../policy/anchor.js";
import type { Guard } from "../policy/coordinates.js";
import type { Asker } from "../policy/decide.js";
import { FACT, type Facts } from "../policy/facts.js";
import { type PolicyRow, SHOWN_LEVELS } from "../policy/policy.js";
import { fieldNotShared, mayShow, policyMark } from "../policy/say.js";
import type { RecordType } from "../store/viewer-settings.js";

/** Who wants to write. */
export interface Writer {
  readonly activation: Activation;
  readonly asker: Asker;
  /** Invented data only: values for ENVELOPED columns are taken. */
  readonly demo: boolean;
}

/** What is written of a record: property of its type -> value; what is absent or null writes nothing. */
export type Written = object;

type GroupGuard = Extract<Guard, { kind: "group" }>;
interface Coordinate {
  readonly coordinate: string;
  readonly field: string;
  readonly guard: GroupGuard;
}

/** Beside edges: whoever takes part may bring others in. */
const OPEN_TO_PARTICIPANTS: ReadonlySet<string> = new Set(["Case.participants"]);

/**
 * Writes of a group are for the role's `writers`, from a post and for a purpose that open it. Rows play no part, so
 * this is asked before any row is: the answer tells nothing about one.
 * @throws Refusal FIELD_NOT_SHARED  for the first field that is not the writer's
 * @throws Mistake BAD_USER_INPUT    a value for an ENVELOPED column outside the demo
 */
export function requireWritable(writer: Writer, type: RecordType, written: Written): void {
  const { activation, asker, demo } = writer;
  for (const { coordinate, field, guard } of coordinatesOf(writer, type, written)) {
    if (!guard.row.writers.has(asker.role))
      throw notWritten(writer, coordinate, guard, mayShow(activation.tables, guard, asker));
    if (!opens(writer, guard.row)) throw fieldNotShared(activation.tables, coordinate, guard, asker);
    // ENVELOPED is opened at F only: a field that is its own content at M (a redacted text) is not in the envelope.
    if (guard.row.limits.has("ENVELOPED") && !guard.content.includes("M") && !demo) throw notBeforeEnvelopes(field);
  }
}

/**
 * On a record that is there: it must be the agency's own (`o`), or for an edge or a participant one that it takes part
 * in (`p`). On NAMED_ONLY rows the writer is a person named on it.
 * @param facts of the row as it was loaded for the change
 * @throws Refusal FIELD_NOT_SHARED
 */
export function requireRelation(writer: Writer, type: RecordType, facts: Facts, written: Written): void {
  for (const { coordinate, field, guard } of coordinatesOf(writer, type, written)) {
    const takingPart = isEdge(guard.row.record) || OPEN_TO_PARTICIPANTS.has(coordinate);
    const related = (facts & (takingPart ? FACT.o | FACT.p | FACT.named : FACT.o)) !== 0;
    const named = !guard.row.limits.has("NAMED_ONLY") || (facts & FACT.named) !== 0;
    if (!related || !named) throw notYours(writer, type, facts, field);
  }
}

/** The refusal to write one field of a record that is there; a correction can be proposed where it is shown. */
export function notYours(writer: Writer, type: RecordType, facts: Facts, field: string): Refusal {
  const { coordinate, guard } = coordinateOf(writer, type, field);
  const level = writer.activation.tables.level(guard.row, writer.asker, facts);
  return notWritten(writer, coordinate, guard, level !== "-" && guard.levels.includes(level));
}

/**
 * A post is bound by its groups. A department system by itself has no groups to read persons with, and writes what its
 * agency writes (a roster, a custody notice): what some post of the agency opens. policy/posts.csv, `machine`
 */
function opens({ activation: { tables, policy }, asker }: Writer, row: PolicyRow): boolean {
  const posts = asker.post.may.has("machine") ? policy.postsOf(asker.role) : [asker.post];
  return posts.some((post) => tables.possible(row, SHOWN_LEVELS, { ...asker, post }));
}

const coordinatesOf = (writer: Writer, type: RecordType, written: Written): Coordinate[] =>
  Object.entries(written)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([field]) => coordinateOf(writer, type, field));

function coordinateOf({ activation }: Writer, type: RecordType, field: string): Coordinate {
  const coordinate = `${type}.${field}`;
  const guard = activation.coordinates.get(coordinate);
  if (guard?.kind !== "group") throw new TypeError(`${coordinate} has no group, so nobody can have the right to it`);
  return { coordinate, field, guard };
}

function notWritten({ activation }: Writer, coordinate: string, { row }: GroupGuard, shown: boolean): Refusal {
  return new Refusal("FIELD_NOT_SHARED", {
    message: `${coordinate} is not yours to write`,
    messageZh: `${coordinate}(${row.groupZh})不由您登记`,
    coordinate,
    policy: policyMark(activation.policy, row.row),
    basis: [row.reason],
    writers: [...row.writers],
    remedy: shown ? { kind: "PROPOSE_CORRECTION" } : null,
  });
}

const notBeforeEnvelopes = (field: string): Mistake =>
  badUserInput(
    `input.${field}`,
    "This hub cannot keep the value encrypted yet: not before envelopes",
    "本中枢尚不能加密保存该项",
    "Leave it out",
  );
