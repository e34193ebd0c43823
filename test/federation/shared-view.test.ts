import "reflect-metadata";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { SCHOOL } from "../../examples/agencies/school/src/records.js";
import { parseConfig } from "../../src/config.js";
import { compose } from "../../src/federation/compose.js";
import { publicFileOf, signingKeyIn } from "../../src/federation/keys.js";
import { type Agency, agencySdl, openAgency } from "../../src/server/agency.js";
import { idCipherOf, policyInForce } from "../../src/server/foundation.js";
import { type Gateway, openGateway } from "../../src/server/gateway/gateway.js";
import { unauthenticated } from "../../src/viewer/unauthenticated.js";
import { AGENCY, PERSONAL, RECORDS, SCHOOLS, town } from "../server/town.js";
import { startHub, type TestHub } from "../support/hub.js";
import { seedSchool } from "./school.js";

/** Hub, a school made of the same kernel on a database of its own, and the gateway before them. */
describe("one child, whose name is at the hub and whose attendance is at its school", () => {
  let hub: TestHub;
  let school: Agency;
  let gateway: Gateway;
  let folder: string;
  let child: string;
  const schoolLines: string[] = [];

  const QUESTION = `query JusticeAsks($id: ID!) {
    minor(id: $id) { fullName attendance { term daysAbsent } visitAsked psychologicalFinding psychologicalNeed } }`;
  const OFFICE = "query JusticeAsks($id: ID!) { minor(id: $id) { attendance { term daysAbsent } psychologicalNeed } }";
  const ask = async (as: string, query = QUESTION, purpose = "CASE_HANDLING") => {
    const response = await fetch(`${gateway.address}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${as}`, "x-hub-purpose": purpose },
      body: JSON.stringify({ query, variables: { id: child } }),
    });
    const body = JSON.parse(await response.text());
    return { status: response.status, requestId: response.headers.get("x-hub-request-id"), ...body };
  };
  const entries = async ({ store }: Pick<Agency, "store">) =>
    (await store.query<{ entries: string }>("SELECT entries FROM disclosure_segment ORDER BY seq"))
      .map(({ entries }) => entries)
      .join("\n");

  it("is one answer to the school's head, who is the source of both (R1, R13, R15)", async () => {
    const { status, data, errors } = await ask("near/head");
    expect({ status, errors }).toEqual({ status: 200 });
    expect(data.minor).toEqual({
      fullName: PERSONAL.child,
      attendance: [{ term: "2026-1", daysAbsent: 7 }],
      visitAsked: true,
      psychologicalFinding: "睡眠差",
      psychologicalNeed: "HIGH",
    });
  });

  it("is what the policy gives to the social affairs office: attendance by place, and of the need nothing without a part (R13, R15)", async () => {
    const { data, errors } = await ask("office/head", OFFICE);
    expect(errors).toBeUndefined();
    expect(data.minor).toEqual({ attendance: [{ term: "2026-1", daysAbsent: 7 }], psychologicalNeed: null });
  });

  it("is refused to it in the hub's own words where its role is never shown the field (R15)", async () => {
    const { status, errors } = await ask("office/head");
    expect(status).toBe(403);
    expect(errors[0].extensions).toMatchObject({ code: "FIELD_NOT_SHARED", coordinate: "Minor.psychologicalFinding" });
  });

  it("is not there for a school that does not know it, and the first school is not asked", async () => {
    const before = await entries(school);
    const { data, errors } = await ask("far/head");
    expect(data.minor).toBeNull();
    expect(errors[0].extensions.code).toBe("NOT_FOUND_OR_NOT_SHARED");
    expect(await entries(school)).toBe(before);
  });

  it("is on the record of each that served it, under one request id", async () => {
    const { requestId } = await ask("office/head", OFFICE);
    expect(await entries(hub)).toContain(`"requestId":"${requestId}"`);
    expect(await entries(school)).toContain(`"requestId":"${requestId}"`);
  });

  it("tells the school nothing of who asked: neither in its database nor in its log (R35)", async () => {
    await ask("office/head", OFFICE);
    const [last = ""] = (await entries(school)).split("\n").slice(-1);
    expect(last).toContain('"client":"request:');
    for (const word of ["office", "SOCIAL_AFFAIRS", "CASE_HANDLING"]) expect(last).not.toContain(word);
    for (const word of ["office", "JusticeAsks", "Bearer"]) expect(schoolLines.join("")).not.toContain(word);
  });

  it("keeps counselling notes out of the hub's log and the gateway's (R16)", async () => {
    const { data, errors } = await ask(
      "near/head",
      "query ($id: ID!) { minor(id: $id) { counsellingNotes { notes } } }",
      "LEFT_BEHIND_CARE",
    );
    expect(errors).toBeUndefined();
    expect(data.minor.counsellingNotes).toBeNull();
    expect(await entries(hub)).not.toContain("R16");
    expect(await entries(hub)).not.toContain("谈到家里的事");
  });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "shared-view-"));
    const env = { PORT: "0", HUB_DEMO: "1", HUB_DATA_DIR: folder };
    const keys = (name: string) => publicFileOf(join(folder, `${name}.json`));
    await signingKeyIn(join(folder, "gateway.json"));
    const inForce = await policyInForce(parseConfig(env, null));
    const ids = idCipherOf(parseConfig(env, null));
    child = ids.encode("Minor", RECORDS.Minor);
    const agencies = { school: { agency: ids.encode("Agency", AGENCY), holds: ["R13", "R14", "R15", "R16", "R16b"] } };
    hub = await startHub(
      "embedded",
      async (sql, ids) => {
        await town(sql, ids);
        await sql("INSERT INTO agency_duty SELECT id, 'Minor', '990101' FROM agency WHERE name = 'office/head'");
      },
      inForce,
      undefined,
      { FEDERATION_GATEWAY_KEYS_FILE: keys("gateway"), FEDERATION_RELATION_KEY_FILE: join(folder, "relation.json") },
      JSON.stringify({ federation: { agencies } }),
    );
    school = await openAgency(
      parseConfig(
        {
          PORT: "0",
          HUB_DEMO: "0",
          HUB_DATA_DIR: join(folder, "school"),
          FEDERATION_GATEWAY_KEYS_FILE: keys("gateway"),
        },
        JSON.stringify({ federation: { name: "school", hubKeysFile: keys("relation") } }),
      ),
      {
        ...SCHOOL,
        asOwner: (owner, own) =>
          seedSchool(owner, own, { lin: child, chen: ids.encode("Minor", SCHOOLS[0]?.child ?? "") }, "near/head"),
      },
      pino({ level: "info" }, { write: (line) => void schoolLines.push(line) }),
    );
    const supergraph = await compose({ ...inForce, url: `${hub.address}/subgraph` }, [
      {
        name: "school",
        url: `${school.address}/subgraph`,
        sdl: await agencySdl(SCHOOL, "school"),
        kernel: true,
        holds: new Set(agencies.school.holds),
      },
    ]);
    writeFileSync(join(folder, "supergraph.graphql"), supergraph);
    gateway = await openGateway({
      config: parseConfig(
        env,
        JSON.stringify({ federation: { agencies, gateway: { hubUrl: `${hub.address}/subgraph` } } }),
      ),
      inForce,
      log: pino({ level: "silent" }),
      verify: async (bearer) => {
        const subject = bearer?.replace("Bearer ", "");
        if (!subject) throw unauthenticated("no token");
        return { client: "test", subject };
      },
    });
  });
  afterAll(async () => {
    await gateway?.close();
    await Promise.all([school?.close(), hub?.close()]);
    rmSync(folder, { recursive: true, force: true });
  });
});
