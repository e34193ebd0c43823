import "reflect-metadata";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "csv-stringify/sync";
import pino from "pino";
import type { DataSource } from "typeorm";
import { SCHOOL } from "../../examples/agencies/school/src/records.js";
import { refusedEvents, tellAgain, tellHub } from "../../src/agency/events.js";
import type { Home } from "../../src/agency/home.js";
import type { HubDoor } from "../../src/agency/hub-door.js";
import { importAtHome } from "../../src/agency/import.js";
import { linkMinors } from "../../src/agency/link.js";
import { linkedOf, outboxOf } from "../../src/agency/state.js";
import { fileOf } from "../../src/change/import/index.js";
import { type HubConfig, parseConfig } from "../../src/config.js";
import { publicFileOf, type SigningKey, signingKeyIn } from "../../src/federation/keys.js";
import { relationsFor } from "../../src/federation/relation.js";
import { parsePolicy } from "../../src/policy/load.js";
import { type Agency, asOwnerAtHome, openAgency } from "../../src/server/agency.js";
import type { IdCipher } from "../../src/store/global-id.js";
import { type Cells, child, csv, taken } from "../change/import/desk.js";
import { shipped } from "../policy/shipped.js";
import { prepareFolder } from "../support/prepared.js";
import { gatewayKeys, signedCall } from "./gateway.js";

const policy = parsePolicy(shipped);
/** Each has a pupil of its own number 1, with the days for which it was absent. */
const SCHOOLS = [
  { code: "north", hubId: "M-north", absent: "7" },
  { code: "south", hubId: "M-south", absent: "2" },
] as const;
const CITIZEN = "99010120170504871X";
type Code = (typeof SCHOOLS)[number]["code"];

describe("one subgraph with the pupils of two schools (R13)", () => {
  it.each`
    asks               | of         | absent
    ${"north head"}    | ${"north"} | ${7}
    ${"north teacher"} | ${"north"} | ${7}
    ${"south head"}    | ${"south"} | ${2}
    ${"south teacher"} | ${"south"} | ${2}
    ${"north head"}    | ${"south"} | ${null}
    ${"north teacher"} | ${"south"} | ${null}
    ${"south head"}    | ${"north"} | ${null}
    ${"south teacher"} | ${"north"} | ${null}
  `("$asks is shown of the pupil of $of: $absent, even where the hub's word says all", async ({ asks, of, absent }) => {
    expect(await daysAbsent(`person:${asks}`, of)).toBe(absent);
  });

  it("shows somebody from outside of either what the hub's word opens", async () => {
    const asked = SCHOOLS.map(({ code }) => daysAbsent(undefined, code));
    expect(await Promise.all(asked)).toEqual([7, 2]);
  });

  it("is filled by each school under its own settings, the other's numbers being none of its own", async () => {
    const [{ absent }] = SCHOOLS;
    expect({ ...keptBefore, absent }).toEqual({
      absent: "7",
      again: { new: 0, unchanged: 1, refused: 0 },
      minors: 5,
      waiting: 0,
    });
  });

  it("does not guess whose a file is", async () => {
    expect(refusedUnnamed).toMatchObject({
      code: "BAD_USER_INPUT",
      extensions: { field: "agencies", remedy: expect.stringContaining("federation.agency") },
    });
  });

  it("tells under each school's account its own: what the one had left to be told is not the other's, nor its numbers", () => {
    expect(toldBy).toEqual({
      south: { told: { accepted: 0, refused: 0 }, refused: [], csv: [] },
      north: { told: { accepted: 2, refused: 0 }, refused: ["N-1"], csv: [expect.stringContaining("N-1")] },
    });
    const csv = JSON.stringify(toldBy["north"]);
    expect(csv).toContain("N-2");
    expect(csv).not.toContain(CITIZEN);
  });

  it("counts for the program of each what is its own to tell and to link, and whose", async () => {
    expect(outboxes).toEqual({
      south: { of: ["south"], waiting: 0, oldest: 0, refused: 0 },
      north: { of: ["north"], waiting: 1, oldest: expect.any(Number), refused: 1 },
    });
    const linked = (agency?: string) => linkedOf(schools.store.dataSource, { role: SCHOOL.role, agency });
    expect(await linked("south")).toEqual({ of: ["south"], linked: 1, missing: 1, ended: 0 });
    expect(await linked("north")).toEqual({ of: ["north"], linked: 1, missing: 2, ended: 0 });
    expect(await linked()).toEqual({ of: ["north", "south"], linked: 2, missing: 3, ended: 0 });
  });

  it("does not start with the account of one at the hub where nobody says which", () => {
    expect(refusedToStart).toMatchObject({
      code: "CONFIG",
      message: expect.stringMatching(/^federation\.agency: expected .* north, south$/),
    });
  });

  it("shows nothing of a child that is both schools', whoever has linked last, and the one's as soon as it has left the other", async () => {
    const linked = (agency: string, minor: string | null) => {
      const hub: HubDoor = { ask: async (answer) => answer.parse({ minorLinks: [{ number: "1", minor }] }) };
      return linkMinors(schools.store.dataSource, { role: SCHOOL.role, agency, policy, ids }, hub);
    };
    const shown = () =>
      Promise.all([undefined, "person:south head", "person:north head"].map((who) => daysAbsent(who, "north")));
    const both = expect.objectContaining({ number: "1", code: "LINK_AMBIGUOUS" });
    expect(await shown()).toEqual([7, null, 7]);
    for (const [agency, made] of [
      ["south", 1],
      ["north", 0],
      ["south", 0],
    ] as const) {
      const report = await linked(agency, "M-north");
      expect(report).toMatchObject({ linked: 0, made, removed: made, findings: expect.arrayContaining([both]) });
      expect(await shown()).toEqual([null, null, null]);
    }
    expect(await linkedOf(schools.store.dataSource, { role: SCHOOL.role })).toMatchObject({ linked: 0, missing: 5 });

    const left = expect.objectContaining({ number: "1", code: "LINK_HAS_LEFT" });
    // Home knows nothing of it yet: somebody has to look.
    expect(await linked("north", null)).toMatchObject({
      removed: 1,
      missing: 3,
      findings: expect.arrayContaining([left]),
    });
    expect(await shown()).toEqual([2, 2, null]);
    expect(await linked("south", "M-north")).toMatchObject({ linked: 1, made: 0, removed: 0, missing: 1 });
  });

  const daysAbsent = async (named: string | undefined, of: Code): Promise<number | null> => {
    const requestId = randomUUID();
    const viewer = named ?? `request:${requestId}`;
    const id = SCHOOLS.find(({ code }) => code === of)?.hubId ?? "";
    const binding = { audience: "schools", viewer, requestId, policy: `${policy.version} ${policy.hash}` };
    const [relation] = relationsFor(hub, binding, [{ id, levels: { R13: "F" }, byTheHub: false, assigned: false }]);
    const query =
      "query ($r: [_Any!]!) { _entities(representations: $r) { ... on Minor { attendance { daysAbsent } } } }";
    const { headers, body } = await signedCall(
      gateway,
      {
        as: null,
        query,
        variables: { r: [{ __typename: "Minor", id, relation }] },
        audience: "schools",
        requestId,
        purpose: named ? "SCHOOL_SAFETY" : null,
      },
      { viewer },
    );
    const response = await fetch(`${schools.address}/subgraph`, { method: "POST", headers, body });
    const { data } = await response.json();
    return data._entities[0]?.attendance?.[0].daysAbsent ?? null;
  };

  let schools: Agency;
  let gateway: SigningKey;
  let hub: SigningKey;
  let folder: string;
  let ids: IdCipher;
  let keptBefore: object;
  let refusedUnnamed: unknown;
  let refusedToStart: unknown;
  /** By school, before it is told: what waits. */
  const outboxes: Record<string, object> = {};
  /** By school: what the hub had refused of it, and what it was told under its account. */
  const toldBy: Record<string, object> = {};

  /** A hub that plans all. @param csv hears what it is told */
  const hubThat = (errors: readonly object[], csv: string[] = []): HubDoor => ({
    async ask(answer, { query, variables }) {
      if (query.includes("importPlan")) return answer.parse({ importPlan: { digest: "x" } });
      csv.push(JSON.stringify(variables));
      return answer.parse({ importApply: { written: true, errors } });
    },
  });
  const takes: readonly object[] = [];
  const words = { message: "x", messageZh: "x", remedy: "x" };
  const refuses = [{ line: 2, column: "residence", code: "UNKNOWN_REFERENCE", ...words }];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "two-schools-"));
    const gatewayFiles = await gatewayKeys();
    gateway = gatewayFiles.key;
    hub = signingKeyIn(join(folder, "hub.json"));
    const settings = (agency?: string, account?: object) =>
      parseConfig(
        { PORT: "0", HUB_DATA_DIR: folder, HUB_DEMO: "0", FEDERATION_GATEWAY_KEYS_FILE: gatewayFiles.publicFile },
        JSON.stringify({
          federation: { name: "schools", agency, hub: account, hubKeysFile: publicFileOf(join(folder, "hub.json")) },
        }),
      );
    await prepareFolder(folder, "tables");
    // Whose settings name the one school brings the other's files under those of the other.
    const [{ code }] = SCHOOLS;
    keptBefore = await asOwnerAtHome(settings(code), SCHOOL, (owner, home) => kept(owner, home, settings(code)));
    const account = {
      url: "http://127.0.0.1:9/graphql",
      issuer: "http://127.0.0.1:9",
      clientId: "north-system",
      clientSecretFile: join(folder, "north-system.secret"),
      purpose: "CASE_HANDLING",
    };
    const silent = pino({ level: "silent" });
    refusedToStart = await openAgency(settings(undefined, account), SCHOOL, silent).catch((error: unknown) => error);
    schools = await openAgency(settings(), SCHOOL, silent);
  });
  afterAll(async () => {
    await schools?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** As the operator brings the directory, and each school its pupils. */
  async function kept(owner: DataSource, home: Home, config: HubConfig): Promise<object> {
    ids = home.ids;
    const bring = async (agency: string | undefined, register: string, cells: readonly Cells[], its = config) => {
      const text = register === "attendance" ? stringify([...cells], { header: true }) : csv(register, cells);
      const as = agency === home.agency ? home : { ...home, agency };
      return importAtHome(owner, as, its, { register, file: await fileOf(Buffer.from(text)) });
    };
    taken(
      await bring(undefined, "divisions", [
        { code: "990101101", name: "柳河镇" },
        { code: "990101101200", name: "柳荫村" },
      ]),
    );
    const school = {
      kind: "SCHOOL",
      division: "990101101000",
      legal_basis_kind: "AGREEMENT",
      legal_basis_document: "示例",
    };
    const [first] = SCHOOLS;
    taken(await bring(undefined, "agencies", [{ ...school, code: first.code, name: first.code }]));
    const pupil = (number: string, more: Cells = {}) =>
      child(number, { residence: "990101101200", grade: "3", class: "", since: "2024-09-01", ...more });
    // One is refused, and one waits, when another school comes to keep its records here.
    taken(await bring("north", "roster", [pupil("N-1")]));
    await tellHub(owner, { ...home, agency: "north" }, hubThat(refuses));
    taken(await bring("north", "roster", [pupil("N-2")]));
    taken(
      await bring(
        undefined,
        "agencies",
        SCHOOLS.map(({ code }) => ({ ...school, code, name: code })),
      ),
    );
    const known = { citizen_number: CITIZEN, birth_date: "2017-05-04", sex: "MALE" };
    taken(await bring("south", "roster", [pupil("N-1", known)], { ...config, demo: true }));
    for (const agency of ["south", "north"]) {
      const as = { ...home, agency };
      outboxes[agency] = await outboxOf(owner, as);
      const csv: string[] = [];
      const refused = (await refusedEvents(owner, as)).map(({ key }) => key);
      await tellAgain(owner, as);
      toldBy[agency] = { refused, csv, told: await tellHub(owner, as, hubThat(takes, csv)) };
    }
    const staff = SCHOOLS.flatMap(({ code }) =>
      Object.entries({ head: "HEAD", teacher: "CLASS_TEACHER" }).map(([is, post]) => ({
        subject: `${code} ${is}`,
        name: code,
        agency: code,
        post,
        active: "yes",
      })),
    );
    taken(await bring(undefined, "persons", staff));
    const days = (absent: string) => [
      { 编号: "A-1", 未成年人编号: "1", 学期: "2026-1", 缺勤天数: absent, 辍学风险: "无", visit_asked: "否" },
    ];
    refusedUnnamed = await bring(undefined, "attendance", days("9")).catch((error: unknown) => error);
    for (const { code, absent } of SCHOOLS) {
      taken(
        await bring(code, "roster", [
          child("1", { residence: "990101101200", grade: "3", class: "3-1", since: "2024-09-01" }),
        ]),
      );
      taken(await bring(code, "classes", [{ key: "3-1", name: "三(1)班", teacher: `${code} teacher` }]));
      taken(await bring(code, "attendance", days(absent)));
    }
    const { new: more, unchanged, refused } = await bring("south", "attendance", days("2"));
    for (const { code, hubId } of SCHOOLS)
      await owner.query(
        `INSERT INTO minor_link (hub_id, minor) SELECT $1, k.record FROM register_key k JOIN register_key a ON a.record = k.agency
          WHERE k.register = 'minors' AND k.key = '1' AND a.register = 'agencies' AND a.key = $2`,
        [hubId, code],
      );
    const [{ minors, waiting }] = await owner.query(
      "SELECT (SELECT count(*)::int FROM minor) AS minors, (SELECT count(*)::int FROM hub_event) AS waiting",
    );
    return { again: { new: more, unchanged, refused }, minors, waiting };
  }
});
