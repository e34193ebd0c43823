import fc from "fast-check";
import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
} from "graphql";
import { RECORD_TYPES, type RecordType } from "../../../src/store/record-types.js";
import { odds, weighed } from "./chance.js";
import type { Directive, Input, Selected } from "./document.js";
import type { Inputs } from "./inputs.js";
import type { Openness } from "./openness.js";

/** Words that a careless executor would take for its own. */
export const CLIENTS_WORDS: readonly string[] = (
  "facts of id data row get f i c0 nodes typename " +
  "__proto__ constructor prototype toString hasOwnProperty valueOf toJSON then length"
).split(" ");

/** The words beside an expectation are told elsewhere, test/policy, and what is counted: test/statistics. */
const NOT_ASKED: ReadonlySet<string> = new Set([
  "FieldExpectation.conditions",
  "FieldExpectation.reason",
  "Query.explainField",
  "Query.accessMatrix",
  "Query.statistics",
]);

const recordType = (name: string): RecordType | undefined => RECORD_TYPES.find((type) => type === name);

/** Random selections over the schema, of fields that are not closed. */
export class Selections {
  readonly #known = new Map<string, fc.Arbitrary<Selected[]>>();

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly inputs: Inputs,
    private readonly openness: (coordinate: string) => Openness,
  ) {}

  /** @param depth how many records may stand in each other */
  question(depth: number): fc.Arbitrary<Selected[]> {
    const query = this.schema.getQueryType();
    if (!query) throw new TypeError("The schema has no queries");
    const fields = this.#open(query);
    const pages = fields.filter(({ type }) => getNamedType(type).name.endsWith("Connection"));
    const records = fields.filter((field) => !pages.includes(field) && field.args.some(({ name }) => name === "id"));
    const others = fields.filter((field) => !pages.includes(field) && !records.includes(field));
    const ask = (some: readonly GraphQLField<unknown, unknown>[]) =>
      some.map((field) => this.#field(query, field, depth));
    const root = weighed([
      [6, ask(pages)],
      [3, ask(records)],
      [1, ask(others)],
    ]);
    if (!root) throw new TypeError("Some root fields are open to everybody");
    return fc.array(this.#wrapped(query, root), { minLength: 1, maxLength: 3 });
  }

  #open(type: GraphQLObjectType): GraphQLField<unknown, unknown>[] {
    return Object.values(type.getFields()).filter(({ name }) => {
      const coordinate = `${type.name}.${name}`;
      return !NOT_ASKED.has(coordinate) && this.openness(coordinate) !== "closed";
    });
  }

  #below(type: GraphQLNamedType, depth: number): fc.Arbitrary<Selected[]> | undefined {
    if (!isObjectType(type) && !isInterfaceType(type)) return undefined;
    const key = `${type.name} ${depth}`;
    const known = this.#known.get(key) ?? (isInterfaceType(type) ? this.#anyOf(depth) : this.#selection(type, depth));
    this.#known.set(key, known);
    return known;
  }

  #selection(type: GraphQLObjectType, depth: number): fc.Arbitrary<Selected[]> {
    const fields = this.#open(type);
    const further = fields.filter((field) => isObjectType(getNamedType(field.type)));
    const leaves = fields.filter((field) => !further.includes(field));
    const reachable = depth > 0 ? further : further.filter((field) => !this.#recordOf(field));
    const connection = type.name.endsWith("Connection") || type.name.endsWith("Edge");
    const field = weighed([
      [1, [fc.constant(TYPENAME)]],
      [connection ? 4 : 14, leaves.length > 0 ? [this.#oneOf(type, leaves, depth)] : []],
      [connection ? 9 : 5, reachable.length > 0 ? [this.#oneOf(type, reachable, depth)] : []],
    ]);
    return fc.array(this.#wrapped(type, field ?? fc.constant(TYPENAME)), {
      minLength: 1,
      maxLength: SMALL.has(type.name) ? 3 : 5,
    });
  }

  /** Fragments on several types of an interface. */
  #anyOf(depth: number): fc.Arbitrary<Selected[]> {
    const types = this.schema.getPossibleTypes(nodeOf(this.schema));
    const fragments = types.map((type) =>
      fc
        .tuple(fc.boolean(), this.inputs.directive(), this.#below(type, depth) ?? fc.constant([]))
        .map(([named, directive, below]): Selected => ({ kind: "fragment", on: type.name, named, directive, below })),
    );
    const own = fc.constantFrom<Selected>(leaf("id", "ID!"), TYPENAME);
    return fc.array(odds([4, fc.oneof(...fragments)], [1, own]), { minLength: 1, maxLength: 4 });
  }

  #oneOf(
    type: GraphQLObjectType,
    fields: readonly GraphQLField<unknown, unknown>[],
    depth: number,
  ): fc.Arbitrary<Selected> {
    const weight = ({ name }: GraphQLField<unknown, unknown>) =>
      this.openness(`${type.name}.${name}`) === "partly" ? 3 : 1;
    return odds(...fields.map((field) => [weight(field), this.#field(type, field, depth)] as const));
  }

  #field(type: GraphQLObjectType, field: GraphQLField<unknown, unknown>, depth: number): fc.Arbitrary<Selected> {
    const named = getNamedType(field.type);
    const record = this.#recordOf(field);
    // A record within a record, and not the same record in a page or an edge of a page.
    const deeper = recordType(type.name) && record ? depth - 1 : depth;
    const args = field.args.map((argument) =>
      this.inputs
        .argument(argument, record ?? (named.name === "Agency" ? "Agency" : undefined), this.openness)
        .map((input) => (input ? ([argument.name, input] as const) : undefined)),
    );
    return fc
      .record({
        alias: fc.option(fc.constantFrom(...CLIENTS_WORDS), { nil: undefined, freq: 3 }),
        args: fc
          .tuple(odds([12, fc.constant(FORWARD)], [6, fc.constant(BACKWARD)], [1, fc.constant([])]), ...args)
          .map(([left, ...given]) =>
            given.filter((arg): arg is readonly [string, Input] => arg !== undefined && !left.includes(arg[0])),
          ),
        directive: this.inputs.directive(),
        below: this.#below(named, deeper) ?? fc.constant(undefined),
      })
      .map((chosen): Selected => ({ kind: "field", name: field.name, type: String(field.type), ...chosen }));
  }

  /** Now and then inside a fragment: on the type itself, on `Node`, or on nothing. */
  #wrapped(type: GraphQLObjectType, field: fc.Arbitrary<Selected>): fc.Arbitrary<Selected> {
    const inside = fc.array(field, { minLength: 1, maxLength: 2 });
    const named = fc.boolean();
    const directive = this.inputs.directive();
    const fragment = (on: string | undefined, below: fc.Arbitrary<Selected[]>) =>
      fc.record({ named, directive, below }).map((chosen): Selected => ({ kind: "fragment", on, ...chosen }));
    const onNode = inside.map((below): Selected[] => [
      leaf("id", "ID!"),
      { kind: "fragment", on: type.name, named: false, directive: NONE, below },
    ]);
    return odds(
      [12, field],
      [1, fragment(type.name, inside)],
      [1, fragment(undefined, inside)],
      ...(type.getInterfaces().length > 0 ? [[1, fragment("Node", onNode)] as const] : []),
    );
  }

  /** Type of the records that a field leads to, through connections too. */
  #recordOf(field: GraphQLField<unknown, unknown>): RecordType | undefined {
    const named = getNamedType(field.type);
    if (!isObjectType(named)) return undefined;
    const nodes = named.getFields()["nodes"] ?? named.getFields()["node"];
    return recordType(named.name) ?? (nodes && recordType(getNamedType(nodes.type).name));
  }
}

/** What a list that is walked one way is not asked with; both ways at once are refused. */
const FORWARD: readonly string[] = ["last", "before"];
const BACKWARD: readonly string[] = ["first", "after"];
const NONE: Directive | undefined = undefined;
const SMALL: ReadonlySet<string> = new Set(["Agency", "Division", "Disclosure", "PageInfo"]);
const leaf = (name: string, type: string): Selected => ({
  kind: "field",
  name,
  type,
  alias: undefined,
  args: [],
  directive: NONE,
  below: undefined,
});
const TYPENAME = leaf("__typename", "String!");

function nodeOf(schema: GraphQLSchema) {
  const node = schema.getType("Node");
  if (!isInterfaceType(node)) throw new TypeError("Node is an interface");
  return node;
}
