import "reflect-metadata";
import { getMetadataArgsStorage } from "typeorm";
import { ENTITIES } from "../../src/domain/index.js";
import { SharedRecord } from "../../src/domain/shared-record.js";
import { RECORD_TYPES, type RecordType } from "../../src/store/record-types.js";

/** The table of a record type, as its entity names it. */
export function tableOf(type: RecordType): string {
  const entity = entityOf(type);
  const table = getMetadataArgsStorage().tables.find(({ target }) => target === entity)?.name;
  if (table === undefined) throw new RangeError(`The entity ${type} names no table`);
  return table;
}

/** Properties of a record type that are columns of its own, and not of every record. */
export function columnsOf(type: RecordType): readonly string[] {
  const entity = entityOf(type);
  return getMetadataArgsStorage()
    .columns.filter(({ target }) => target === entity)
    .map(({ propertyName }) => propertyName);
}

/** The class of a record type has its name. */
export function entityOf(type: RecordType): new () => SharedRecord {
  const entities: readonly (new () => object)[] = ENTITIES;
  const entity = entities.find(
    (one): one is new () => SharedRecord => one.name === type && one.prototype instanceof SharedRecord,
  );
  if (!entity) throw new RangeError(`No entity has the name ${type}`);
  return entity;
}

/** One value for each record type. */
export const byType = <V>(of: (type: RecordType) => V): Readonly<Record<RecordType, V>> =>
  Object.fromEntries(RECORD_TYPES.map((type) => [type, of(type)])) as Record<RecordType, V>;

/** Root fields of a record type: one by its id, and a list. */
export function rootsOf(type: RecordType): readonly [one: string, many: string] {
  const one = type === "SensitiveIncident" ? "incident" : `${type.charAt(0).toLowerCase()}${type.slice(1)}`;
  return [one, `${one}s`];
}
