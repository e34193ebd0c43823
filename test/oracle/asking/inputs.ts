import fc from "fast-check";
import {
  type GraphQLArgument,
  GraphQLBoolean,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  GraphQLNonNull,
  GraphQLString,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from "graphql";
import type { IdType } from "../../../src/store/global-id.js";
import { RECORD_TYPES, type RecordType } from "../../../src/store/record-types.js";
import { odds, weighed } from "./chance.js";
import { ABSENT, AFTER, type Directive, type Input, jsonOf, ROUNDS } from "./document.js";
import type { Openness } from "./openness.js";

/** What arguments are made of. */
export interface Supply {
  /** Global ids that there are, by type. */
  readonly ids: Readonly<Record<IdType, readonly string[]>>;
  /** Ids that nobody has: well-formed and not. */
  readonly noIds: readonly string[];
  /** Values that some record has at a coordinate, as a client writes them; and such as none has. */
  readonly valuesAt: (coordinate: string) => readonly unknown[];
  readonly coordinates: readonly string[];
}

/** Filters in filters. */
const DEEPEST_FILTER = 2;

type Named = readonly [string, Input];

/** A variable, with a value for each round. */
const variable = (type: GraphQLInputType, value: fc.Arbitrary<unknown>): fc.Arbitrary<Input> =>
  fc.array(value, { minLength: ROUNDS, maxLength: ROUNDS }).map((rounds) => ({ kind: "variable", type, rounds }));

/** An input object with one or two of these parts, seldom with none. */
const object = (part: fc.Arbitrary<Named>): fc.Arbitrary<Input> =>
  odds(
    [24, fc.uniqueArray(part, { selector: ([name]) => name, minLength: 1, maxLength: 2 })],
    [1, fc.constant<Named[]>([])],
  ).map((fields): Input => ({ kind: "object", fields }));

/** Arguments: what a client could send, written out or as variables. */
export class Inputs {
  constructor(private readonly supply: Supply) {}

  directive(): fc.Arbitrary<Directive | undefined> {
    const condition = this.#scalar(new GraphQLNonNull(GraphQLBoolean), [true, false]);
    return odds<Directive | undefined>(
      [12, fc.constant(undefined)],
      [1, fc.record({ name: fc.constantFrom("include", "skip"), if: condition })],
    );
  }

  /** @param record of the connection that the argument belongs to */
  argument(
    { name, type }: GraphQLArgument,
    record: RecordType | "Agency" | undefined,
    openness: (coordinate: string) => Openness,
  ): fc.Arbitrary<Input | undefined> {
    const { supply } = this;
    switch (name) {
      case "id": {
        const types: readonly IdType[] = record ? [record] : [...RECORD_TYPES, "Agency"];
        const fitting = types.flatMap((of) => supply.ids[of]);
        const others = [...Object.values(supply.ids).flatMap((ids) => ids.slice(0, 2)), ...supply.noIds];
        return this.#scalar(type, fitting, others);
      }
      case "first":
      case "last":
        return fc.option(this.#scalar(type, [1, 2, 3, 5, 8], [0, -1, 100, 101, null]), { nil: undefined });
      case "after":
      case "before": {
        const after: Input = { kind: "variable", type: GraphQLString, rounds: Array(ROUNDS).fill(AFTER) };
        return odds([24, fc.constant(after)], [1, this.#scalar(GraphQLString, ["", "x", "A".repeat(120), null])]);
      }
      case "filter":
        return fc.option(this.#whole(type, this.#filter(type, record ?? "", openness)), { nil: undefined, freq: 3 });
      case "orderBy":
        return fc.option(this.#whole(type, this.#order(type, record ?? "", openness)), { nil: undefined, freq: 3 });
      case "coordinates":
        return this.#list(type, supply.coordinates);
      case "numbers":
        return this.#list(type, ["S-1", "V-2", ""]);
      case "from":
      case "to":
        return this.#scalar(type, ["2026-03-01", "2026-03-20", "2026-05-01"], ["2026-02-30"]);
      case "code":
        return this.#scalar(type, supply.valuesAt("division"), ["320000000000"]);
      case "within":
        return fc.option(this.#scalar(type, ["99", "990101", "990101101", "990101101201"], [null]), { nil: undefined });
      default:
        throw new TypeError(`The generator does not know the argument ${name}`);
    }
  }

  /** The whole input as one variable, now and then. */
  #whole(type: GraphQLInputType, input: fc.Arbitrary<Input>): fc.Arbitrary<Input> {
    const sent = odds(
      [9, input.map(jsonOf)],
      ...(isNonNullType(type) ? [] : [[1, fc.constantFrom<unknown[]>(null, ABSENT)] as const]),
    );
    return odds([3, input], [1, variable(type, sent)]);
  }

  #filter(
    of: GraphQLInputType,
    record: string,
    openness: (coordinate: string) => Openness,
    depth = DEEPEST_FILTER,
  ): fc.Arbitrary<Input> {
    const type = inputObject(of);
    const inner = depth > 0 ? this.#filter(type, record, openness, depth - 1) : undefined;
    const items = inner && fc.array(this.#whole(new GraphQLNonNull(type), inner), { maxLength: 3 });
    const keys = Object.values(type.getFields()).filter((field) => getNamedType(field.type) !== type);
    const leaves = (wanted: Openness): fc.Arbitrary<Named>[] =>
      keys
        .filter(({ name }) => openness(`${record}.${name}`) === wanted)
        .map(({ name, type: tests }) =>
          fc.tuple(fc.constant(name), this.#tests(inputObject(tests), `${record}.${name}`)),
        );
    const junctions: fc.Arbitrary<Named>[] =
      inner && items
        ? [
            fc.tuple(fc.constant("not"), this.#whole(type, inner)),
            fc.tuple(
              fc.constantFrom("and", "or"),
              items.map((list): Input => ({ kind: "list", items: list })),
            ),
          ]
        : [];
    const part = weighed<Named>([
      [20, leaves("partly")],
      [10, leaves("open")],
      [20, junctions],
      // Now and then a key that can never be shown.
      [1, depth === DEEPEST_FILTER ? leaves("closed") : []],
    ]);
    return part ? object(part) : fc.constant({ kind: "object", fields: [] });
  }

  /** Conditions on one field: `{ eq: "..." }` */
  #tests(type: GraphQLInputObjectType, coordinate: string): fc.Arbitrary<Input> {
    const operators = Object.values(type.getFields()).map((operator): fc.Arbitrary<Named> => {
      const named = getNamedType(operator.type);
      const values = isEnumType(named) ? named.getValues().map(({ name }) => name) : this.supply.valuesAt(coordinate);
      const operand = isListType(getNullableType(operator.type))
        ? this.#list(operator.type, values)
        : // Null is refused, and with it the rest of the question.
          odds([9, this.#scalar(operator.type, values, [])], [1, this.#scalar(operator.type, values, [null])]);
      return fc.tuple(fc.constant(operator.name), operand);
    });
    return object(fc.oneof(...operators));
  }

  #order(type: GraphQLInputType, record: string, openness: (coordinate: string) => Openness): fc.Arbitrary<Input> {
    const { field, direction } = inputObject(type).getFields();
    if (!field || !direction) throw new TypeError("An order has a field and a direction");
    const [keys, ways] = [getNamedType(field.type), getNamedType(direction.type)];
    if (!isEnumType(keys) || !isEnumType(ways)) throw new TypeError("Field and direction are enums");
    const fields = (wanted: Openness) =>
      keys
        .getValues()
        .filter(({ value }) => openness(`${record}.${value}`) === wanted)
        .map(({ name }) => name);
    const shown = [...fields("partly"), ...fields("partly"), ...fields("open")];
    const names = this.#scalar(field.type, shown, fields("closed"));
    const direct = this.#scalar(
      getNullableType(direction.type),
      ways.getValues().map(({ name }) => name),
    );
    const by = fc.tuple(fc.constant("field"), names);
    return fc
      .oneof(fc.tuple(by), fc.tuple(by, fc.tuple(fc.constant("direction"), direct)))
      .map((fields): Input => ({ kind: "object", fields }));
  }

  #list(type: GraphQLInputType, values: readonly unknown[], seldom: readonly unknown[] = []): fc.Arbitrary<Input> {
    const list = getNullableType(type);
    const item = isListType(list) ? list.ofType : list;
    const some = fc.array(this.#pick(values, seldom), { maxLength: 3 });
    return fc.oneof(
      fc.array(this.#scalar(item, values, seldom), { maxLength: 3 }).map((items): Input => ({ kind: "list", items })),
      variable(type, some),
    );
  }

  /** @param seldom values that are unlikely; null only where the type allows it */
  #scalar(type: GraphQLInputType, values: readonly unknown[], seldom: readonly unknown[] = []): fc.Arbitrary<Input> {
    const pick = this.#pick(values, isNonNullType(type) ? seldom.filter((value) => value !== null) : seldom);
    const sent = isNonNullType(type) ? pick : odds([9, pick], [1, fc.constant<unknown>(ABSENT)]);
    return odds([2, pick.map((json): Input => ({ kind: "value", type, json }))], [1, variable(type, sent)]);
  }

  #pick(values: readonly unknown[], seldom: readonly unknown[]): fc.Arbitrary<unknown> {
    if (values.length === 0) return fc.constantFrom(...(seldom.length > 0 ? seldom : [null]));
    const often = fc.constantFrom<unknown[]>(...values);
    return seldom.length === 0 ? often : odds([9, often], [1, fc.constantFrom<unknown[]>(...seldom)]);
  }
}

function inputObject(type: GraphQLInputType): GraphQLInputObjectType {
  const named = getNamedType(type);
  if (!isInputObjectType(named)) throw new TypeError(`${String(type)} is no input object`);
  return named;
}
