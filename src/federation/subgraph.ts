import {
  extendSchema,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  isObjectType,
  isScalarType,
  isUnionType,
  parse,
} from "graphql";
import { z } from "zod";
import { badUserInput } from "../errors.js";
import { planned } from "../read/index.js";
import type { Conferred, HubContext } from "../viewer/context.js";
import { sdlOf } from "./sdl.js";

/** Types that other subgraphs may add fields to: each is found by its global id. */
export const ENTITIES = ["Minor", "Case", "SensitiveIncident", "OpinionAlert", "Agency"] as const;

/**
 * Groups that an agency may hold at home, of which the hub has no column: R13 attendance, R14 health, R15 psychological
 * need, R16 counselling notes, R16b life-risk summary, R34 identity checks.
 */
export const HELD_AT_HOME = ["R13", "R14", "R15", "R16", "R16b", "R34"] as const;

const RELATION = parse(`
  extend type Minor {
    """
    For the subgraph of an agency: at which level each group that it holds is open to whoever asks, signed. 关系凭证
    """
    relation("Name of the subgraph. 子图名称" audience: String!): String
  }
`);

const ENTRANCE = parse(`
  """A reference to a record: its type and global id. 记录引用"""
  scalar _Any
  """What other subgraphs may refer to. 可被引用的记录"""
  union _Entity = ${ENTITIES.join(" | ")}
  """The subgraph about itself. 子图说明"""
  type _Service {
    """What the gateway composes. 子图模式"""
    sdl: String!
  }
  extend type Query {
    """The subgraph about itself. 子图说明"""
    _service: _Service!
    """Records by reference; null for one that does not exist or is not shared. 按引用取记录"""
    _entities("Types and global ids. 引用" representations: [_Any!]!): [_Entity]!
  }
`);

const representation = z.object({ __typename: z.enum(ENTITIES), id: z.string().max(200) });
export type Representation = z.output<typeof representation>;

/** @throws Mistake BAD_USER_INPUT */
function readRepresentation(value: unknown): Representation {
  const read = representation.safeParse(value);
  if (read.success) return read.data;
  throw badUserInput(
    "representations",
    "A representation names no entity of this subgraph",
    "引用有误:类型或标识不存在",
    `Send {__typename, id}; __typename one of ${ENTITIES.join(", ")}`,
  );
}

/**
 * The hub's schema as a Federation 2 subgraph: `_service`, `_entities`, and `Minor.relation`, which no client sees.
 * @param plain the hub's schema, before the rule tree stands around it
 */
export function subgraphOf(plain: GraphQLSchema): GraphQLSchema {
  const sdl = hubSdlOf(plain);
  const schema = extendSchema(extendSchema(plain, RELATION), ENTRANCE);
  field(schema, "Query", "_service", { public: true }, () => ({ sdl }));
  field(schema, "_Service", "sdl", { public: true });
  field(schema, "Query", "_entities", { public: true }, entities);
  field(schema, "Minor", "relation", { confers: HELD_AT_HOME }, relation);
  const any = schema.getType("_Any");
  if (isScalarType(any)) any.parseValue = readRepresentation;
  const entity = schema.getType("_Entity");
  if (isUnionType(entity)) entity.resolveType = (value: { readonly typename?: string }) => value.typename ?? "Agency";
  return schema;
}

/** What a gateway composes of the hub. */
export const hubSdlOf = (plain: GraphQLSchema): string =>
  sdlOf(extendSchema(plain, RELATION), ENTITIES, { "Minor.relation": ["inaccessible"] });

const entities = (
  root: unknown,
  { representations }: { representations: readonly Representation[] },
  { directory, keyOf }: HubContext,
  info: Parameters<GraphQLFieldResolver<unknown, HubContext>>[3],
): unknown => {
  const rows = planned(root, info);
  return representations.map(({ __typename, id }, n) => {
    if (__typename !== "Agency") return Array.isArray(rows) ? (rows[n] ?? null) : null;
    const key = keyOf("Agency", id);
    return key && directory.agency(key);
  });
};

const relation: GraphQLFieldResolver<unknown, HubContext, { readonly audience: string }> = (
  minor,
  { audience },
  { confer },
  info,
) => {
  const conferred = planned(minor, info);
  return isConferred(conferred) ? confer(audience, conferred) : null;
};
const isConferred = (value: unknown): value is Conferred =>
  typeof value === "object" && value !== null && "id" in value && "levels" in value;

function field(
  schema: GraphQLSchema,
  typeName: string,
  name: string,
  extensions: Readonly<Record<string, unknown>>,
  resolve?: GraphQLFieldResolver<unknown, HubContext>,
): void {
  const type = schema.getType(typeName);
  const its = isObjectType(type) ? type.getFields()[name] : undefined;
  if (!its) throw new TypeError(`${typeName}.${name} is not in the schema`);
  its.extensions = extensions;
  if (resolve) its.resolve = resolve;
}
