import "reflect-metadata";
import { getMetadataArgsStorage } from "typeorm";
import { ENTITIES } from "../../src/domain/index.js";
import { RECORD_TYPES, type RecordType } from "../../src/store/record-types.js";

/** The table of a record type, as its entity names it. */
export function tableOf(type: RecordType): string {
  const entity = ENTITIES.find(({ name }) => name === type);
  const table = getMetadataArgsStorage().tables.find(({ target }) => target === entity)?.name;
  if (table === undefined) throw new RangeError(`No entity has the name ${type}`);
  return table;
}

/** One value for each record type. */
export const byType = <V>(of: (type: RecordType) => V): Readonly<Record<RecordType, V>> =>
  Object.fromEntries(RECORD_TYPES.map((type) => [type, of(type)])) as Record<RecordType, V>;

/** Root fields of a record type: one by its id, and a list. */
export function rootsOf(type: RecordType): readonly [one: string, many: string] {
  const one = type === "SensitiveIncident" ? "incident" : `${type.charAt(0).toLowerCase()}${type.slice(1)}`;
  return [one, `${one}s`];
}
