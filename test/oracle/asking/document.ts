import { type GraphQLInputType, isEnumType, isInputObjectType, isListType, isNonNullType } from "graphql";

/** A variable that is not sent. */
export const ABSENT = Symbol("absent");
/** A variable for the cursor of a page: not sent at first, later what the page before has given. */
export const AFTER = Symbol("after");
/** Rounds of variables that a document is asked with. */
export const ROUNDS = 4;

/** A value in an argument: written out, or a variable with one value a round. Values are as a client sends them. */
export type Input =
  | { readonly kind: "value"; readonly type: GraphQLInputType; readonly json: unknown }
  | { readonly kind: "object"; readonly fields: readonly (readonly [string, Input])[] }
  | { readonly kind: "list"; readonly items: readonly Input[] }
  | { readonly kind: "variable"; readonly type: GraphQLInputType; readonly rounds: readonly unknown[] };

export interface Directive {
  readonly name: "include" | "skip";
  readonly if: Input;
}

/** A field or fragment of a document that is being made. */
export type Selected =
  | {
      readonly kind: "field";
      readonly name: string;
      /** Field's type as text: two fields of one response key must be the same in all but what is below. */
      readonly type: string;
      readonly alias: string | undefined;
      readonly args: readonly (readonly [string, Input])[];
      readonly directive: Directive | undefined;
      readonly below: readonly Selected[] | undefined;
    }
  | {
      readonly kind: "fragment";
      readonly on: string | undefined;
      readonly named: boolean;
      readonly directive: Directive | undefined;
      readonly below: readonly Selected[];
    };

export interface Document {
  readonly query: string;
  /** What is sent, round by round. */
  readonly variables: readonly Readonly<Record<string, unknown>>[];
  /** Variables that take a cursor. */
  readonly cursors: readonly string[];
}

/** What stands under a response key, and what stands under the keys below it. */
interface Place {
  readonly says: string;
  readonly below: Map<string, Place>;
}

/** Writes a document. Response keys that would clash get another name; fragments and variables get theirs. */
export function print(selection: readonly Selected[]): Document {
  const variables: { name: string; type: string; rounds: readonly unknown[] }[] = [];
  const fragments: string[] = [];

  const set = (nodes: readonly Selected[], places: Map<string, Place>): string =>
    `{ ${nodes.map((node) => (node.kind === "field" ? field(node, places) : fragment(node, places))).join(" ")} }`;

  const field = (
    { name, type, alias, args, directive, below }: Extract<Selected, { kind: "field" }>,
    places: Map<string, Place>,
  ) => {
    const says = `${name}${args.length > 0 ? `(${args.map(([key, input]) => `${key}: ${write(input)}`).join(", ")})` : ""}`;
    const place = { says: `${says}: ${type}`, below: new Map<string, Place>() };
    const wanted = alias ?? name;
    const key = (places.get(wanted)?.says ?? place.says) === place.says ? wanted : `k${places.size}`;
    const at = places.get(key) ?? place;
    places.set(key, at);
    return `${key === name ? "" : `${key}: `}${says}${direct(directive)}${below ? ` ${set(below, at.below)}` : ""}`;
  };

  const fragment = (
    { on, named, directive, below }: Extract<Selected, { kind: "fragment" }>,
    places: Map<string, Place>,
  ) => {
    const inside = set(below, places);
    if (!named || on === undefined) return `...${on ? ` on ${on}` : ""}${direct(directive)} ${inside}`;
    const name = `F${fragments.length}`;
    fragments.push(`fragment ${name} on ${on} ${inside}`);
    return `...${name}${direct(directive)}`;
  };

  const direct = (directive: Directive | undefined) =>
    directive ? ` @${directive.name}(if: ${write(directive.if)})` : "";

  const write = (input: Input): string => {
    switch (input.kind) {
      case "value":
        return literal(input.json, input.type);
      case "list":
        return `[${input.items.map(write).join(", ")}]`;
      case "object":
        return `{${input.fields.map(([key, part]) => `${key}: ${write(part)}`).join(", ")}}`;
      case "variable": {
        const name = `v${variables.length}`;
        variables.push({ name, type: String(input.type), rounds: input.rounds });
        return `$${name}`;
      }
    }
  };

  const body = set(selection, new Map());
  const declared = variables.map(({ name, type }) => `$${name}: ${type}`).join(", ");
  return {
    query: [`query${declared ? ` (${declared})` : ""} ${body}`, ...fragments].join("\n"),
    variables: Array.from({ length: ROUNDS }, (_, round) =>
      Object.fromEntries(
        variables
          .map(({ name, rounds }) => [name, rounds[round]] as const)
          .filter(([, value]) => value !== ABSENT && value !== AFTER),
      ),
    ),
    cursors: variables.filter(({ rounds }) => rounds.includes(AFTER)).map(({ name }) => name),
  };
}

/** What a client would send for it, if it were a variable. */
export function jsonOf(input: Input): unknown {
  switch (input.kind) {
    case "value":
      return input.json;
    case "list":
      return input.items.map(jsonOf);
    case "object":
      return Object.fromEntries(
        input.fields.map(([key, part]) => [key, jsonOf(part)]).filter(([, part]) => part !== ABSENT),
      );
    case "variable":
      return input.rounds[0];
  }
}

/** A value as GraphQL writes it. */
function literal(json: unknown, type: GraphQLInputType): string {
  const inner = isNonNullType(type) ? type.ofType : type;
  if (json === null) return "null";
  if (Array.isArray(json))
    return `[${json.map((item) => literal(item, isListType(inner) ? inner.ofType : inner)).join(", ")}]`;
  if (isInputObjectType(inner)) {
    const fields = inner.getFields();
    return `{${Object.entries(json ?? {})
      .map(([key, part]) => `${key}: ${literal(part, fields[key]?.type ?? inner)}`)
      .join(", ")}}`;
  }
  return isEnumType(inner) ? String(json) : JSON.stringify(json);
}
