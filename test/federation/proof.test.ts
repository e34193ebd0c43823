import "reflect-metadata";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { SCHOOL } from "../../examples/agencies/school/src/records.js";
import { parseConfig } from "../../src/config.js";
import { allow, deny } from "../../src/policy/tree.js";
import { type Agency } from "../../src/server/agency.js";
import { idCipherOf, type PolicyInForce, policyInForce } from "../../src/server/foundation.js";
import type { IdCipher } from "../../src/store/global-id.js";
import { differences, Expected, read } from "../proof/asking.js";
import { type Asker, askersOf, asWritten, bitsNamed, type Leaf, type Shown, subsetsOf } from "../proof/reading.js";
import { nameOf, Proof } from "../proof/rules.js";
import { seed, subjectOf } from "../proof/seed.js";
import { buildWorld, type Values } from "../proof/world.js";
import { type DatabaseUrls } from "../support/database.js";
import { gatewayKeysIn } from "../support/gateway.js";
import { type Sql, startHub, type TestHub } from "../support/hub.js";
import { preparedDatabase } from "../support/prepared.js";
import { startAgency, startGateway } from "./parts.js";

const HELD = ["R13", "R14", "R15", "R16", "R16b"];
/** What the school keeps of its nth pupil: a field, its group, the levels that show it, and the value. */
const FIELDS: readonly (readonly [field: string, row: string, at: readonly Shown[], of: (n: number) => unknown])[] = [
  ["attendance { daysAbsent }", "R13", ["F"], (n) => [{ daysAbsent: n }]],
  ["visitAsked", "R13", ["F", "X"], (n) => n % 2 === 0],
  ["health { allergies }", "R14", ["F"], (n) => ({ allergies: `花生 ${n}` })],
  ["whatToMind", "R14", ["F", "X"], (n) => `随身带药 ${n}`],
  ["psychologicalFinding", "R15", ["F"], (n) => `睡眠差 ${n}`],
  ["psychologicalNeed", "R15", ["F", "B"], (n) => ["LOW", "MEDIUM", "HIGH"][n % 3]],
  ["takeCare", "R15", ["F", "X"], () => true],
  ["lifeRiskSummary", "R16b", ["F"], (n) => `有轻生言论 ${n}`],
  // Never to anybody from outside (SOURCE_ONLY), whatever the cell says.
  ["counsellingNotes { notes }", "R16", [], () => null],
];

/** The office that the leaves below show something, and another role, the others in other runs; the long suite asks all. */
const SEED = Number(process.env["HUB_SEED"] ?? Date.now() % 1_000);
const LONG = process.env["HUB_TEST_LONG"] !== undefined;
const OTHERS = [
  "POLICE_STATION",
  "JUSTICE_OFFICE",
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

/**
 * cell of the table = what a school that keeps the group at home shows through the gateway, for every post and purpose of
 * other agencies and every set of facts that can hold at the hub: the hub's word carries the decision, and nothing else.
 */
describe(`groups that a school keeps at home (HUB_SEED=${SEED}), asked for through the gateway`, () => {
  const world = buildWorld(roles);
  const minors = [...world.records.values()].filter(({ type }) => type === "Minor");
  const nth = new Map(minors.map(({ key }, n) => [key, n]));
  const askers = roles.flatMap(askersOf);
  const folder = mkdtempSync(join(tmpdir(), "proof-"));
  const written = new Expected(world, asWritten, (type, key) => ids.encode(type, key));
  let ids: IdCipher;
  let inForce: PolicyInForce;
  let database: DatabaseUrls;
  let school: Agency;
  const closing: (() => Promise<void>)[] = [];

  it("show value, band or action as the cell says, and nothing else", async () => {
    const federated = await open();
    const proof = new Proof();
    for (const asker of askers) {
      const found = await ask(federated, asker, asWritten);
      const expected = rowsFor(asker, asWritten);
      for (const wrong of differences(found, expected, (id) => `Minor ${ids.decode(id)?.key}`))
        proof.take(false, false, () => `${nameOf(asker)}: ${wrong}`);
      for (const row of expected.values())
        for (const [field, value] of Object.entries(row)) proof.take(true, field !== "id" && value !== null, () => "");
    }
    proof.close(`${roles.join(" ")} (HUB_SEED=${SEED}), ${askers.length} askers x fields x children`, 300);
  }, 900_000);

  describe("one leaf is replaced, and the answer follows:", () => {
    it.each([
      ["R13", "F"],
      ["R14", "X"],
      ["R15", "B"],
    ] as const)("%s.%s denied at the hub alone shows nothing", async (group, at) => {
      const federated = await open({ hub: new Map([[`${group}.${at}`, deny]]) });
      const closed: Leaf = (row, level, who, facts) =>
        (row !== group || level !== at) && asWritten(row, level, who, facts);
      const shownTo = askers.filter((asker) =>
        minors.some(
          (one) => written.exists(one, asker) && asWritten(group, at, asker, written.holds.facts(asker, one.key)),
        ),
      );
      expect(shownTo.length).toBeGreaterThan(0);
      for (const asker of shownTo.slice(0, 2)) {
        const found = await ask(federated, asker, asWritten);
        expect(differences(found, rowsFor(asker, closed, asWritten), (id) => id)).toEqual([]);
      }
    });

    it.each(["R13.F", "R14.F", "R15.F"])(
      "%s allowed at hub and gateway shows it to whoever sees the child",
      async (leaf) => {
        const replaced = new Map([[leaf, allow]]);
        const federated = await open({ hub: replaced, gateway: replaced });
        const opened: Leaf = (row, level, who, facts) =>
          `${row}.${level}` === leaf || asWritten(row, level, who, facts);
        const [asker] = askers.filter((one) => minors.some((minor) => written.exists(minor, one)));
        if (!asker) throw new RangeError("Nobody sees a child");
        const found = await ask(federated, asker, opened);
        expect(differences(found, rowsFor(asker, opened), (id) => id)).toEqual([]);
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
  });

  type Ask = TestHub["ask"];

  async function ask(ask: Ask, asker: Asker, leaf: Leaf): Promise<Map<string, Values>> {
    const fields = FIELDS.filter(([, row, at]) => mayShow(row, at, asker, leaf)).map(([field]) => field);
    const question = `query ($minors: String) { minors(first: 50, after: $minors) { totalCount nodes { id ${fields.join(" ")} } pageInfo { hasNextPage endCursor } } }`;
    if (fields.length === 0 || written.question(asker)?.includes("minors(") !== true) return new Map();
    const found = await read({ ask }, asker, question);
    return found.get("Minor") ?? new Map();
  }

  /** @param possible decides which fields are asked for at all */
  function rowsFor(asker: Asker, leaf: Leaf, possible: Leaf = leaf): Map<string, Values> {
    const fields = FIELDS.filter(([, row, at]) => mayShow(row, at, asker, possible));
    const rows = new Map<string, Values>();
    if (fields.length === 0) return rows;
    for (const record of minors) {
      if (!written.exists(record, asker)) continue;
      const facts = written.holds.facts(asker, record.key);
      const id = ids.encode("Minor", record.key);
      const values = fields.map(([field, row, at, of]) => {
        const shown = at.some((level) => leaf(row, level, asker, facts));
        return [field.split(" ")[0] ?? "", shown ? of(nth.get(record.key) ?? 0) : null];
      });
      rows.set(id, { id, ...Object.fromEntries(values) });
    }
    return rows;
  }

  const mayShow = (row: string, at: readonly Shown[], asker: Asker, leaf: Leaf): boolean =>
    at.some((level) => [...subsetsOf(bitsNamed(row, asker))].some((facts) => leaf(row, level, asker, facts)));

  /** Hub and gateway, with these leaves in place of their own. */
  async function open(replaced: { readonly hub?: Replaced; readonly gateway?: Replaced } = {}): Promise<Ask> {
    while (closing.length > 0) await closing.pop()?.();
    const hub = await startHub(
      database,
      async () => {},
      withReplaced(inForce, replaced.hub),
      undefined,
      await gatewayKeysIn(folder),
      JSON.stringify({ federation: { agencies: agencies() } }),
    );
    closing.push(() => hub.close());
    const part = { school: { definition: SCHOOL, address: school.address } };
    const gateway = await startGateway(folder, hub, inForce, agencies(), part, withReplaced(inForce, replaced.gateway));
    closing.push(() => gateway.close());
    return gateway.ask;
  }

  const KEEPER = "00000000-0000-7000-8a00-000000009999";
  const agencies = () => ({ school: { agency: ids.encode("Agency", KEEPER), holds: HELD } });

  beforeAll(async () => {
    const config = parseConfig({ HUB_DEMO: "1", HUB_DATA_DIR: folder }, null);
    inForce = await policyInForce(config);
    ids = idCipherOf(config);
    database = await preparedDatabase("tables");
    // Shares name rows of the policy, which a hub brings at its start.
    await (await startHub(database, async () => {}, inForce)).close();
    const superuser = new pg.Client({ connectionString: database.superUrl });
    await superuser.connect();
    const sql = (text: string, params?: unknown[]) => superuser.query(text, params);
    await seed(world, sql, ids);
    await sql(
      `INSERT INTO agency (id, kind, name, division, legal_basis_kind, legal_basis_document)
       VALUES ($1, 'SCHOOL', '存档学校', '990101101201', 'AGREEMENT', '示例')`,
      [KEEPER],
    );
    await sql("SELECT hub_involve($1)", [
      JSON.stringify(
        minors.map(({ key }) => ({ record_type: "Minor", record: key, agency: KEEPER, kind: "SOURCE", basis: "示例" })),
      ),
    ]);
    await superuser.end();
    school = await startAgency(folder, "school", SCHOOL, keep);
  }, 300_000);
  afterAll(async () => {
    while (closing.length > 0) await closing.pop()?.();
    await school?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What the school keeps of every child, under an id of its own. */
  async function keep(sql: Sql, own: IdCipher): Promise<void> {
    await sql("INSERT INTO division VALUES (990101101201, '柳荫村')");
    const pupils = minors.map(({ key }, n) => ({ hub: ids.encode("Minor", key), key, ref: own.ref(key), n }));
    const ofEach = (table: string, values: string) =>
      sql(
        `INSERT INTO ${table} SELECT ${values} FROM jsonb_to_recordset($1) AS x (hub text, key uuid, ref uuid, n int)`,
        [JSON.stringify(pupils)],
      );
    await ofEach(
      "minor (id, ref, place, full_name, given_name, birth_date, sex)",
      "key, ref, 990101101201, '示例', '例', '2016-03-02', 'FEMALE'",
    );
    await ofEach("minor_link (hub_id, minor)", "hub, key");
    await ofEach("attendance (minor, term, days_absent, visit_asked)", "key, '2026-1', n, n % 2 = 0");
    await ofEach("health_record (minor, allergies, what_to_mind)", "key, '花生 ' || n, '随身带药 ' || n");
    await ofEach(
      "psychological_need (minor, level, finding)",
      "key, ('{LOW,MEDIUM,HIGH}'::text[])[n % 3 + 1], '睡眠差 ' || n",
    );
    await ofEach("counselling_session (minor, held_on, notes)", "key, '2026-03-04', '谈话 ' || n");
    await ofEach("life_risk (minor, summary)", "key, '有轻生言论 ' || n");
  }
});

type Replaced = ReadonlyMap<string, typeof allow | typeof deny>;

/** The hub alone has no field of these groups: their leaves stand in the trees of the subgraph and of the gateway. */
const withReplaced = ({ plain, activation }: PolicyInForce, replaced: Replaced = new Map()): PolicyInForce => ({
  plain,
  activation: {
    ...activation,
    tree: { ...activation.tree, leaves: new Map([...activation.tree.leaves, ...replaced]) },
  },
});
