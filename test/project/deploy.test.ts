import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const SCRIPT = join(import.meta.dirname, "../../docker/run-without-engine.sh");

describe("docker/", () => {
  const folder = mkdtempSync(join(tmpdir(), "hub-deploy-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("builds the hub as the Dockerfile says, and runs it as compose.yaml, compose.federated.yaml and the systemd units do, without any", async () => {
    const { PATH = "", HOME = "" } = process.env;
    // Not our environment: the script starts a PostgreSQL of its own, and a container would know none of it either.
    const { stdout } = await promisify(execFile)(SCRIPT, [folder], {
      env: { PATH, HOME },
      maxBuffer: 16 * 1024 * 1024,
    });
    expect(stdout.trimEnd().split("\n").at(-1)).toBe("OK");
    expect(stdout).toMatch(/^Made role hub_keeper, .*login hub_login\.$/m);
    expect(stdout).toMatch(/^\S+\/supergraph\.graphql: hub, school, station$/m);
    for (const name of ["school", "station"])
      expect(stdout).toContain(`Made login ${name}_owner, login ${name}_login, database ${name}.\n`);
    expect(stdout).toContain(
      JSON.stringify({
        data: {
          pupil: { nodes: [{ fullName: "林小禾", attendance: [{ term: "2025-1", daysAbsent: 4 }] }] },
          client: { nodes: [{ fullName: "邱小桐", stays: [{ foundAt: "汽车站", condition: "疲惫" }] }] },
        },
      }),
    );
    expect(stdout).toMatch(/^Closed \d{4}-\d\d, \d{4}-\d\d, \d{4}-\d\d/m);
    expect(stdout).toMatch(/^The database is up to date; policy version \d+/m);
  }, 600_000);
});
