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
import { HELD_AT_HOME } from "../policy/home.js";
import type { Role } from "../policy/policy.js";
import { planned } from "../read/index.js";
import type { Reference } from "../read/reference.js";
import { type Conferred, type HubContext, UNREGISTERED } from "../viewer/context.js";
import { sdlOf } from "./sdl.js";

/** Types that other subgraphs may add fields to: each is found by its global id. */
export const ENTITIES = ["Minor", "Case", "SensitiveIncident", "OpinionAlert", "Agency"] as const;

/** Scalar of a reference to a record: Federation's name for it. */
export const REFERENCE = "_Any";

const RELATION = parse(`
  extend type Minor {
    """
    For the subgraph of an agency: at which level a group that it holds is open to whoever asks, signed. Each by itself:
    several levels together could tell of what role the asker is. 关系凭证
    """
    relation("Name of the subgraph. 子图名称" audience: String!, "Policy row of the group. 政策行" row: String!): String
  }
`);

/** @param hasQuery  the schema asks for records otherwise, too */
export const entrance = (entities: readonly string[], hasQuery: boolean) =>
  parse(`
  ${hasQuery ? "" : "extend schema { query: Query }"}
  """A reference to a record: its type and global id. 记录引用"""
  scalar ${REFERENCE}
  """What other subgraphs may refer to. 可被引用的记录"""
  union _Entity = ${entities.join(" | ")}
  """The subgraph about itself. 子图说明"""
  type _Service {
    """What the gateway composes. 子图模式"""
    sdl: String!
  }
  ${hasQuery ? "extend " : ""}type Query {
    """The subgraph about itself. 子图说明"""
    _service: _Service!
    """Records by reference; null for one that does not exist or is not shared. 按引用取记录"""
    _entities("Types and global ids. 引用" representations: [${REFERENCE}!]!): [_Entity]!
  }
`);

/**
 * The hub's schema as a Federation 2 subgraph: `_service`, `_entities`, and `Minor.relation`, which no client sees.
 * @param plain  the hub's schema, before the rule tree stands around it
 * @param held   rows that some agency holds at home, of HELD_AT_HOME: no other is open to anybody here
 */
export function subgraphOf(plain: GraphQLSchema, held: readonly string[] = HELD_AT_HOME): GraphQLSchema {
  const schema = extendSchema(plain, RELATION);
  mark(schema, "Minor", "relation", { confers: held, directives: { inaccessible: {} } }, relation);
  return withEntrance(schema, ENTITIES);
}

/**
 * An agency's schema as a subgraph: fields of `Minor` that each ask for the hub's word, signed for this agency.
 * @param plain only types; everything is asked for by reference
 */
export function agencySubgraphOf(plain: GraphQLSchema, name: string, role: Role): GraphQLSchema {
  const schema = extendSchema(plain, RELATION);
  const minor = schema.getType("Minor");
  if (!isObjectType(minor)) throw new TypeError("An agency adds fields to Minor");
  mark(schema, "Minor", "relation", { public: true, directives: { external: {} } }, () => null);
  for (const field of Object.values(minor.getFields())) {
    const { group }: { readonly group?: { readonly row: string } } = field.extensions;
    if (group)
      field.extensions = {
        ...field.extensions,
        directives: { requires: { fields: relationOf(name, group.row) } },
      };
  }
  return withEntrance(schema, ["Minor"], role);
}

/** What a field of this group asks for: the hub's word for this subgraph. */
export const relationOf = (subgraph: string, row: string) => `relation(audience: "${subgraph}", row: "${row}")`;

/** What a gateway composes of the hub. */
export const hubSdlOf = (plain: GraphQLSchema): string => sdlIn(subgraphOf(plain));

/** What a gateway composes of a subgraph. */
export const sdlIn = (schema: GraphQLSchema): string => {
  const { sdl }: { readonly sdl?: string } = schema.extensions;
  if (sdl === undefined) throw new TypeError("This schema is no subgraph");
  return sdl;
};

function withEntrance(types: GraphQLSchema, entities: readonly string[], role?: Role): GraphQLSchema {
  const sdl = sdlOf(types, entities, role);
  const schema = extendSchema(types, entrance(entities, types.getQueryType() != null));
  schema.extensions = { ...schema.extensions, sdl };
  mark(schema, "Query", "_service", { public: true }, () => ({ sdl }));
  mark(schema, "_Service", "sdl", { public: true });
  mark(schema, "Query", "_entities", { public: true }, entitiesOf);
  const any = schema.getType(REFERENCE);
  if (isScalarType(any)) any.parseValue = (value) => readReference(value, entities);
  const entity = schema.getType("_Entity");
  if (isUnionType(entity)) entity.resolveType = (value: { readonly typename?: string }) => value.typename ?? "Agency";
  return schema;
}

const reference = z.object({
  __typename: z.string(),
  id: z
    .string()
    .max(200)
    .refine((id) => !id.includes("\0")), // no database holds it
  /** The hub's word, where the entity is an agency's. */
  relation: z.string().max(4000).nullish(),
});

/** @throws Mistake BAD_USER_INPUT */
function readReference(value: unknown, entities: readonly string[]): Reference {
  const read = reference.safeParse(value);
  if (read.success && entities.includes(read.data.__typename)) return read.data;
  throw badUserInput(
    "representations",
    "A representation names no entity of this subgraph",
    "引用有误:类型或标识不存在",
    `Send {__typename, id}; __typename one of ${entities.join(", ")}`,
  );
}

const entitiesOf: GraphQLFieldResolver<unknown, HubContext, { readonly representations: readonly Reference[] }> = (
  root,
  { representations },
  { directory, keyOf },
  info,
) => {
  const rows = planned(root, info);
  return representations.map(({ __typename, id }, n) => {
    if (__typename !== "Agency") return Array.isArray(rows) ? (rows[n] ?? null) : null;
    const key = keyOf("Agency", id);
    return key && directory.agency(key);
  });
};

const relation: GraphQLFieldResolver<unknown, HubContext, { readonly audience: string; readonly row: string }> = (
  minor,
  { audience, row },
  { words },
  info,
) => {
  const conferred = planned(minor, info);
  if (conferred === UNREGISTERED) return UNREGISTERED;
  if (isConferred(conferred)) words.want(audience, row, conferred, info.path);
  return null;
};
const isConferred = (value: unknown): value is Conferred =>
  typeof value === "object" && value !== null && "id" in value && "levels" in value;

function mark<Args>(
  schema: GraphQLSchema,
  typeName: string,
  name: string,
  extensions: Readonly<Record<string, unknown>>,
  resolve?: GraphQLFieldResolver<unknown, HubContext, Args>,
): void {
  const type = schema.getType(typeName);
  const field = isObjectType(type) ? type.getFields()[name] : undefined;
  if (!field) throw new TypeError(`${typeName}.${name} is not in the schema`);
  field.extensions = extensions;
  if (resolve) field.resolve = resolve;
}
