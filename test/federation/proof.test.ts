import "reflect-metadata";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { parseConfig } from "../../src/config.js";
import { withLeaves } from "../../src/policy/activate.js";
import { FACT } from "../../src/policy/facts.js";
import { allow, deny } from "../../src/policy/tree.js";
import { idCipherOf, type PolicyInForce, policyInForce } from "../../src/server/foundation.js";
import type { IdCipher } from "../../src/store/global-id.js";
import { differences, Expected, read } from "../proof/asking.js";
import { levelForOthers, levelForOwn } from "../proof/at-home.js";
import {
  type Asker,
  askersOf,
  asWritten,
  bitsNamed,
  isGiven,
  type Leaf,
  type Level,
  type Shown,
  subsetsOf,
} from "../proof/reading.js";
import { nameOf, Proof } from "../proof/rules.js";
import { seed, subjectOf } from "../proof/seed.js";
import { buildWorld, type Record_, type Values } from "../proof/world.js";
import { type DatabaseUrls, freshDatabase } from "../support/database.js";
import { gatewayKeysIn } from "../support/gateway.js";
import { type Sql, startHub, type TestHub } from "../support/hub.js";
import { preparedDatabase } from "../support/prepared.js";
import {
  bringKeeper,
  factsOf,
  heldAtHome,
  heldAtHub,
  KEEPERS,
  type Keeper,
  type Kept,
  keepAtHome,
  subjectAt,
} from "./kept-at-home.js";
import { agencyOn, type Replaced, startGateway } from "./parts.js";

/** The office that most is shown to, and another role, the others in other runs; the long suite asks all. */
const SEED = Number(process.env["HUB_SEED"] ?? Date.now() % 1_000);
const LONG = process.env["HUB_TEST_LONG"] !== undefined;
const OTHERS = [
  "POLICE_STATION",
  "JUSTICE_OFFICE",
  "SCHOOL",
  "YOUTH_LEAGUE",
  "WOMENS_FEDERATION",
  "VILLAGE_COMMUNITY",
  "EDUCATION_BUREAU",
  "PROCURATORATE",
  "RESCUE_STATION",
  "GOVERNANCE_EMERGENCY_OFFICE",
  "CARE_INSTITUTION",
  "SOCIAL_ORGANISATION",
];
const roles = ["SOCIAL_AFFAIRS_OFFICE", ...OTHERS.filter((_, r) => LONG || r === SEED % OTHERS.length)];
/** To whom between them every group is told at every level that some cell gives. */
const NOTICING = ["SOCIAL_AFFAIRS_OFFICE", "POLICE_STATION", "VILLAGE_COMMUNITY"];

/** Who asks: somebody of a keeper's own, or of another agency. */
interface Who {
  readonly asker: Asker;
  readonly of?: Keeper;
}
const FIELDS = KEEPERS.flatMap((keeper) => keeper.fields.map((kept) => ({ keeper, ...kept })));
const LEVELS: readonly Shown[] = ["F", "M", "B", "X"];

/** Each leaf of the agencies' trees both ways; the sample flips a third of them one way, the others in other runs. */
const flips = KEEPERS.flatMap(({ name, fields }) => {
  const leaves = [...new Set(fields.flatMap(({ row, at }) => at.map((level) => `${row}.${level}`)))];
  return leaves.flatMap((leaf, n) =>
    (["denied", "allowed"] as const).flatMap((verdict, way) =>
      LONG || ((n + SEED) % 3 === 0 && (n + SEED) % 2 === way) ? [{ name, leaf, verdict }] : [],
    ),
  );
});

/**
 * cell of the table = what a school and a station that keep the group at home show through the gateway, for every post and
 * purpose of other agencies and every set of facts that can hold at the hub, and for people of their own whatever the hub
 * and the agency know of them: the hub's word carries the one decision, the agency's own rule tree makes the other.
 */
describe(`groups that a school and a station keep at home (HUB_SEED=${SEED}), asked for through the gateway`, () => {
  const world = buildWorld([...new Set([...roles, ...NOTICING])]);
  const minors = [...world.records.values()].filter(({ type }) => type === "Minor");
  const keys = minors.map(({ key }) => key);
  const others = (of: readonly string[]): Who[] => of.flatMap(askersOf).map((asker) => ({ asker }));
  const own = KEEPERS.flatMap((of) => of.people.map((asker): Who => ({ asker, of })));
  const folder = mkdtempSync(join(tmpdir(), "proof-"));
  const written = new Expected(world, asWritten, (type, key) => ids.encode(type, key));
  const databases = new Map<string, DatabaseUrls>();
  let ids: IdCipher;
  let inForce: PolicyInForce;

  it("show value, band or action as the cell says, and nothing else", async () => {
    const federated = await open();
    const proof = new Proof();
    const asking = [...others(roles), ...own];
    for (const who of asking) {
      const expected = rowsFor(who);
      for (const wrong of differences(await ask(federated, who), expected, (id) => `Minor ${ids.decode(id)?.key}`))
        proof.take(false, false, () => `${called(who)}: ${wrong}`);
      for (const row of expected.values())
        for (const [field, value] of Object.entries(row)) proof.take(true, field !== "id" && value !== null, () => "");
    }
    proof.close(`${roles.join(" ")} (HUB_SEED=${SEED}), ${asking.length} askers x fields x children`, 300);
  }, 900_000);

  describe("one leaf is replaced, and the answer follows:", () => {
    it.each([
      ["R13", "F"],
      ["R14", "X"],
      ["R15", "B"],
    ] as const)("%s.%s denied at the hub alone shows nothing", async (group, at) => {
      const federated = await open({ hub: new Map([[`${group}.${at}`, deny]]) });
      const hub: Leaf = (row, level, who, facts) =>
        (row !== group || level !== at) && asWritten(row, level, who, facts);
      const shownTo = others(roles).filter((who) => noticed(who, { hub }));
      expect(shownTo.length).toBeGreaterThan(0);
      for (const who of shownTo.slice(0, 2))
        expect(differences(await ask(federated, who), rowsFor(who, { hub }), (id) => id)).toEqual([]);
    });

    it.each(["R13.F", "R14.F", "R15.F"])(
      "%s allowed at hub and gateway shows it to whoever sees the child",
      async (leaf) => {
        const replaced = new Map([[leaf, allow]]);
        const federated = await open({ hub: replaced, gateway: replaced });
        const opened: Leaf = (row, level, who, facts) =>
          `${row}.${level}` === leaf || asWritten(row, level, who, facts);
        const [who] = others(roles).filter(({ asker }) => minors.some((minor) => written.exists(minor, asker)));
        if (!who) throw new RangeError("Nobody sees a child");
        const decided = { hub: opened, possible: opened };
        expect(differences(await ask(federated, who, opened), rowsFor(who, decided), (id) => id)).toEqual([]);
      },
    );

    it("R13.F denied at the gateway alone refuses the question, as nobody can be shown it", async () => {
      const federated = await open({ gateway: new Map([["R13.F", deny]]) });
      const { status, body } = await federated(
        subjectOf("SOCIAL_AFFAIRS_OFFICE", "HEAD"),
        "{ minors(first: 1) { nodes { attendance { daysAbsent } } } }",
        { purpose: "COMPULSORY_EDUCATION" },
      );
      expect({ status, code: body.errors?.[0]?.extensions["code"] }).toEqual({ status: 403, code: "FIELD_NOT_SHARED" });
    });

    // Of what can be shown to nobody the gateway asks nobody, so what is allowed is allowed there as well; never at the hub.
    it.each(flips)("$leaf $verdict at the $name", async ({ name, leaf, verdict }) => {
      const replaced = new Map([[leaf, verdict === "allowed" ? allow : deny]]);
      const federated = await open({ [name]: replaced, ...(verdict === "allowed" ? { gateway: replaced } : {}) });
      const possible: Leaf = (row, level, who, facts) =>
        `${row}.${level}` === leaf ? verdict === "allowed" : asWritten(row, level, who, facts);
      const decided = { possible, home: (at: string, is: boolean) => (at === leaf ? verdict === "allowed" : is) };
      const everybody = [others(NOTICING), own];
      const asking = everybody.flatMap((all) => all.filter((who) => noticed(who, decided)).slice(0, 2));
      const refused = everybody.flatMap((all) => all.flatMap((who) => refusedTo(who, possible)).slice(0, 1));
      // A level that no cell of the row gives cannot be taken away.
      expect(asking.length + refused.length > 0).toBe(verdict === "allowed" || isGiven(leaf));
      for (const who of asking.length > 0 ? asking : own.slice(0, 1))
        expect(differences(await ask(federated, who, possible), rowsFor(who, decided), (id) => id)).toEqual([]);
      // It may refuse to be asked what its own tree can never show: nothing is shown either way.
      for (const { who, field } of refused) {
        const { body } = await federated(subjectFor(who), `{ minors(first: 50) { nodes { ${field} } } }`, {
          purpose: who.asker.purpose?.name ?? "",
        });
        expect(JSON.stringify(body.data?.["minors"] ?? null)).toMatch(
          /^(null|\{"nodes":\[((null|\{"\w+":null\}),?)*\]\})$/,
        );
      }
    });
  });

  /** What decides, where it is another than is written. */
  interface Decided {
    /** At the hub. */
    readonly hub?: Leaf;
    /** What can be shown at all, so that it is asked for. */
    readonly possible?: Leaf;
    /** A leaf of the agencies', and what it says as it is written. */
    readonly home?: (leaf: string, is: boolean) => boolean;
  }

  type Ask = TestHub["ask"];

  async function ask(federated: Ask, who: Who, possible: Leaf = asWritten): Promise<Map<string, Values>> {
    const fields = askedFor(who, possible).map(({ field }) => field);
    const question = `query ($minors: String) { minors(first: 50, after: $minors) { totalCount nodes { id ${fields.join(" ")} } pageInfo { hasNextPage endCursor } } }`;
    if (fields.length === 0 || written.question(who.asker)?.includes("minors(") !== true) return new Map();
    const as: Ask = (_subject, query, options) => federated(subjectFor(who), query, options);
    return (await read({ ask: as }, who.asker, question)).get("Minor") ?? new Map();
  }

  function rowsFor(who: Who, decided: Decided = {}): Map<string, Values> {
    const fields = askedFor(who, decided.possible ?? asWritten);
    const rows = new Map<string, Values>();
    if (fields.length === 0) return rows;
    for (const [n, minor] of minors.entries()) {
      if (!exists(who, minor, n)) continue;
      const id = ids.encode("Minor", minor.key);
      const values = fields.map((kept) => [
        kept.field.split(" ")[0] ?? "",
        isShown(who, minor, n, kept, decided) ? kept.of(n) : null,
      ]);
      rows.set(id, { id, ...Object.fromEntries(values) });
    }
    return rows;
  }

  const askedFor = ({ asker }: Who, possible: Leaf) =>
    FIELDS.filter(({ row, at }) =>
      at.some((level) => [...subsetsOf(bitsNamed(row, asker))].some((facts) => possible(row, level, asker, facts))),
    );

  /** Fields that are shown to him, and could be to nobody any more. */
  const refusedTo = (who: Who, possible: Leaf) => {
    const still = askedFor(who, possible);
    const shown = [...rowsFor(who).values()].slice(-50);
    return askedFor(who, asWritten).flatMap(({ field }) =>
      !still.some((kept) => kept.field === field) && shown.some((row) => row[field.split(" ")[0] ?? ""] !== null)
        ? [{ who, field }]
        : [],
    );
  };

  const factsAtHub = ({ asker, of }: Who, { key }: Record_, n: number) =>
    of ? factsOf(heldAtHub(asker, n)) : written.holds.facts(asker, key);

  const exists = (who: Who, minor: Record_, n: number) =>
    who.of
      ? LEVELS.some((level) => asWritten("R1", level, who.asker, factsAtHub(who, minor, n)))
      : written.exists(minor, who.asker);

  function isShown(
    who: Who,
    minor: Record_,
    n: number,
    { keeper, row, at }: Kept & { readonly keeper: Keeper },
    { hub = asWritten, home = (_leaf, is) => is }: Decided,
  ): boolean {
    const { asker } = who;
    const facts = factsAtHub(who, minor, n);
    // Of two agencies of one kind each is the source of its own rows alone.
    const counting = keeper.definition.role === asker.role && who.of !== keeper ? facts & ~FACT.o : facts;
    const told: Level = LEVELS.find((level) => hub(row, level, asker, counting)) ?? "-";
    const isOwn = who.of === keeper;
    if (told === "-" || (!isOwn && levelForOthers(row, told) === "-")) return false;
    const level = isOwn ? levelForOwn(row, asker, facts, factsOf(heldAtHome(asker, n))) : told;
    return at.some((one) => home(`${row}.${one}`, one === level));
  }

  const noticed = (who: Who, decided: Decided): boolean => {
    const { possible = asWritten } = decided;
    return JSON.stringify([...rowsFor(who, { possible })]) !== JSON.stringify([...rowsFor(who, decided)]);
  };

  const subjectFor = ({ asker, of }: Who) => (of ? subjectAt(of, asker) : subjectOf(asker.role, asker.post.name));
  const called = ({ asker, of }: Who) => `${of ? `the ${of.name}'s own ` : ""}${nameOf(asker)}`;

  interface Part {
    readonly address: string;
    close(): Promise<void>;
  }
  const running = new Map<string, { readonly part: Part; readonly replaced: Replaced | undefined }>();
  let gateway: { readonly ask: Ask; close(): Promise<void> } | undefined;

  /** Gateway, hub and agencies, with these leaves in place of their own; whoever has the same as before goes on. */
  async function open(replaced: { readonly [name: string]: Replaced } = {}): Promise<Ask> {
    await gateway?.close();
    const hub = await part("hub", replaced, async () =>
      startHub(
        databaseOf("hub"),
        async () => {},
        await withReplaced(inForce, replaced["hub"]),
        undefined,
        await gatewayKeysIn(folder),
        JSON.stringify({ federation: { agencies: registered() } }),
      ),
    );
    const parts: Record<string, { definition: Keeper["definition"]; address: string }> = {};
    for (const { name, definition } of KEEPERS) {
      const { address } = await part(name, replaced, () =>
        agencyOn(databaseOf(name), folder, name, definition, { replaced: replaced[name] }),
      );
      parts[name] = { definition, address };
    }
    gateway = await startGateway(
      folder,
      hub,
      inForce,
      registered(),
      parts,
      await withReplaced(inForce, replaced["gateway"]),
    );
    return gateway.ask;
  }

  async function part(
    name: string,
    { [name]: replaced }: { readonly [name: string]: Replaced },
    start: () => Promise<Part>,
  ): Promise<Part> {
    const before = running.get(name);
    if (before && before.replaced === replaced) return before.part;
    await before?.part.close();
    const started = await start();
    running.set(name, { part: started, replaced });
    return started;
  }

  const databaseOf = (name: string) => {
    const database = databases.get(name);
    if (!database) throw new TypeError(`${name} has no database yet`);
    return database;
  };
  const registered = () =>
    Object.fromEntries(KEEPERS.map(({ name, key, holds }) => [name, { agency: ids.encode("Agency", key), holds }]));

  beforeAll(async () => {
    const config = parseConfig({ HUB_DEMO: "1", HUB_DATA_DIR: folder }, null);
    inForce = await policyInForce(config);
    ids = idCipherOf(config);
    const database = await preparedDatabase("tables");
    databases.set("hub", database);
    // Shares name rows of the policy, which a hub brings at its start.
    await (await startHub(database, async () => {}, inForce)).close();
    const superuser = new pg.Client({ connectionString: database.superUrl });
    await superuser.connect();
    const sql = (text: string, params?: unknown[]) => superuser.query(text, params);
    await seed(world, sql, ids);
    for (const keeper of KEEPERS) await bringKeeper(sql, keeper, keys, heldAtHub);
    await superuser.end();
    for (const keeper of KEEPERS) {
      const { name, definition } = keeper;
      const home = await freshDatabase();
      databases.set(name, home);
      const fill = (at: Sql, ofHome: IdCipher) =>
        keepAtHome(at, ofHome, keeper, keys, (key) => ids.encode("Minor", key));
      running.set(name, { part: await agencyOn(home, folder, name, definition, { fill }), replaced: undefined });
    }
  }, 300_000);
  afterAll(async () => {
    await gateway?.close();
    for (const { part: one } of running.values()) await one.close();
    rmSync(folder, { recursive: true, force: true });
  });
});

/** Leaves that the hub alone has are asked anew there; the others stand in the trees of the subgraph and of the gateway. */
async function withReplaced({ plain, activation }: PolicyInForce, replaced: Replaced = new Map()) {
  if (replaced.size === 0) return { plain, activation };
  const asked = await withLeaves(activation, plain, replaced);
  return {
    plain,
    activation: { ...asked, tree: { ...asked.tree, leaves: new Map([...asked.tree.leaves, ...replaced]) } },
  };
}
