import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { preparedDatabase } from "../support/prepared.js";
import { follow } from "./page.js";

const folder = mkdtempSync(join(tmpdir(), "joining-"));
const name = `joining_${process.pid}`;
const cluster = process.env["HUB_TEST_POSTGRES"] ?? "";

/** What is on record in a database, as its lines stand. */
async function onRecord(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ entries: string }>("SELECT entries FROM disclosure_segment ORDER BY seq");
    return rows.map(({ entries }) => entries).join("\n");
  } finally {
    await client.end();
  }
}

describe("docs/joining-as-an-agency.md", () => {
  it("leads from nothing to one table of a school in a minor's shared view (R13)", async () => {
    const OPERATOR = join(folder, "operator");
    mkdirSync(OPERATOR);
    const hub = await preparedDatabase("demo");
    writeFileSync(join(OPERATOR, "serving-url"), hub.url);
    const { code, said } = await follow("docs/joining-as-an-agency.md", {
      OPERATOR,
      SCHOOL: join(folder, "school"),
      SERVER: new URL(cluster).host,
      NAME: name,
      PORT: String(12_000 + (process.pid % 8_000)),
    });
    expect({ code, said: code === 0 ? "" : said }).toEqual({ code: 0, said: "" });
    expect(said).toMatch(/: hub, school$/m);
    // To the head, whom the school knows, and to the social affairs office, whom it does not.
    const shown = '[{"fullName":"林小禾","schoolRecords":[{"day":"2026-03-03","content":"缺勤两天待家访"}]}]';
    expect(said.split(`{"data":{"minors":{"nodes":${shown}}}}`)).toHaveLength(3);
    expect(said).toMatch(/"code":"FIELD_NOT_SHARED"/);
    expect(said).toMatch(/"coordinate":"Minor\.schoolRecords"/);
    expect(said).toMatch(/^The disclosure log is intact: \d+ entries/m);

    // Each has what it served on record, under one request; who of others asked stands in the hub's alone (R35).
    const atSchool = await onRecord(Object.assign(new URL(cluster), { pathname: `/${name}` }).toString());
    const [, request = "none"] = /"client":"request:([0-9a-f-]+)"/.exec(atSchool) ?? [];
    expect(atSchool).toContain('"purpose":"COMPULSORY_EDUCATION"');
    expect(await onRecord(hub.superUrl)).toContain(`"requestId":"${request}"`);
    for (const word of ["social-affairs", "SOCIAL_AFFAIRS", "GUARDIANSHIP_SUPERVISION"])
      expect(atSchool + readFileSync(join(folder, "school/school.log"), "utf8")).not.toContain(word);
  }, 600_000);

  afterAll(async () => {
    const admin = new pg.Client({ connectionString: cluster });
    await admin.connect();
    await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    for (const login of ["owner", "login"]) await admin.query(`DROP ROLE IF EXISTS ${name}_${login}`);
    await admin.end();
    rmSync(folder, { recursive: true, force: true });
  });
});
