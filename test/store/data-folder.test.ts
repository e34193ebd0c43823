import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import pg from "pg";
import { openEmbedded } from "../../src/store/embedded.js";

/** PGlite has no lock of its own: two processes on one folder lose acknowledged rows. */
describe("a data folder belongs to one hub", () => {
  const folder = mkdtempSync(join(tmpdir(), "hub-folder-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** What a hub that is killed leaves behind. */
  async function killed(name: string): Promise<string> {
    const dataDir = join(folder, name);
    mkdirSync(dataDir);
    const listen = `require("node:net").createServer().listen(${JSON.stringify(join(dataDir, "hub.lock.7"))}, () => console.log("listens"))`;
    const hub = spawn(process.execPath, ["-e", listen], { stdio: ["ignore", "pipe", "inherit"] });
    await once(hub.stdout, "data");
    hub.kill("SIGKILL");
    await once(hub, "exit");
    return dataDir;
  }

  it("until it is closed, whoever asks", async () => {
    const dataDir = join(folder, "one");
    const hub = await openEmbedded(dataDir);
    await expect(openEmbedded(dataDir)).rejects.toMatchObject({ code: "DATA_FOLDER_IN_USE", exitCode: 2 });
    await hub.close();
    await (await openEmbedded(dataDir)).close();
  });

  it("also where its name is relative, as the default `.hub` is", async () => {
    const hub = await openEmbedded(relative(process.cwd(), join(folder, "relative")));
    const client = new pg.Client({ host: hub.socketFolder, user: "postgres", database: "postgres" });
    await client.connect();
    expect((await client.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
    await client.end();
    await hub.close();
  });

  it("and to no hub that was killed; of several that start then, one gets it", async () => {
    const dataDir = await killed("two");
    const starts = await Promise.allSettled(Array.from({ length: 6 }, () => openEmbedded(dataDir)));
    const started = starts.flatMap((start) => (start.status === "fulfilled" ? [start.value] : []));
    const refused = starts.flatMap((start) => (start.status === "rejected" ? [start.reason.code] : []));
    await Promise.all(started.map((hub) => hub.close()));
    expect([started.length, ...refused]).toEqual([1, ...Array(5).fill("DATA_FOLDER_IN_USE")]);
  });
});
