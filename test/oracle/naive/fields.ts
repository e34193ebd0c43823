import {
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isListType,
  isObjectType,
} from "graphql";
import type { ObjectLiteral } from "typeorm";
import { conditionsMet, isShown } from "../../../src/policy/decide.js";
import { inWords } from "../../../src/policy/explain.js";
import type { Level, PolicyRow } from "../../../src/policy/policy.js";
import { fieldMarks } from "../../../src/read/marks.js";
import type { Belonging, Edge, Pointing } from "../../../src/read/record.js";
import { RECORD_TYPES, type RecordType } from "../../../src/store/record-types.js";
import { type Asked, Part, Seen } from "./asked.js";
import { newestFirst } from "./lists.js";
import { meaningOf } from "./meaning.js";
import { can, guarding, ROOTS } from "./roots.js";

type Resolver = GraphQLFieldResolver<unknown, Asked>;

/** Gives every field of the schema a resolver of ours, by what its decorators say. */
export function resolveNaively(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap()))
    if (isObjectType(type) && !type.name.startsWith("__"))
      for (const field of Object.values(type.getFields()))
        field.resolve = (type === schema.getQueryType() ? ROOTS[field.name] : undefined) ?? resolverOf(type, field);
}

function resolverOf(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>): Resolver {
  const { edge, belonging, pointing } = fieldMarks(field);
  if (field.name === "can") return can;
  return async (parent, _args, asked) => {
    if (parent instanceof Part) return ofRow(asked, type, field, parent);
    if (!(parent instanceof Seen)) return plain(parent, field.name);
    if (edge) return overEdge(asked, field, edge, parent);
    if (pointing) return pointed(asked, field, pointing, parent);
    if (belonging) return belongingTo(asked, field, belonging, parent);
    if (field.name === "id") return asked.ids.encode(parent.typename, parent.row.id);
    if (field.name === "disclosure") return disclosure(asked, parent);
    return ofRow(asked, type, field, parent);
  };
}

/** Of agencies, divisions, pages and the like, which hold nothing about a person. */
const plain = (parent: unknown, name: string): unknown =>
  typeof parent === "object" && parent !== null ? Reflect.get(parent, name) : undefined;

/** The value, or its mask at M. Whether anything is shown the rule tree has decided. */
async function ofRow(asked: Asked, type: GraphQLObjectType, field: GraphQLField<unknown, unknown>, of: Seen | Part) {
  const guard = asked.coordinates.get(`${type.name}.${field.name}`);
  if (guard?.kind !== "group") throw new TypeError(`${type.name}.${field.name} has no group`);
  const value = meaningOf(type.name, field, of.row, asked.now);
  if (value === null || value === undefined) return null;
  if (guard.mask !== undefined && asked.level(guard.row, of) === "M") return guard.mask;
  return referred(asked, field, value);
}

/** Agencies and divisions stand in rows as their keys. */
async function referred(asked: Asked, field: GraphQLField<unknown, unknown>, value: unknown): Promise<unknown> {
  const { name } = getNamedType(field.type);
  if (name === "Agency") return asked.directory.agency(String(value));
  if (name === "Division") return asked.directory.division(String(value));
  return value;
}

async function belongingTo(asked: Asked, field: GraphQLField<unknown, unknown>, belonging: Belonging, of: Seen) {
  const { target, by, give, running } = belonging;
  const all = await asked.data.belonging(target(), by, of.row.id);
  const rows = running
    ? all.filter(({ since, until }) => since <= asked.now && (until === null || until > asked.now))
    : all;
  if (give !== undefined) {
    const given = [...new Set(rows.map((row) => String(row[give])))].sort();
    return Promise.all(given.map((value) => referred(asked, field, value)));
  }
  const parts = [...rows].sort(byId).map((row) => new Part(row, of));
  return isListType(field.type) ? parts : parts[0];
}
const byId = (a: ObjectLiteral, b: ObjectLiteral) => (a["id"] < b["id"] ? -1 : 1);

/** The records at the other end that exist for the viewer, each over an edge that he may see. */
async function overEdge(asked: Asked, field: GraphQLField<unknown, unknown>, edge: Edge, near: Seen) {
  const type = recordType(getNamedType(field.type).name);
  const { rows, only, owner } = edge;
  const links = (await asked.data.belonging(edge.through(), edge.near, near.row.id)).filter(
    (link) => only === undefined || typeof rows === "string" || link[rows.property] === only,
  );
  const ends = await Promise.all(
    links.map(async (link) => {
      const far = await asked.see(type, await asked.data.record(type, String(link[edge.far])));
      // From its owner the edge is guarded by the rule of the field itself.
      const guard = asked.row(typeof rows === "string" ? rows : (rows.byValue[link[rows.property]] ?? ""));
      return far && (owner === "near" || asked.shown(guard, far, ["F"])) ? { far, guard } : null;
    }),
  );
  const there = ends.filter((end) => end !== null);
  const found = newestFirst(
    asked,
    type,
    there.map(({ far }) => far),
  ).slice(0, isListType(field.type) ? undefined : 1);
  for (const { far, guard } of there) if (found.includes(far)) disclosedOver(asked, edge, far, guard);
  return isListType(field.type) ? found : found[0];
}

/** The record that this one is about, or those that are about it, as far as they exist for the viewer. */
async function pointed(asked: Asked, field: GraphQLField<unknown, unknown>, { relation, back }: Pointing, near: Seen) {
  const type = recordType(getNamedType(field.type).name);
  const all = back
    ? (await asked.data.records(type)).filter((row) => Reflect.get(row, `${relation}Id`) === near.row.id)
    : [await asked.data.record(type, String(Reflect.get(near.row, `${relation}Id`)))];
  const found = newestFirst(asked, type, await asked.seeAll(type, all));
  for (const one of found) asked.disclose(one);
  return isListType(field.type) ? found : found[0];
}

/** The group of the edge is the far record's where its facts decide; from its owner, the field says it. */
function disclosedOver(asked: Asked, { owner }: Edge, far: Seen, guard: PolicyRow): void {
  asked.disclose(far);
  if (owner === "far") asked.disclose(far, guard, "F");
}

/** Every group of the type, its edges and what belongs to it: by relation, never by whether there is a value. */
const disclosure = (asked: Asked, seen: Seen) =>
  [...asked.policy.rows.values()]
    .filter(({ record }) => isAbout(record, seen.typename))
    .map((row) => {
      const decided = asked.level(row, seen);
      const level = isServed(asked, row, decided) ? decided : "-";
      const cell = row.cells.get(asked.asker.role) ?? [];
      const requestable = level !== "F" && cell.some(({ conditions }) => conditions.includes("r"));
      const because = level === "-" ? [] : conditionsMet(row, asked.asker, seen.facts).map(inWords);
      return { group: row.row, name: row.groupZh, level, requestable, because };
    });

/** Some field of a record shows the group at this level; a count is of no record, nor is what a register asks for. */
const isServed = ({ coordinates }: Asked, row: PolicyRow, decided: Level) =>
  isShown(decided) &&
  [...coordinates.values()]
    .filter(({ kind }) => kind !== "needs")
    .map(guarding)
    .some(({ rows, levels }) => rows.includes(row) && levels.some((level) => level === decided));

const isAbout = (record: string, type: RecordType) =>
  record === type || record.startsWith(`${type}.`) || (type === "Minor" && record === "Guardian");

function recordType(name: string): RecordType {
  const type = RECORD_TYPES.find((known) => known === name);
  if (!type) throw new TypeError(`${name} is no shared record`);
  return type;
}
