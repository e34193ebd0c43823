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
}

const known = new WeakMap<Coordinates, ReadonlyMap<string, Correctable>>();

/**
 * What a correction can be proposed of, by coordinate: every value that a command takes to make a record. What comes of a
 * record afterwards - a stage, an end, others who take part - has commands of its own, and a text that must be redacted at
 * intake is its source's alone.
 */
export function correctablesOf(coordinates: Coordinates): ReadonlyMap<string, Correctable> {
  const found = known.get(coordinates) ?? findCorrectables(coordinates);
  known.set(coordinates, found);
  return found;
}

export function findCorrectables(coordinates: Coordinates): ReadonlyMap<string, Correctable> {
  const found = new Map<string, Correctable>();
  for (const guard of coordinates.values()) {
    if (guard.kind !== "write" || !guard.isNew) continue;
    const type = guard.anchor.record;
    // A request is corrected by another one.
    if (!isRecordType(type) || type === "CorrectionRequest") continue;
    for (const written of guard.written) {
      const { coordinate, input } = written;
      if (input && isValue(input.type) && !written.guard.row.limits.has("REDACT_AT_INTAKE"))
        found.set(coordinate, { coordinate, type, written, input });
    }
  }
  return found;
}

/** Not another record, nor what belongs to one. */
function isValue(type: GraphQLInputType): boolean {
  const named = getNamedType(type);
  return isLeafType(named) && named !== GraphQLID;
}
