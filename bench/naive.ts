import "reflect-metadata";
import { createRequire } from "node:module";
import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";
import { type GraphQLField, type GraphQLFieldResolver, getNamedType, isListType, isObjectType } from "graphql";
import type { ObjectLiteral } from "typeorm";
import { parseConfig } from "../src/config.js";
import { Agency, Division } from "../src/domain/directory/index.js";
import { ENTITIES } from "../src/domain/index.js";
import { keysByFact } from "../src/facts/keys.js";
import { anchorOf } from "../src/policy/anchor.js";
import { readCoordinates } from "../src/policy/coordinates.js";
import type { Asker } from "../src/policy/decide.js";
import { FACT } from "../src/policy/facts.js";
import { loadPolicy } from "../src/policy/load.js";
import { mayShow } from "../src/policy/say.js";
import { TruthTables } from "../src/policy/tables.js";
import { buildTree, deny } from "../src/policy/tree.js";
import { fieldMarks } from "../src/read/marks.js";
import { buildHubSchema } from "../src/server/schema.js";
import { RECORD_TYPES, type RecordType } from "../src/store/record-types.js";
import { Store } from "../src/store/store.js";
import type { Viewer } from "../src/viewer/viewer.js";
import { createViewers } from "../src/viewer/viewers.js";
import { PURPOSE } from "./reads.js";
import { serving, settings } from "./serving.js";

/**
 * The naive executor: the same packages, schema and rules as a tutorial puts them together. Apollo's own HTTP server,
 * a repository query in every resolver that needs one, graphql-shield on every field. Who asks is believed; no log, no
 * second wall. Facts are read off the loaded rows, which spares it the queries that a tutorial would make for them.
 */
const require = createRequire(import.meta.url);
const { shield }: typeof import("graphql-shield") = require("graphql-shield");
const { applyMiddleware }: typeof import("graphql-middleware") = require("graphql-middleware");

interface Context {
  readonly asker: Asker;
  readonly viewer: Viewer;
}
/** A record, or what belongs to one, with the facts that hold between it and the viewer. */
interface Loaded {
  readonly facts: number;
  readonly row: ObjectLiteral;
}
type Resolver = GraphQLFieldResolver<Loaded, Context>;

const { url, ids } = settings();
const config = parseConfig({}, null);
const policy = await loadPolicy(config.policy.directory);
const schema = await buildHubSchema();
const store = await Store.open({ url, dataDir: config.database.dataDir, entities: ENTITIES });
const repository = (target: string | (new () => object)) => store.dataSource.getRepository<ObjectLiteral>(target);
const { rows } = await store.pool.query<{ name: string; no: number }>("SELECT name, no FROM policy_row");
const numbers = new Map(rows.map(({ name, no }) => [name, no]));
const coordinates = readCoordinates(schema, policy);
const tables = new TruthTables(policy);
const tree = buildTree(coordinates, (asker, guard) => mayShow(tables, guard, asker));
await tables.ask(tree);

const recordType = (name: string): RecordType => RECORD_TYPES.find((type) => type === name) ?? "Minor";
const keysOf = (viewer: Viewer, type: RecordType, ...facts: number[]) => {
  const keys = keysByFact(viewer, type, policy, numbers);
  return facts.flatMap((fact) => keys.get(fact)?.steady ?? []).map(String);
};
const placesOf = (viewer: Viewer, type: RecordType) => viewer.duties.get(type) ?? [];

function load({ viewer }: Context, type: RecordType, row: ObjectLiteral): Loaded {
  const involved: readonly string[] = row["involved"];
  let facts = placesOf(viewer, type).some(({ from, to }) => row["place"] >= from && row["place"] <= to) ? FACT.j : 0;
  for (const [fact, { steady }] of keysByFact(viewer, type, policy, numbers))
    if (steady.some((key) => involved.includes(String(key)))) facts |= fact;
  return { facts, row };
}

const exists = ({ asker }: Context, type: RecordType, { facts }: Loaded): boolean => {
  const anchor = anchorOf(policy, type);
  return anchor !== undefined && tables.level(anchor, asker, facts) !== "-";
};

const one =
  (type: RecordType): Resolver =>
  async (_parent, { id }, context) => {
    const row = await repository(type).findOneBy({ id: ids.decode(String(id))?.key ?? "" });
    const loaded = row && load(context, type, row);
    if (!loaded || !exists(context, type, loaded)) throw new Error("NOT_FOUND_OR_NOT_SHARED");
    return loaded;
  };

/** Newest first; rows that are shown as a band only come after the others, by that band. */
const list =
  (type: RecordType, band: string): Resolver =>
  async (_parent, { first }, context) => {
    const [{ from, to } = { from: "0", to: "0" }] = placesOf(context.viewer, type);
    const part = keysOf(context.viewer, type, FACT.p);
    const inFull = type === "Minor" ? "true" : "r.involved && :part";
    const found = await repository(type)
      .createQueryBuilder("r")
      .where("(r.place BETWEEN :from AND :to OR r.involved && :part) AND NOT r.involved && :conflict", {
        from,
        to,
        part,
        conflict: keysOf(context.viewer, type, FACT.conflict),
      })
      .addSelect(`CASE WHEN ${inFull} THEN r.id END`, "newest")
      .addSelect(`CASE WHEN NOT (${inFull}) THEN ${band} END`, "band")
      .orderBy("newest", "DESC", "NULLS LAST")
      .addOrderBy("band", "DESC", "NULLS LAST")
      .addOrderBy("r.ref")
      .limit(first + 1)
      .getMany();
    const nodes = found.slice(0, first).map((row) => load(context, type, row));
    return { facts: 0, row: { nodes, pageInfo: { facts: 0, row: { hasNextPage: found.length > first } } } };
  };

const ROOTS: Readonly<Record<string, Resolver>> = {
  viewer: (_parent, _args, { viewer: { person, agency }, asker }) => ({
    facts: 0,
    row: { name: person?.name, role: agency.role, post: asker.post.post, agency: agency.id },
  }),
  minor: one("Minor"),
  case: one("Case"),
  minors: list("Minor", "r.givenName"),
  incidents: list("SensitiveIncident", "to_char(r.occurredAt AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM')"),
};

/** The resolver that a tutorial writes for such a field. */
function resolverOf(type: string, field: GraphQLField<unknown, unknown>): Resolver {
  const { belonging, edge, from } = fieldMarks(field);
  const guard = coordinates.get(`${type}.${field.name}`);
  const named = getNamedType(field.type).name;
  const agency = async (id: string) => ({ facts: 0, row: (await repository(Agency).findOneBy({ id })) ?? {} });
  const oneOrAll = <T>(all: readonly T[]) => (isListType(field.type) ? all : (all[0] ?? null));

  if (field.name === "id") return ({ row }) => ids.encode(recordType(type), row["id"]);
  if (belonging)
    return async ({ facts, row: { id } }) => {
      const found = await repository(belonging.target()).find({
        where: { [belonging.by]: { id } },
        order: { id: "ASC" },
      });
      const { give } = belonging;
      if (give === undefined) return oneOrAll(found.map((row) => ({ facts, row })));
      return Promise.all(
        found
          .map((row) => String(row[give]))
          .sort()
          .map(agency),
      );
    };
  if (edge)
    return async ({ row: { id } }, _args, context) => {
      const links = await repository(edge.through()).find({
        where: { [edge.near]: { id } },
        relations: { [edge.far]: true },
      });
      const { rows } = edge;
      const far = links.flatMap((link) => {
        const loaded = load(context, recordType(named), link[edge.far]);
        const row = policy.rows.get(typeof rows === "string" ? rows : (rows.byValue[link[rows.property]] ?? ""));
        const kind = typeof rows === "string" || edge.only === undefined || link[rows.property] === edge.only;
        const open = row && (edge.owner === "near" || tables.level(row, context.asker, loaded.facts) === "F");
        return kind && open && exists(context, recordType(named), loaded) ? [loaded] : [];
      });
      return oneOrAll(far.sort((a, b) => (a.row["id"] < b.row["id"] ? 1 : -1)));
    };
  const property = from ?? field.name;
  if (named === "Agency") return ({ row }) => agency(row[property]);
  if (named === "Division")
    return async ({ row }) => ({
      facts: 0,
      row: (await repository(Division).findOneBy({ code: row[property] })) ?? {},
    });
  return ({ facts, row }, _args, { asker }) => {
    const masked = guard?.kind === "group" && guard.mask !== undefined && tables.level(guard.row, asker, facts) === "M";
    return masked && row[property] !== null ? guard.mask : row[property];
  };
}

for (const type of Object.values(schema.getTypeMap()))
  if (isObjectType(type) && !type.name.startsWith("__"))
    for (const field of Object.values(type.getFields()))
      field.resolve = (type.name === "Query" && ROOTS[field.name]) || resolverOf(type.name, field);

const ruled = applyMiddleware(
  schema,
  shield(tree.rules, {
    debug: false,
    fallbackRule: deny,
    // As in src/policy/tree.ts: a denial is null.
    fallbackError: () => null as unknown as Error,
    allowExternalErrors: true,
    hashFunction: () => "",
  }),
);

const viewers = createViewers({
  query: async (sql, params) => (await store.pool.query(sql, params)).rows,
  policy,
  publicClients: ["bench"],
});
const server = new ApolloServer<Context>({ schema: ruled });
const { url: address } = await startStandaloneServer(server, {
  listen: { port: 0, host: "127.0.0.1" },
  context: async ({ req }) => {
    const viewer = await viewers.of({ client: "bench", subject: String(req.headers["x-subject"]) });
    return {
      viewer,
      asker: { role: viewer.agency.role, post: viewer.post, purpose: policy.purposes.get(PURPOSE) ?? null },
    };
  },
});
serving({ address: "", family: "", port: Number(new URL(address).port) });
