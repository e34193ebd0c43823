import { GraphQLID, type GraphQLInputType, getNamedType, isLeafType } from "graphql";
import { isRecordType, type RecordType } from "../store/record-types.js";
import type { Coordinates, Written } from "./coordinates.js";

/** A field of a record that is there, of which another value can be proposed. */
export interface Correctable {
  /** "Minor.homeAddress" */
  readonly coordinate: string;
  readonly type: RecordType;
  readonly written: Written;
  /** Input of the command that makes such records, and the type that the field has in it. */
  readonly input: { readonly name: string; readonly type: GraphQLInputType };
  /** A command writes it afterwards as well: an end, an entry in the ledger. What is not there is that command's to write. */
  readonly isStep: boolean;
}

const known = new WeakMap<Coordinates, ReadonlyMap<string, Correctable>>();

/**
 * What a correction can be proposed of, by coordinate: every value that a command takes to make a record. What only comes of a
 * record afterwards - a stage, others who take part - has commands of its own, and a text that must be redacted at intake is
 * its source's alone.
 */
export function correctablesOf(coordinates: Coordinates): ReadonlyMap<string, Correctable> {
  const found = known.get(coordinates) ?? findCorrectables(coordinates);
  known.set(coordinates, found);
  return found;
}

export function findCorrectables(coordinates: Coordinates): ReadonlyMap<string, Correctable> {
  const found = new Map<string, Correctable>();
  const writes = [...coordinates.values()].filter((guard) => guard.kind === "write");
  const steps = new Set(
    writes.flatMap(({ isNew, written }) =>
      isNew ? [] : written.filter(({ always }) => always).map(({ coordinate }) => coordinate),
    ),
  );
  for (const guard of writes) {
    if (!guard.isNew) continue;
    const type = guard.anchor.record;
    // A request is corrected by another one.
    if (!isRecordType(type) || type === "CorrectionRequest") continue;
    for (const written of guard.written) {
      const { coordinate, input } = written;
      if (input && isValue(input.type) && !written.guard.row.limits.has("REDACT_AT_INTAKE"))
        found.set(coordinate, { coordinate, type, written, input, isStep: steps.has(coordinate) });
    }
  }
  return found;
}

/** Not another record, nor what belongs to one. */
function isValue(type: GraphQLInputType): boolean {
  const named = getNamedType(type);
  return isLeafType(named) && named !== GraphQLID;
}
