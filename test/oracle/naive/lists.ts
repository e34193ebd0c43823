import { isObjectType } from "graphql";
import { z } from "zod";
import { sharedMark } from "../../../src/read/marks.js";
import type { RecordType } from "../../../src/store/record-types.js";
import { type Asked, Seen } from "./asked.js";
import { placeOf, positionOf } from "./cursors.js";
import { meaningOf } from "./meaning.js";
import { badInput, fieldNotShared, notCompared, Refused } from "./refused.js";

const shape = z.object({
  first: z.number().nullish(),
  after: z.string().nullish(),
  last: z.number().nullish(),
  before: z.string().nullish(),
  filter: z.unknown().optional(),
  orderBy: z.object({ field: z.string(), direction: z.string() }).nullish(),
});
/** What a list is asked with, as graphql-js has read the arguments. */
export type ListArguments = z.infer<typeof shape>;
export const listArguments = (args: object): ListArguments => shape.parse(args);

interface Key {
  readonly name: string;
  readonly descending: boolean;
  /** null is last, always. */
  readonly of: (seen: Seen) => unknown;
}

/** A page of records in order, with the position of each as its cursor. */
export interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: Seen }[];
  readonly nodes: readonly Seen[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  readonly totalCount: number;
}

export async function page(asked: Asked, type: RecordType, args: ListArguments): Promise<Page> {
  const keys = orderKeys(asked, type, args.orderBy);
  const all = await asked.seeAll(type, await asked.data.records(type));
  const found = all.filter((seen) => matches(asked, seen, args.filter, true)).sort(comparing(keys));
  if (args.orderBy && found.length > 1) {
    const { shown, value } = content(asked, type, args.orderBy.field);
    asked.hidden.keys += found.filter((seen) => !shown(seen) && value(seen) !== null).length;
  }
  const backward = isBackward(args);
  const known = await recordAt(asked, type, args);
  const side = backward ? -1 : 1;
  const rest = known ? found.filter((seen) => side * comparing(keys)(seen, known) > 0) : found;
  const size = args.first ?? args.last ?? 20;
  const nodes = backward ? rest.slice(-size) : rest.slice(0, size);
  const [more, behind] = [rest.length > nodes.length, typeof (args.after ?? args.before) === "string"];
  for (const node of nodes)
    disclose(asked, node, [...(args.orderBy ? [args.orderBy.field] : []), ...propertiesOf(args.filter)]);
  return {
    edges: nodes.map((node) => ({ cursor: node.row.id, node })),
    nodes,
    pageInfo: {
      hasNextPage: backward ? behind : more,
      hasPreviousPage: backward ? more : behind,
      startCursor: nodes.at(0)?.row.id ?? null,
      endCursor: nodes.at(-1)?.row.id ?? null,
    },
    totalCount: found.length,
  };
}

/** Newest first: of records inside a record. */
export const newestFirst = (asked: Asked, type: RecordType, list: readonly Seen[]): Seen[] =>
  [...list].sort(comparing(orderKeys(asked, type, null)));

function checkWay(args: ListArguments): void {
  if (isBackward(args) && isGiven(args.first ?? args.after))
    throw badInput("A list goes forward by first and after, or backward by last and before; not both");
}

/** What can never be shown to the asker is no key for an order or a filter, and null no value to compare with. */
export function checkKeys(asked: Asked, type: RecordType, { orderBy, filter }: ListArguments, key: string): void {
  for (const property of orderBy ? [orderBy.field] : []) checkKey(asked, type, property, key);
  checkFilter(asked, type, filter, key);
}

/** Part by part, as it is written; the first that is wrong is told. */
function checkFilter(asked: Asked, type: RecordType, filter: unknown, at: string): void {
  refuseNull(filter);
  for (const [key, value] of partsOf(filter))
    if (key === "not") checkFilter(asked, type, value, at);
    else if (Array.isArray(value)) for (const item of value) checkFilter(asked, type, item, at);
    else {
      checkKey(asked, type, key, at);
      refuseNull(value);
    }
}

function checkKey(asked: Asked, type: RecordType, property: string, at: string): void {
  const coordinate = `${type}.${property}`;
  const guard = asked.coordinates.get(coordinate);
  if (guard?.kind !== "group") throw new TypeError(`${coordinate} is no key`);
  if (asked.possible(guard.row, guard.content)) return;
  const refused = asked.possible(guard.row, guard.levels) ? notCompared : fieldNotShared;
  throw new Refused(403, [refused(asked.asker, coordinate, [at])]);
}

/** A page of 1 to 100 records, from a cursor of this very list and order. */
export function checkPage(asked: Asked, type: RecordType, args: ListArguments): void {
  checkWay(args);
  const [size, cursor] = isBackward(args) ? (["last", "before"] as const) : (["first", "after"] as const);
  const [rows, position] = [args[size] ?? 20, args[cursor]];
  if (typeof position === "string" && cursorOf(asked, type, args.orderBy, position) === null)
    throw badInput(`${cursor} is no cursor of this list and order`);
  if (rows < 1 || rows > 100) throw badInput(`${size} is ${rows}; a page has 1 to 100 rows`);
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;
const isBackward = ({ last, before }: ListArguments): boolean => isGiven(last) || isGiven(before);

/** A page is on record whatever is asked of it, with what it was chosen and ordered by. */
function disclose(asked: Asked, seen: Seen, properties: readonly string[]): void {
  asked.disclose(seen);
  for (const property of properties) {
    const guard = asked.coordinates.get(`${seen.typename}.${property}`);
    if (guard?.kind !== "group") continue;
    const decided = asked.level(guard.row, seen);
    const level = guard.content.find((shown) => shown === decided);
    if (level) asked.disclose(seen, guard.row, level);
  }
}

const propertiesOf = (filter: unknown): string[] =>
  partsOf(filter).flatMap(([key, value]) =>
    key === "not" ? propertiesOf(value) : Array.isArray(value) ? value.flatMap(propertiesOf) : [key],
  );

/** Parts that are given. */
const partsOf = (input: unknown): [string, unknown][] =>
  Object.entries(input ?? {}).filter(([, part]) => part !== undefined);

function refuseNull(input: unknown): void {
  if (partsOf(input).some(([, part]) => part === null)) throw badInput("A filter compares with a value, not with null");
}

/** A predicate is a read: what is not shown of a record matches nothing, and neither does its contrary. */
function matches(asked: Asked, seen: Seen, filter: unknown, wanted: boolean): boolean {
  const answers = partsOf(filter).map(([key, value]) => {
    if (key === "not") return matches(asked, seen, value, !wanted);
    if (Array.isArray(value)) {
      const items = value.map((item) => matches(asked, seen, item, wanted));
      return (key === "and") === wanted ? items.every(Boolean) : items.some(Boolean);
    }
    const { shown, value: held } = content(asked, seen.typename, key);
    const fits = partsOf(value).every(([operator, operand]) => holds(held(seen), operator, operand)) === wanted;
    if (fits && !shown(seen)) asked.hidden.matches++;
    return fits && shown(seen);
  });
  return wanted ? answers.every(Boolean) : answers.some(Boolean);
}

function holds(value: unknown, operator: string, operand: unknown): boolean {
  if (value === null || value === undefined) return false;
  if (operator === "eq") return value === operand;
  if (operator === "in") return Array.isArray(operand) && operand.includes(value);
  if (operator === "has") return Array.isArray(value) && value.includes(operand);
  if (operator === "startsWith") return String(value).startsWith(String(operand));
  if (operator === "contains") return String(value).includes(String(operand));
  if (operator === "gte") return compare(value, operand) >= 0;
  if (operator === "lte") return compare(value, operand) <= 0;
  throw new TypeError(`Nobody knows the operator ${operator}`);
}

/** A field's own content, as a predicate or an order may see it. */
function content(asked: Asked, type: RecordType, property: string) {
  const coordinate = `${type}.${property}`;
  const guard = asked.coordinates.get(coordinate);
  if (guard?.kind !== "group") throw new TypeError(`${coordinate} is no key`);
  const field = asked.field(type, property);
  return {
    shown: (seen: Seen) => asked.shown(guard.row, seen, guard.content),
    value: (seen: Seen) => meaningOf(type, field, seen.row, asked.now),
  };
}

function orderKeys(asked: Asked, type: RecordType, orderBy: ListArguments["orderBy"]): Key[] {
  const anchor = asked.anchor(type);
  const inFull = (seen: Seen) => asked.shown(anchor, seen, ["F"]);
  const keyOf = (property: string, descending: boolean, only: (seen: Seen) => boolean = () => true): Key => {
    const { shown, value } = content(asked, type, property);
    return { name: property, descending, of: (seen) => (shown(seen) && only(seen) ? value(seen) : null) };
  };
  const keys = orderBy ? [keyOf(orderBy.field, orderBy.direction === "DESC")] : [];
  // The key tells when the record was made: those not shown in full follow by what is shown, then by the id.
  keys.push({ name: "id", descending: true, of: (seen) => (inFull(seen) ? seen.row.id : null) });
  if (!asked.possible(anchor, ["M", "B", "X"])) return keys;
  const band = bandOf(asked, type);
  if (band) keys.push(keyOf(band, true, (seen) => !inFull(seen)));
  return [...keys, { name: "ref", descending: false, of: ({ row }) => asked.ids.ref(row.id) }];
}

/** The field that orders what is not shown in full, if the asker can be shown it. */
function bandOf(asked: Asked, type: RecordType): string | undefined {
  const object = asked.schema.getType(type);
  const band = isObjectType(object) ? sharedMark(object)?.band : undefined;
  const guard = asked.coordinates.get(`${type}.${band}`);
  return guard?.kind === "group" && asked.possible(guard.row, guard.content) ? band : undefined;
}

const comparing =
  (keys: readonly Key[]) =>
  (left: Seen, right: Seen): number => {
    for (const { of, descending } of keys) {
      const [a, b] = [of(left) ?? null, of(right) ?? null];
      if (a === null && b === null) continue;
      if (a === null || b === null) return a === null ? 1 : -1;
      const order = compare(a, b);
      if (order !== 0) return descending ? -order : order;
    }
    return 0;
  };

/** Numbers and moments by size, texts by code point. */
function compare(a: unknown, b: unknown): number {
  if (typeof a === "string" && typeof b === "string") return Buffer.from(a).compare(Buffer.from(b));
  return Number(a) - Number(b);
}

/** Key of the record that a cursor stands for; null for a cursor of another list or order. */
const cursorOf = (asked: Asked, type: RecordType, orderBy: ListArguments["orderBy"], after: string) =>
  positionOf(asked.ids, placeOf(type, orderKeys(asked, type, orderBy)), after);

async function recordAt(asked: Asked, type: RecordType, args: ListArguments): Promise<Seen | null> {
  const cursor = args.after ?? args.before;
  const key = typeof cursor === "string" ? cursorOf(asked, type, args.orderBy, cursor) : null;
  const row = key === null ? null : await asked.data.record(type, key);
  return row && new Seen(type, row, await asked.facts.of(type, row));
}
