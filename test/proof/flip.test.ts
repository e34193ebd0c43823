import pg from "pg";
import { parseConfig } from "../../src/config.js";
import { withLeaves } from "../../src/policy/activate.js";
import { allow, deny } from "../../src/policy/tree.js";
import { type PolicyInForce, policyInForce } from "../../src/server/foundation.js";
import { startHub, type TestHub } from "../support/hub.js";
import { preparedDatabase } from "../support/prepared.js";
import { differences, Expected, read } from "./asking.js";
import { type Asker, askersOf, asWritten, isGiven, type Leaf } from "./reading.js";
import { nameOf } from "./rules.js";
import { seed, subjectOf } from "./seed.js";
import { COORDINATES } from "./shows.js";
import { buildWorld } from "./world.js";

type Verdict = "denied" | "allowed";
const shipped = await policyInForce(parseConfig({}, null));
/** Those that stand at a field of a record; the others are asked for what answers no record, or count. */
const groups = new Set([...COORDINATES.values()].flatMap(({ groups }) => groups));
const leaves = [...shipped.activation.tree.leaves.keys()].filter(
  (leaf) => groups.has(leaf.split(".")[0] ?? "") && !leaf.endsWith(".A"),
);

/** Each leaf both ways; the sample flips it one way, the other in another run. FLIP_SEED repeats a run. */
const SEED = Number(process.env["FLIP_SEED"] ?? Date.now() % 2);
const flips = leaves.flatMap((leaf, at): [string, Verdict][] => {
  const both: [string, Verdict][] = [
    [leaf, "denied"],
    [leaf, "allowed"],
  ];
  // Denying what no cell gives changes nothing.
  const half = isGiven(leaf) && (at + SEED) % 2 === 0 ? "denied" : "allowed";
  return process.env["HUB_TEST_LONG"] ? both : both.filter(([, verdict]) => verdict === half);
});

const roles = [
  "POLICE_STATION",
  "SOCIAL_AFFAIRS_OFFICE",
  "SCHOOL",
  "WOMENS_FEDERATION",
  "GOVERNANCE_EMERGENCY_OFFICE",
  "PUBLICITY_CULTURE_CENTRE",
  "SOCIAL_ORGANISATION",
];
/**
 * Of each role the head, and whoever is bound to what is assigned to him, for purposes that open much, for one that
 * opens a single type of record to somebody, and for one that opens none.
 */
const candidates = roles
  .flatMap(askersOf)
  .filter(({ post: { name, scope } }) => name === "HEAD" || scope === "ASSIGNED")
  .filter(({ purpose }) =>
    ["CASE_HANDLING", "OPINION_RESPONSE", "LEFT_BEHIND_CARE", "LIFE_SAFETY", "AUDIT"].includes(purpose?.name ?? ""),
  );

/**
 * graphql-shield really decides. In the hub as it serves - HTTP, the walk under the rule tree, the statement, row
 * security - one leaf of the tree is replaced, by `deny` and then by `allow`, and nothing else is touched; the answers
 * follow, wherever the leaf stands: values, masks and bands, edges and ways back along them, which rows exist, root
 * fields. What nothing can show any more is refused before anything runs; row security lets nobody beyond its wall.
 */
describe("one leaf of the rule tree is replaced, and the answers follow:", () => {
  const world = buildWorld(roles, 32);
  const followed = { denied: new Set<string>(), allowed: new Set<string>() };
  const asked = new Map<string, Asker>();
  let open: (inForce?: PolicyInForce) => Promise<TestHub>;
  let written: Expected;

  it.each(flips)(
    "%s %s",
    async (leaf, verdict) => {
      const { plain, activation } = shipped;
      const replaced = new Map([[leaf, verdict === "denied" ? deny : allow]]);
      const hub = await open({ plain, activation: await withLeaves(activation, plain, replaced) });
      try {
        const flipped = expected(hub, leaf, verdict);
        const changed = new Set<string>();
        for (const asker of whoNotices(leaf, verdict, written, flipped)) {
          expect(await wrong(hub, flipped, asker)).toEqual([]);
          for (const coordinate of changes(written, flipped, asker)) changed.add(coordinate);
          asked.set(nameOf(asker), asker);
        }
        for (const coordinate of changed) followed[verdict].add(coordinate);
        // A level that no cell of the row gives cannot be taken away.
        expect(changed.size > 0).toBe(verdict === "allowed" || isGiven(leaf));
      } finally {
        await hub.close();
      }
    },
    120_000,
  );

  it(`every protected coordinate has followed (FLIP_SEED=${SEED})`, () => {
    const guarded = [...shipped.activation.coordinates].flatMap(([coordinate, { kind }]) =>
      kind === "public" || kind === "needs" || kind === "count" || coordinate.startsWith("Mutation.")
        ? []
        : [coordinate],
    );
    process.stderr.write(
      `  ${flips.length} flips of ${leaves.length} leaves, ${guarded.length} coordinates, ${asked.size} askers\n`,
    );
    if (process.env["HUB_TEST_LONG"])
      for (const verdict of ["denied", "allowed"] as const)
        expect([...followed[verdict]].sort()).toEqual(guarded.sort());
    expect([...new Set([...followed.denied, ...followed.allowed])].sort()).toEqual(guarded.sort());
  });

  it("and with every leaf in its place again, the same askers are answered as it is written", async () => {
    const hub = await open();
    try {
      for (const asker of asked.values()) expect(await wrong(hub, written, asker)).toEqual([]);
    } finally {
      await hub.close();
    }
  }, 120_000);

  beforeAll(async () => {
    const database = await preparedDatabase("tables");
    // Each hub is opened on the same database: startHub makes none, and the policy's edges are activated anew.
    open = (inForce = shipped) =>
      startHub("embedded", async () => {}, inForce, undefined, {
        DATABASE_URL: database.url,
        DATABASE_MIGRATION_URL: database.migrationUrl,
      });
    const hub = await open();
    const superuser = new pg.Client({ connectionString: database.superUrl });
    await superuser.connect();
    await seed(world, (sql, params) => superuser.query(sql, params), hub.questions.world.ids);
    await superuser.end();
    await hub.close();
    written = new Expected(world, asWritten, (type, key) => hub.questions.world.ids.encode(type, key));
  }, 300_000);

  function expected(hub: TestHub, flipped: string, verdict: Verdict): Expected {
    const leaf: Leaf = (row, level, asker, facts) =>
      `${row}.${level}` === flipped ? verdict === "allowed" : asWritten(row, level, asker, facts);
    return new Expected(world, leaf, (type, key) => hub.questions.world.ids.encode(type, key));
  }

  /** Where the hub's answers to one asker are not the expected ones. */
  async function wrong(hub: TestHub, expected: Expected, asker: Asker): Promise<string[]> {
    const purpose = asker.purpose?.name ?? "";
    const { body } = await hub.ask(subjectOf(asker.role, asker.post.name), expected.question("everything") ?? "", {
      purpose,
    });
    const refused = (body.errors ?? []).flatMap(({ extensions: { code, coordinate } }) =>
      code === "FIELD_NOT_SHARED" ? [String(coordinate)] : [],
    );
    const unlike = expected.refused(asker).filter((coordinate) => !refused.includes(coordinate));
    const question = expected.question(asker);
    const found = question ? [...(await read(hub, asker, question))] : [];
    return [
      ...unlike.map((coordinate) => `${coordinate} is not refused`),
      ...found.flatMap(([type, rows]) =>
        differences(rows, expected.rows(type, asker), (id) => `${type} ${hub.questions.world.ids.decode(id)?.key}`),
      ),
    ].map((difference) => `${nameOf(asker)}: ${difference}`);
  }
});

/** Coordinates at which the two answer one asker differently. */
function changes(written: Expected, flipped: Expected, asker: Asker): string[] {
  const before = written.outcomes(asker);
  const after = flipped.outcomes(asker);
  return [...COORDINATES.keys()].filter((coordinate) => before.get(coordinate) !== after.get(coordinate));
}

/** Enough askers, of those that have something to see, to notice the flip wherever the leaf stands. */
function whoNotices(leaf: string, verdict: Verdict, written: Expected, flipped: Expected): Asker[] {
  const [group = ""] = leaf.split(".");
  // Nobody misses what no cell gives.
  if (verdict === "denied" && !isGiven(leaf)) return candidates.slice(0, 1);
  const unnoticed = new Set(
    [...COORDINATES].flatMap(([coordinate, { groups }]) => (groups.includes(group) ? [coordinate] : [])),
  );
  const noticing: Asker[] = [];
  for (const asker of candidates) {
    if (unnoticed.size === 0) break;
    const noticed = changes(written, flipped, asker).filter((coordinate) => unnoticed.delete(coordinate));
    if (noticed.length > 0) noticing.push(asker);
  }
  return noticing.length > 0 ? noticing : candidates.slice(0, 1);
}
