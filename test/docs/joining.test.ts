import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { preparedDatabase } from "../support/prepared.js";
import { follow } from "./page.js";

const folder = mkdtempSync(join(tmpdir(), "joining-"));
const name = `joining_${process.pid}`;
const cluster = process.env["HUB_TEST_POSTGRES"] ?? "";

describe("docs/joining-as-an-agency.md", () => {
  it("leads from nothing to one table of a school in a minor's shared view (R13)", async () => {
    const OPERATOR = join(folder, "operator");
    mkdirSync(OPERATOR);
    writeFileSync(join(OPERATOR, "serving-url"), (await preparedDatabase("demo")).url);
    const { code, said } = await follow("docs/joining-as-an-agency.md", {
      OPERATOR,
      SCHOOL: join(folder, "school"),
      SERVER: new URL(cluster).host,
      NAME: name,
      PORT: String(12_000 + (process.pid % 8_000)),
    });
    expect({ code, said: code === 0 ? "" : said }).toEqual({ code: 0, said: "" });
    expect(said).toMatch(/: hub, school$/m);
    expect(said).toContain(
      '{"data":{"minors":{"nodes":[{"fullName":"林小禾","schoolRecords":[{"day":"2026-03-03","content":"缺勤两天待家访"}]}]}}}',
    );
    expect(said).toMatch(
      /"code":"FIELD_NOT_SHARED"[^\n]*"coordinate":"Minor\.schoolRecords"|"coordinate":"Minor\.schoolRecords"[^\n]*"code":"FIELD_NOT_SHARED"/,
    );
  });

  afterAll(async () => {
    const admin = new pg.Client({ connectionString: cluster });
    await admin.connect();
    await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    for (const login of ["owner", "login"]) await admin.query(`DROP ROLE IF EXISTS ${name}_${login}`);
    await admin.end();
    rmSync(folder, { recursive: true, force: true });
  });
});
