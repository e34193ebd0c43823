import { badUserInput, type Mistake, type Refusal } from "../errors.js";
import type { Activation } from "../policy/activate.js";
import type { WriteGuard, Written } from "../policy/coordinates.js";
import type { Asker } from "../policy/decide.js";
import type { Facts } from "../policy/facts.js";
import { notWritable, notWritten } from "../policy/say.js";
import { isRelated, isWriter } from "../policy/write.js";
import type { RecordType } from "../store/record-types.js";

/** Who wants to write, and by which mutation. */
export interface Writer {
  readonly activation: Activation;
  readonly asker: Asker;
  /** What the mutation says that it writes: nothing else can be written. */
  readonly guard: WriteGuard;
  /** Invented data only: values for ENVELOPED columns are taken. */
  readonly demo: boolean;
}

/** What is written of a record: property of its type -> value; what is absent or null writes nothing. */
export type Values = object;

/**
 * Writes of a group are for the role's `writers`, from a post and for a purpose that open it. Rows play no part, so
 * this is asked before any row is: the answer tells nothing about one.
 * @throws Refusal FIELD_NOT_SHARED  for the first field that is not the writer's
 * @throws Mistake BAD_USER_INPUT    a value for an ENVELOPED column outside the demo
 */
export function requireWritable(writer: Writer, type: RecordType, values: Values): void {
  const { activation, asker, guard } = writer;
  for (const written of writtenOf(writer, type, values)) {
    const refused = notWritable(activation.tables, written, asker, guard.isNew);
    if (refused) throw refused;
    requireEnvelope(writer, written, `input.${written.field}`);
  }
}

/**
 * ENVELOPED is opened at F only: a field that is its own content at M (a redacted text) is not in the envelope.
 * @throws Mistake BAD_USER_INPUT outside the demo
 */
export function requireEnvelope({ demo }: Writer, { guard: { row, content } }: Written, field: string): void {
  if (row.limits.has("ENVELOPED") && !content.includes("M") && !demo) throw notBeforeEnvelopes(field);
}

/** Whether the writer's agency writes this field of the record, from whatever post and for whatever purpose. */
export const isTheirs = ({ asker }: Pick<Writer, "asker">, written: Written, facts: Facts): boolean =>
  isWriter(written, asker.role) && isRelated(written, asker, facts);

/**
 * On a record that is there: it must be the agency's own (`o`), or what the mutation names instead must hold (`by`: `p`
 * for an edge, `a` for an answer). On NAMED_ONLY rows the writer is a person named on it.
 * @param facts of the row as it was loaded for the change
 * @throws Refusal FIELD_NOT_SHARED
 */
export function requireRelation(writer: Writer, type: RecordType, facts: Facts, values: Values): void {
  for (const written of writtenOf(writer, type, values))
    if (!isRelated(written, writer.asker, facts)) throw refusedByRow(writer, written, facts);
}

/** A correction can be proposed where the field's own content is shown. */
function refusedByRow({ activation: { tables }, asker }: Writer, written: Written, facts: Facts): Refusal {
  const { row, content } = written.guard;
  const level = tables.level(row, asker, facts);
  return notWritten(tables, written, level !== "-" && content.includes(level));
}

const writtenOf = (writer: Writer, type: RecordType, values: Values): Written[] =>
  Object.entries(values)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([field]) => fieldOf(writer, type, field));

function fieldOf({ guard }: Writer, type: RecordType, field: string): Written {
  const written = guard.written.find(({ coordinate }) => coordinate === `${type}.${field}`);
  if (!written) throw new TypeError(`The mutation does not say that it writes ${type}.${field}: @Writes`);
  return written;
}

const notBeforeEnvelopes = (field: string): Mistake =>
  badUserInput(
    field,
    "This hub cannot keep the value encrypted yet: not before envelopes",
    "本中枢尚不能加密保存该项",
    "Leave it out",
  );
