import { type GraphQLSchema, isObjectType, Kind, parse, TypeInfo, visit, visitWithTypeInfo } from "graphql";
import { z } from "zod";

// The explorer asks with every record how much of it is shown, and lays that beside the answer.

const KEY = "explorerDisclosure";
const ASKED = ` ${KEY}: disclosure { group name level because requestable }`;

const disclosure = z.array(
  z.object({
    group: z.string(),
    name: z.string(),
    level: z.string(),
    because: z.array(z.string()),
    requestable: z.boolean(),
  }),
);
type Disclosure = z.infer<typeof disclosure>[number];

export interface AskedFields {
  /** The question with `disclosure` asked of each record; what it holds stays on its lines. */
  readonly query: string;
  /** Type.field, of all that the question asks for. */
  readonly coordinates: readonly string[];
  /** Names of its operations. */
  readonly operations: readonly string[];
}

/** @returns the question as it is where it is no GraphQL: the hub says what is wrong with it */
export function withDisclosure(schema: GraphQLSchema | null | undefined, query: string): AskedFields {
  if (!schema) return { query, coordinates: [], operations: [] };
  try {
    const types = new TypeInfo(schema);
    const ends: number[] = [];
    const coordinates = new Set<string>();
    const operations: string[] = [];
    visit(
      parse(query),
      visitWithTypeInfo(types, {
        OperationDefinition({ name }) {
          if (name) operations.push(name.value);
        },
        Field({ name }) {
          const parent = types.getParentType();
          if (parent && types.getFieldDef() && !name.value.startsWith("__"))
            coordinates.add(`${parent.name}.${name.value}`);
        },
        [Kind.SELECTION_SET]: {
          leave({ loc }) {
            const parent = types.getParentType();
            if (loc && isObjectType(parent) && "disclosure" in parent.getFields()) ends.push(loc.end - 1);
          },
        },
      }),
    );
    // From the back, so that the places in front stay what they are.
    const asked = ends
      .sort((a, b) => b - a)
      .reduce((text, end) => `${text.slice(0, end)}${ASKED} ${text.slice(end)}`, query);
    return { query: asked, coordinates: [...coordinates], operations };
  } catch {
    return { query, coordinates: [], operations: [] };
  }
}

/** How much of a group was shown, and of how many records. */
export interface Shown extends Disclosure {
  readonly records: number;
}

/** Takes what `withDisclosure` asked for out of the answer again. */
export function apart(data: unknown): { readonly data: unknown; readonly shown: readonly Shown[] } {
  const found: Disclosure[] = [];
  const without = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(without);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, one]) => {
        if (key !== KEY) return [[key, without(one)]];
        found.push(...disclosure.parse(one));
        return [];
      }),
    );
  };
  const rest = without(data);
  const counts = new Map<string, Shown>();
  for (const one of found) {
    const key = JSON.stringify(one);
    counts.set(key, { ...one, records: (counts.get(key)?.records ?? 0) + 1 });
  }
  const rowNumber = ({ group }: Shown) => Number.parseInt(group.slice(1), 10);
  return { data: rest, shown: [...counts.values()].sort((a, b) => rowNumber(a) - rowNumber(b)) };
}
