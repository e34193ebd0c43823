import {
  type GraphQLInputObjectType,
  type GraphQLObjectType,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isObjectType,
} from "graphql";
import type { Activation } from "../../../src/policy/activate.js";
import type { Asker } from "../../../src/policy/decide.js";
import { mayShow } from "../../../src/policy/say.js";
import { RECORD_TYPES, type RecordType } from "../../../src/store/record-types.js";
import { rootsOf } from "../../support/tables.js";

/** A record that a secret is about. */
export interface Target {
  readonly type: RecordType;
  /** Global id. */
  readonly id: string;
  /** What the record says in one twin or the other, by field. */
  readonly values: (field: string) => readonly unknown[];
}

/** Aliases of one document. */
const TOGETHER = 20;
/** From a record to another and back: a case, its victims, their cases. */
const DEPTH = 2;

/** Everything that may be shown to this asker of a record, and of records that it leads to. */
export function everythingOf(activation: Activation, asker: Asker, record: RecordType, depth: number): string {
  const shown = shownTo(activation, asker);
  const everything = (type: GraphQLObjectType, deeper: number): string => {
    const parts = Object.values(type.getFields())
      .filter(({ name }) => shown(`${type.name}.${name}`))
      .flatMap(({ name, type: of }) => {
        const below = getNamedType(of);
        if (isLeafType(below)) return name;
        if (!isObjectType(below) || (deeper === 0 && isRecord(below.name))) return [];
        return `${name} ${everything(below, isRecord(below.name) ? deeper - 1 : deeper)}`;
      });
    return `{ __typename ${parts.join(" ")} }`;
  };
  const type = activation.schema.getType(record);
  if (!isObjectType(type)) throw new TypeError(`The schema has no ${record}`);
  return everything(type, depth);
}

const shownTo =
  ({ coordinates, tables }: Activation, asker: Asker) =>
  (coordinate: string): boolean =>
    mayShow(tables, coordinates.get(coordinate) ?? { kind: "public" }, asker);

/** A question, and its variable for the cursor of the page before. */
export interface Pointed {
  readonly query: string;
  readonly cursors?: readonly string[];
}

/**
 * The questions that would tell a secret soonest: everything that may be shown to this asker of the records that it is
 * about and of their lists, their filters with the very values, `not` too, and every order.
 */
export function pointedQuestions(activation: Activation, asker: Asker, targets: readonly Target[]): Pointed[] {
  const shown = shownTo(activation, asker);
  const everything = (type: RecordType, depth: number) => everythingOf(activation, asker, type, depth);
  const roots = activation.schema.getQueryType()?.getFields() ?? {};
  const types = RECORD_TYPES.filter((type) => targets.some((target) => target.type === type));
  return [
    ...targets.map(({ type, id }) => {
      const all = everything(type, DEPTH);
      return { query: `{ node(id: "${id}") { ... on ${type} ${all} } ${rootsOf(type)[0]}(id: "${id}") ${all} }` };
    }),
    ...types.map((type) => {
      const page = `totalCount edges { cursor node ${everything(type, 1)} } pageInfo { hasNextPage endCursor }`;
      const list = `${rootsOf(type)[1]}(first: 8, after: $after)`;
      return { query: `query ($after: String) { ${list} { ${page} } }`, cursors: ["after"] };
    }),
    ...types.flatMap((type) => {
      const [, list] = rootsOf(type);
      const args = new Map(roots[list]?.args.map((arg) => [arg.name, arg.type]));
      const filters = inputObject(args.get("filter"));
      const tests = targets
        .filter((target) => target.type === type)
        .flatMap((target) => testsOf(filters, (field) => shown(`${type}.${field}`), target.values))
        .flatMap((test) => [test, `{ not: ${test} }`]);
      const found = "{ totalCount nodes { id } pageInfo { hasNextPage } }";
      return [
        ...inDocuments([...new Set(tests)].map((test) => `${list}(first: 3, filter: ${test}) ${found}`)),
        ...inDocuments(
          ordersOf(inputObject(args.get("orderBy")), (field) => shown(`${type}.${field}`)).map(
            (order) => `${list}(first: 100, orderBy: ${order}) { nodes { id } }`,
          ),
        ),
      ];
    }),
  ];
}

const isRecord = (name: string) => RECORD_TYPES.some((type) => type === name);

/** `{ homeAddress: { contains: "..." } }`, for every operator of every field that may be shown. */
function testsOf(
  filters: GraphQLInputObjectType,
  shown: (field: string) => boolean,
  valuesOf: Target["values"],
): string[] {
  return Object.values(filters.getFields()).flatMap(({ name, type }) => {
    const of = getNamedType(type);
    if (!isInputObjectType(of) || of === filters || !shown(name)) return [];
    return Object.values(of.getFields()).flatMap((operator) => {
      const operand = getNamedType(operator.type);
      const values = isEnumType(operand) ? operand.getValues().map((one) => one.name) : valuesOf(name);
      return values.flatMap((value) =>
        partsFor(operator.name, value).map((part) => {
          const text = isEnumType(operand) ? String(part) : JSON.stringify(part);
          return `{ ${name}: { ${operator.name}: ${isListType(getNullableType(operator.type)) ? `[${text}]` : text} } }`;
        }),
      );
    });
  });
}

/** What of a text is asked for: its first sign tells by and by as much as all of it. */
function partsFor(operator: string, value: unknown): readonly unknown[] {
  const signs = [...String(value)];
  if (operator === "startsWith") return [signs.slice(0, 1).join(""), signs.slice(0, -1).join("")];
  if (operator === "contains") return [signs.slice(-1).join(""), signs.slice(1).join("")];
  return [value];
}

function ordersOf(order: GraphQLInputObjectType, shown: (field: string) => boolean): string[] {
  const keys = getNamedType(order.getFields()["field"]?.type);
  if (!isEnumType(keys)) throw new TypeError("An order names a field");
  return keys
    .getValues()
    .filter(({ value }) => shown(String(value)))
    .flatMap(({ name }) => ["ASC", "DESC"].map((direction) => `{ field: ${name}, direction: ${direction} }`));
}

function inDocuments(fields: readonly string[]): Pointed[] {
  const documents: Pointed[] = [];
  for (let at = 0; at < fields.length; at += TOGETHER) {
    const together = fields.slice(at, at + TOGETHER).map((field, no) => `a${no}: ${field}`);
    documents.push({ query: `{ ${together.join(" ")} }` });
  }
  return documents;
}

function inputObject(type: Parameters<typeof getNamedType>[0]): GraphQLInputObjectType {
  const named = getNamedType(type);
  if (!isInputObjectType(named)) throw new TypeError(`${named} is no input object`);
  return named;
}
