import "reflect-metadata";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SCHOOL } from "../../examples/agencies/school/src/records.js";
import { STATION } from "../../examples/agencies/station/src/records.js";
import { parseConfig } from "../../src/config.js";
import type { Agency } from "../../src/server/agency.js";
import { idCipherOf, policyInForce } from "../../src/server/foundation.js";
import { AGENCY, RECORDS, SCHOOLS, town } from "../server/town.js";
import { type Collector, type Span, startCollector } from "../support/collector.js";
import { gatewayKeysIn } from "../support/gateway.js";
import { type Answer, type Sql, startHub, type TestHub } from "../support/hub.js";
import { startAgency, startGateway } from "./parts.js";
import { seedSchool } from "./school.js";

const key = (n: number) => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`;
const STATION_ID = key(950);
/** Of `police/head`. */
const POLICE = key(3);
/** The care institution to which the child was brought. */
const CARE_ID = key(951);
/** Who asks, all of them people of the hub; the first counsellor is assigned to the child. */
const PEOPLE: readonly (readonly [subject: string, agency: string, post: string])[] = [
  ["near/counsellor", AGENCY, "COUNSELLING_TEACHER"],
  ["near/other counsellor", AGENCY, "COUNSELLING_TEACHER"],
  ["near/class teacher", AGENCY, "CLASS_TEACHER"],
  ["station/head", STATION_ID, "HEAD"],
  ["station/worker", STATION_ID, "SOCIAL_WORKER"],
  ["care/head", CARE_ID, "HEAD"],
];
const NOTES = "谈到家里的事";
const ASKERS = ["near/head", "far/head", "police/head", "publicity/head", "office/head", "otherOffice/head"];

const EVERYBODY = [...ASKERS, ...PEOPLE.map(([one]) => one)];

const QUESTIONS = [
  "counsellingNotes { heldOn notes }",
  "attendance { term daysAbsent }",
  "visitAsked fullName",
  "psychologicalNeed",
  "takeCare whatToMind",
  "lifeRiskSummary",
  "stays { admittedAt foundAt condition leftOn }",
  "inStation disclosure { group level }",
  "identityChecks { kind status }",
].flatMap((fields) => [
  `query ($id: ID!) { minor(id: $id) { id ${fields} } }`,
  `{ minors(first: 5) { totalCount nodes { id ${fields} } } }`,
]);

/** What the twins differ in, the field that shows it, and to whom. */
const SECRETS = [
  {
    held: "school",
    secrets: [{ secret: "a counselling note (R16)", field: "counsellingNotes", mayKnow: ["near/counsellor"] }],
  },
  {
    held: "station",
    secrets: [
      {
        secret: "the condition in which a child came to the station (R41)",
        field: "stays",
        mayKnow: ["station/head", "office/head", "care/head"],
      },
      {
        secret: "how an identity check stands (R34)",
        field: "identityChecks",
        mayKnow: ["station/head", "police/head", "care/head"],
      },
    ],
  },
];

/**
 * Two schools that differ in one counselling note, two stations that differ in one child's condition and identity check, and
 * the same hub before them: whoever may not know is answered byte for byte the same (law.md, invariant 2), by whichever of
 * the twins.
 */
describe("two agencies that differ in what one child told", () => {
  const folder = mkdtempSync(join(tmpdir(), "twins-"));
  const opened: { close(): Promise<void> }[] = [];
  let ask: TestHub["ask"];
  const twins = new Map<string, { readonly ask: TestHub["ask"]; readonly agencies: readonly [Agency, Agency] }>();
  let purposes: readonly string[];
  let child: string;
  /** Of traces: the hub's, the school's and the gateway's. */
  const collectors: Collector[] = [];

  describe.each(SECRETS)("of a $held", ({ held, secrets }) => {
    it("is told to nobody who may not know, in answer, headers or errors", async () => {
      let shown = 0;
      for (const subject of EVERYBODY)
        for (const [plain, twin, asked] of await answers(subject)) {
          if (secrets.some(({ field, mayKnow }) => asked.includes(` ${field} `) && mayKnow.includes(subject))) continue;
          expect({ asked, ...told(twin) }).toEqual({ asked, ...told(plain) });
          if (plain.body.data) shown++;
        }
      expect(shown).toBeGreaterThan(50);
    });

    describe.each(secrets)("$secret", ({ field, mayKnow }) => {
      it.each(mayKnow)("is noticed by %s", async (subject) => {
        const asked = (await answers(subject)).filter(([, , question]) => question.includes(` ${field} `));
        expect(asked.filter(([plain, twin]) => plain.text !== twin.text).length).toBeGreaterThan(0);
      });
    });

    it("leaves the agencies' logs alike, whoever asked", async () => {
      const [plain, twin] = twins.get(held)?.agencies ?? [];
      if (!plain || !twin) throw new TypeError("There are two");
      const [here, there] = [await linesOf(plain), await linesOf(twin)];
      const pairs = [...asked.values()].flat();
      expect(pairs.filter(([one]) => here.has(rid(one))).length).toBeGreaterThan(5);
      expect(pairs.map(([, other]) => there.get(rid(other)))).toEqual(pairs.map(([one]) => here.get(rid(one))));
    });

    const asked = new Map<string, Awaited<ReturnType<typeof both>>>();
    const answers = async (subject: string) => {
      const known = asked.get(subject) ?? (await both(held, subject));
      asked.set(subject, known);
      return known;
    };
  });

  it("leaves nothing of it in the traces of gateway, hub and school (R16, SOURCE_ONLY)", async () => {
    const query = "query ($id: ID!) { minor(id: $id) { counsellingNotes { heldOn notes } } }";
    const answer = await ask("near/counsellor", query, { purpose: "LEFT_BEHIND_CARE", variables: { id: child } });
    expect(answer.text).toContain(NOTES);
    for (const collector of collectors) {
      // Each server sends every five seconds what it has.
      while (!collector.spans().some(isOf(rid(answer)))) await sleep(100);
      for (const value of [NOTES, "counsellingNotes", "陆晴晴", "near/counsellor", child])
        expect(collector.text()).not.toContain(value);
    }
  });
  const isOf =
    (requestId: string) =>
    ({ attributes }: Span) =>
      attributes.some(({ key, value }) => key === "hub.requestId" && value.stringValue === requestId);

  /** Asks everything for every purpose, at both gateways. */
  async function both(held: string, subject: string): Promise<[Answer, Answer, string][]> {
    const other = twins.get(held);
    if (!other) throw new TypeError(`No twin of ${held}`);
    const answers: [Answer, Answer, string][] = [];
    for (const purpose of purposes)
      for (const query of QUESTIONS) {
        const options = { purpose, ...(query.startsWith("query") ? { variables: { id: child } } : {}) };
        answers.push([
          await ask(subject, query, options),
          await other.ask(subject, query, options),
          `${subject} ${purpose} ${query}`,
        ]);
      }
    return answers;
  }

  beforeAll(async () => {
    const config = parseConfig({ HUB_DEMO: "1", HUB_DATA_DIR: folder }, null);
    const inForce = await policyInForce(config);
    purposes = [...inForce.activation.policy.purposes.keys()].filter(
      (purpose, n) => LONG || n % 5 === SEED % 5 || ["LEFT_BEHIND_CARE", "CASE_HANDLING"].includes(purpose),
    );
    const traced = async () => {
      const collector = await startCollector();
      collectors.push(collector);
      return { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint };
    };
    const ids = idCipherOf(config);
    child = ids.encode("Minor", RECORDS.Minor);
    const registered = {
      school: { agency: ids.encode("Agency", AGENCY), holds: ["R13", "R14", "R15", "R16", "R16b"] },
      station: { agency: ids.encode("Agency", STATION_ID), holds: ["R34", "R41"] },
    };
    const hub = await startHub(
      "postgresql",
      async (sql, own) => {
        await town(sql, own);
        await people(sql);
        await sql("INSERT INTO agency_duty SELECT id, 'Minor', '990101' FROM agency WHERE name = 'office/head'");
        await relate(sql, RECORDS.Minor);
      },
      inForce,
      undefined,
      { ...(await gatewayKeysIn(folder)), ...(await traced()) },
      JSON.stringify({ federation: { agencies: registered } }),
    );
    opened.push(hub);
    const chen = ids.encode("Minor", SCHOOLS[0]?.child ?? "");
    const school = (notes: string, environment = {}) =>
      startAgency(
        folder,
        "school",
        SCHOOL,
        async (sql, own) => {
          await seedSchool({ query: sql }, own, { lin: child, chen }, "near/head");
          await sql("UPDATE person SET subject = 'near/' || subject WHERE subject <> 'near/head'");
          await sql("UPDATE counselling_session SET notes = $1", [notes]);
        },
        environment,
      );
    const station = (condition: string, check: string) =>
      startAgency(folder, "station", STATION, (sql, own) => seedStation(sql, own.ref(key(11)), condition, check));
    const schools = [await school(NOTES, await traced()), await school("谈到另一件事")] as const;
    const stations = [await station("脱水,无外伤", "NO_MATCH"), await station("手臂有旧伤", "MATCHED")] as const;
    opened.push(...schools, ...stations);
    const over = async (schoolAt: Agency, stationAt: Agency, environment = {}) => {
      const agencies = {
        school: { definition: SCHOOL, address: schoolAt.address },
        station: { definition: STATION, address: stationAt.address },
      };
      const gateway = await startGateway(folder, hub, inForce, registered, agencies, inForce, environment);
      opened.unshift(gateway);
      return gateway.ask;
    };
    ask = await over(schools[0], stations[0], await traced());
    twins.set("school", { ask: await over(schools[1], stations[0]), agencies: schools });
    twins.set("station", { ask: await over(schools[0], stations[1]), agencies: stations });
  }, 240_000);
  afterAll(async () => {
    for (const one of opened) await one.close();
    for (const collector of collectors) collector.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The station's own people, and the child that it has taken in. */
  async function seedStation(sql: Sql, ref: string, condition: string, check: string): Promise<void> {
    await sql("INSERT INTO division VALUES (990101101000, '柳河镇'), (990101101200, '柳荫村')");
    await people(sql, STATION_ID);
    await sql(
      `INSERT INTO minor (id, ref, place, full_name, given_name, birth_date, sex)
       VALUES ($1, $2, 990101101200, '示例', '例', '2016-03-02', 'FEMALE')`,
      [key(11), ref],
    );
    await sql("INSERT INTO minor_link (hub_id, minor) VALUES ($1, $2)", [child, key(11)]);
    await sql(
      "INSERT INTO stay (minor, admitted_at, found_at, condition) VALUES ($1, '2026-03-04T05:06:07Z', '汽车站', $2)",
      [key(11), condition],
    );
    await sql("INSERT INTO identity_check (minor, kind, status, checked_on) VALUES ($1, 'DNA', $2, '2026-03-05')", [
      key(11),
      check,
    ]);
    await sql("SELECT hub_involve($1)", [
      JSON.stringify([{ record_type: "Minor", record: key(11), agency: STATION_ID, kind: "SOURCE", basis: "示例" }]),
    ]);
  }
});

const LONG = process.env["HUB_TEST_LONG"] !== undefined;
const SEED = Number(process.env["TWINS_SEED"] ?? Date.now() % 2 ** 31);

/** Station and care institution, and their people: of `only` this agency, where one is named. */
async function people(sql: Sql, only?: string): Promise<void> {
  await sql(
    `INSERT INTO agency (id, kind, name, division, legal_basis_kind, legal_basis_document)
     VALUES ($1, 'RESCUE_STATION', '云岭救助站', 990101101000, 'STATUTORY_DUTY', '示例'),
            ($2, 'CARE_INSTITUTION', '云岭福利院', 990101101000, 'STATUTORY_DUTY', '示例')`,
    [STATION_ID, CARE_ID],
  );
  for (const [n, [subject, agency, post]] of PEOPLE.entries())
    if (only === undefined || only === agency)
      await sql("INSERT INTO person (id, subject, name, agency, post) VALUES ($1, $2, $2, $3, $4)", [
        key(960 + n),
        subject,
        agency,
        post,
      ]);
}

async function relate(sql: Sql, record: string): Promise<void> {
  const minor = { record_type: "Minor", record, basis: "示例" };
  await sql("SELECT hub_involve($1)", [
    JSON.stringify([
      { ...minor, agency: STATION_ID, kind: "SOURCE" },
      { ...minor, agency: CARE_ID, kind: "SOURCE" },
      { ...minor, agency: AGENCY, person: key(960), kind: "COUNSELLOR" },
      // The police take part in its case.
      { record_type: "Case", record: RECORDS.Case, agency: POLICE, kind: "PART", basis: "示例" },
    ]),
  ]);
}

const told = ({ status, headers, text }: Answer) => ({
  status,
  text,
  headers: [...headers].filter(([name]) => name !== "date" && name !== "x-hub-request-id"),
});

const rid = ({ headers }: Answer) => String(headers.get("x-hub-request-id"));

/**
 * What an agency has put on record, by request: without its moment, and without the agency's own name of the child. A
 * question for two groups is two calls, in no order.
 */
async function linesOf({ store }: Agency): Promise<ReadonlyMap<string, readonly string[]>> {
  const segments = await store.query<{ entries: string }>("SELECT entries FROM disclosure_segment ORDER BY seq");
  const lines = new Map<string, readonly string[]>();
  for (const line of segments.flatMap(({ entries }) => entries.split("\n"))) {
    const { requestId, at: _at, ...entry } = JSON.parse(line).entry;
    const text = JSON.stringify(entry, (key, value) => (key === "ref" ? null : value));
    lines.set(
      requestId,
      [...(lines.get(requestId) ?? []), text.replaceAll(String(requestId), "…")].sort((a, b) => (a < b ? -1 : 1)),
    );
  }
  return lines;
}
