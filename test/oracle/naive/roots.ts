import type { GraphQLFieldResolver } from "graphql";
import type { Guard, NeedsGuard, WriteGuard } from "../../../src/policy/coordinates.js";
import { decideLevel, isShown } from "../../../src/policy/decide.js";
import { BIT, FACT } from "../../../src/policy/facts.js";
import type { GivenLevel, PolicyRow, ShownLevel } from "../../../src/policy/policy.js";
import { RECORD_TYPES, type RecordType } from "../../../src/store/record-types.js";
import { possibleLevels } from "../../support/possible-levels.js";
import { rootsOf } from "../../support/tables.js";
import type { Asked } from "./asked.js";
import { listArguments, page } from "./lists.js";
import { notFound, said } from "./refused.js";

type Resolver = GraphQLFieldResolver<unknown, Asked>;

const one =
  (type: RecordType): Resolver =>
  async (_root, { id }, asked) => {
    const decoded = asked.ids.decode(id);
    const seen = decoded?.type === type ? await asked.see(type, await asked.data.record(type, decoded.key)) : null;
    if (!seen) throw notFound();
    asked.disclose(seen);
    return seen;
  };

const node: Resolver = (root, args, asked, info) => {
  const type = asked.ids.decode(args["id"])?.type;
  if (type === "Agency") return agency(root, args, asked, info);
  const record = RECORD_TYPES.find((known) => known === type);
  if (!record) throw notFound();
  return one(record)(root, args, asked, info);
};

const agency: Resolver = async (_root, { id }, asked) => {
  const decoded = asked.ids.decode(id);
  const found = decoded?.type === "Agency" ? await asked.directory.agency(decoded.key) : null;
  if (!found) throw notFound();
  return found;
};

/** Connections that are asked for with arguments; refused as a whole where these are no good. */
export const CONNECTIONS: Readonly<Record<string, RecordType>> = Object.fromEntries(
  RECORD_TYPES.map((type) => [rootsOf(type)[1], type]),
);
const list =
  (type: RecordType): Resolver =>
  (_root, args, asked) =>
    page(asked, type, listArguments(args));

/** How each root field is answered. */
export const ROOTS: Readonly<Record<string, Resolver>> = {
  node,
  ...Object.fromEntries(RECORD_TYPES.map((type) => [rootsOf(type)[0], one(type)])),
  ...Object.fromEntries(Object.entries(CONNECTIONS).map(([name, type]) => [name, list(type)])),
  agency,
  agencies: (_root, _args, { directory }) => directory.agencies(),
  division: async (_root, { code }, { directory }) => {
    const found = await directory.division(code);
    if (!found) throw notFound();
    return found;
  },
  // Nobody is found by anything in the oracle's world, and nobody has looked.
  mergeProposals: () => [],
  mergeOffers: () => [],
  mixedReadings: () => [],
  minorLinks: () => [],
  minorLookups: (_root, { from, to }) => {
    if (to < from || Date.parse(to) - Date.parse(from) > 31 * 86_400_000)
      throw said("BAD_USER_INPUT", "Not within 31 days after `from`");
    return [];
  },
  divisions: async (_root, { within }, { directory }) => {
    const all = await directory.divisions();
    if (within === undefined || within === null) return all;
    if (!/^[1-9](\d|\d{3}|\d{5}|\d{8}|\d{11})$/.test(within))
      throw said(
        "BAD_USER_INPUT",
        `Division prefix "${within}": give 2, 4, 6, 9 or 12 digits, e.g. 320508 or 320508100`,
      );
    return all.filter(({ code }) => code.startsWith(within));
  },
  viewer: async (_root, _args, asked) => {
    const { viewer, policy, directory } = asked;
    const purposes = [...policy.purposes.values()].filter(({ roles }) => roles.has(viewer.role));
    return {
      name: viewer.name,
      role: viewer.role,
      post: viewer.post.post,
      postZh: viewer.post.postZh,
      agency: await directory.agency(viewer.agency),
      purposes: purposes.map(({ purpose }) => purpose),
      mayState: purposes,
      subgraphs: [],
    };
  },
};

const LEVELS: readonly ShownLevel[] = ["F", "M", "B", "X"];
const GIVEN: readonly GivenLevel[] = [...LEVELS, "A"];

/** The best level that some record may be shown at; the words beside it are not the oracle's matter. */
export const can: Resolver = (_viewer, { coordinates }, asked) =>
  coordinates.map((coordinate: string) => {
    const guard = asked.coordinates.get(coordinate);
    if (!guard) throw said("BAD_USER_INPUT", `"${coordinate.slice(0, 80)}" is no field of this schema`);
    if (guard.kind === "public") return { coordinate, level: "F" };
    if (guard.kind === "write") return { coordinate, level: performs(guard, asked) ? "F" : "-" };
    const { rows, levels } = guarding(guard);
    const best = GIVEN.find((level) => levels.includes(level) && rows.some((row) => asked.possible(row, [level])));
    return { coordinate, level: (opens(guard, asked) && best) || "-" };
  });

/**
 * What a mutation always writes is for the role to write and for the post to open - for a department system by itself,
 * for some post of its agency; and the record is there for whoever makes it, or takes part in it.
 */
function performs({ anchor, isNew, may, written }: WriteGuard, asked: Asked): boolean {
  const { asker } = asked;
  const { post } = asker;
  const always = written.filter((one) => one.always);
  const relations = always.flatMap(({ by }) => by).reduce<number>((facts, one) => facts | BIT[one], FACT.j);
  const asParty = FACT.p | (always.length > 0 ? relations : FACT.o);
  const facts = FACT.named | FACT.scope | (isNew ? FACT.o | FACT.j : asParty);
  return (
    (may === undefined || post.may.has(may)) &&
    always.every(({ by, guard: { row } }) => writes(row, asked) || (by.includes("a") && isAddressee(row, asked))) &&
    isShown(decideLevel(anchor, asker, facts))
  );
}

/** A cell of the role says what an addressee sees, and the post opens it. */
const isAddressee = (row: PolicyRow, { asker }: Asked): boolean =>
  (row.cells.get(asker.role) ?? []).some(({ conditions }) => conditions.includes("a")) &&
  [...possibleLevels(row, asker)].some(isShown);

/** Whether the group is the role's to write, and open to the post - of a system, to some post of its agency. */
function writes(row: PolicyRow, { policy, asker }: Asked): boolean {
  const posts = asker.post.may.has("machine") ? policy.postsOf(asker.role) : [asker.post];
  return (
    row.writers.has(asker.role) && posts.some((post) => [...possibleLevels(row, { ...asker, post })].some(isShown))
  );
}

/** Whether some record could show something here; over an edge only records that may exist. */
export function opens(guard: Guard, asked: Asked): boolean {
  if (guard.kind === "needs") return allOpen(guard, asked);
  const { rows, levels } = guarding(guard);
  const end = guard.kind === "group" || guard.kind === "edge" ? guard.leadsTo : undefined;
  return rows.some((row) => asked.possible(row, levels)) && (!end || asked.possible(end, LEVELS));
}

export const hasRight = ({ may }: NeedsGuard, { asker }: Asked): boolean =>
  may === undefined || asker.post.may.has(may);

/** A post with the right, and every one of the rows open to it at such a level, or also written by its agency. */
const allOpen = (guard: NeedsGuard, asked: Asked): boolean =>
  hasRight(guard, asked) &&
  (guard.toWrite
    ? guard.rows.some((row) => writes(row, asked))
    : guard.rows.every(
        (row) => asked.possible(row, guard.levels) && (!guard.byWriters || row.writers.has(asked.asker.role)),
      ));

/** Rows that guard a coordinate, and the levels at which it shows something. */
export function guarding(guard: Guard): { rows: readonly PolicyRow[]; levels: readonly GivenLevel[] } {
  if (guard.kind === "group") return { rows: [guard.row], levels: guard.levels };
  if (guard.kind === "needs") return guard;
  if (guard.kind === "edge") return { rows: guard.rows, levels: ["F"] };
  if (guard.kind === "count") return { rows: [guard.row], levels: ["A"] };
  if (guard.kind === "root") return { rows: guard.anchors, levels: LEVELS };
  return { rows: [], levels: [] };
}
