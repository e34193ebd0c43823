import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { SCHOOL } from "../../examples/agencies/school/src/records.js";
import { parseConfig } from "../../src/config.js";
import { readHeads } from "../../src/disclosure/heads.js";
import type { Query } from "../../src/disclosure/tables.js";
import { verifyLog } from "../../src/disclosure/verify.js";
import { compose } from "../../src/federation/compose.js";
import { publicFileOf, signingKeyIn } from "../../src/federation/keys.js";
import { agencySdl } from "../../src/server/agency.js";
import { idCipherOf, policyInForce } from "../../src/server/foundation.js";
import { AGENCY, PERSONAL, RECORDS, SCHOOLS } from "../server/town.js";
import { CONNECTED, type DatabaseUrls, freshDatabase, WAITING } from "../support/database.js";
import { preparedDatabase } from "../support/prepared.js";
import { LIBRARY_SDL, startLibrary } from "./library.js";

const ROOT = join(import.meta.dirname, "../..");
/** Milliseconds for which the gateway of process.ts leaves alone what is broken. */
const REST = 50;
type Part = "hub" | "school" | "older school" | "gateway";

/** Hub, school and gateway, each a process of its own, hub and school on PostgreSQL; beside them somebody else's library. */
describe("processes that hang, stop, or are killed", () => {
  const folder = mkdtempSync(join(tmpdir(), "federation-faults-"));
  const running = new Map<Part, ChildProcess>();
  const places: Record<string, string> = {};
  const admins: Record<string, pg.Client> = {};
  let start: (part: Part, more?: object) => Promise<void>;
  let child: string;
  let library: Awaited<ReturnType<typeof startLibrary>>;

  const BOTH = "query ($id: ID!) { minor(id: $id) { fullName visitAsked attendance { daysAbsent } } }";
  const WHOLE = { fullName: PERSONAL.child, visitAsked: true, attendance: [{ daysAbsent: 7 }] };
  const OLDER = "query ($id: ID!) { minor(id: $id) { fullName visitAsked } }";
  const HUB_ONLY = "query ($id: ID!) { minor(id: $id) { fullName } }";
  const LIBRARY_ONLY = "{ viewer { agency { openingHours } } }";
  const UNAVAILABLE = { status: 503, errors: [{ extensions: { code: "HUB_UNAVAILABLE" } }] };
  async function ask(query: string, variables: object = { id: child }, headers: Record<string, string> = {}) {
    const response = await fetch(`${places["gateway"]}/graphql`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization: "Bearer near/head",
        "x-hub-purpose": "COMPULSORY_EDUCATION",
        ...headers,
      },
      body: JSON.stringify({ query, variables }),
    });
    return { status: response.status, ...JSON.parse(await response.text()) };
  }
  const register = (name: string, key: string) =>
    ask(
      "mutation ($input: RegisterMinorInput!) { registerMinor(input: $input) { id } }",
      {
        input: {
          fullName: `孟${name}`,
          givenName: name,
          birthDate: "2015-05-05",
          sex: "FEMALE",
          residence: "990101101200",
        },
      },
      { "idempotency-key": key },
    );
  const registered = async (name: string) =>
    (await admins["hub"]?.query("SELECT FROM minor WHERE given_name = $1", [name]))?.rowCount;

  it("answer whole when all is well", async () => {
    expect(await ask(BOTH)).toEqual({ status: 200, data: { minor: WHOLE } });
  });

  it("a school that hangs holds up who asks it, and nobody who asks the hub or another agency; when it goes on, they get all", async () => {
    running.get("school")?.kill("SIGSTOP");
    let answered = 0;
    const waiting = [1, 2, 3].map(() => ask(BOTH).finally(() => answered++));
    for (let n = 0; n < 10; n++) {
      expect((await ask(HUB_ONLY)).data.minor).toEqual({ fullName: PERSONAL.child });
      expect(await ask(LIBRARY_ONLY)).toEqual({ status: 200, data: { viewer: { agency: { openingHours: "9-17" } } } });
    }
    expect(answered).toBe(0);
    running.get("school")?.kill("SIGCONT");
    for (const { data, errors } of await Promise.all(waiting))
      expect({ data, errors }).toEqual({ data: { minor: WHOLE } });
  });

  it("a school that is killed before its record is written has shown nothing, and its record is whole", async () => {
    await admins["school"]?.query("BEGIN; LOCK TABLE disclosure_segment");
    const cut = ask(BOTH);
    await until(async () => (await admins["school"]?.query(WAITING))?.rowCount !== 0);
    await kill("school");
    await admins["school"]?.query("ROLLBACK");
    const { data, errors } = await cut;
    expect(data).toEqual({ minor: { fullName: PERSONAL.child, visitAsked: null, attendance: null } });
    expect(errors).toMatchObject([{ extensions: { code: "AGENCY_UNAVAILABLE", agency: "school" } }]);
    await until(async () => (await admins["school"]?.query(CONNECTED))?.rowCount === 0);
    expect(await verified("school")).toMatchObject({ ok: true });
  });

  it("a stopped school leaves the rest of each answer, and is asked again when it is there", async () => {
    expect((await ask(HUB_ONLY)).data.minor).toEqual({ fullName: PERSONAL.child });
    const { data, errors } = await ask(BOTH);
    expect(data.minor).toEqual({ fullName: PERSONAL.child, visitAsked: null, attendance: null });
    expect(errors).toHaveLength(1);
  });

  it("a school that comes back with an older schema answers what it knows, and opens nothing that it does not", async () => {
    await start("older school");
    await until(async () => (await ask(OLDER)).errors === undefined);
    expect((await ask(OLDER)).data.minor).toEqual({ fullName: PERSONAL.child, visitAsked: true });
    const { data, errors } = await ask(BOTH);
    expect(data.minor).toEqual({ fullName: PERSONAL.child, visitAsked: null, attendance: null });
    expect(errors).toMatchObject([{ extensions: { code: "AGENCY_UNAVAILABLE", agency: "school" } }]);
    expect((await ask(OLDER)).data.minor).toEqual({ fullName: PERSONAL.child, visitAsked: true });
  });

  it("a hub that is killed during a change has changed nothing; asked again under the same key it does so once", async () => {
    await admins["hub"]?.query("BEGIN; LOCK TABLE minor");
    const cut = register("安安", "key-of-a-killed-hub");
    await until(async () => (await admins["hub"]?.query(WAITING))?.rowCount !== 0);
    await kill("hub");
    await admins["hub"]?.query("ROLLBACK");
    expect(await cut).toMatchObject(UNAVAILABLE);
    await until(async () => (await admins["hub"]?.query(CONNECTED))?.rowCount === 0);
    expect(await registered("安安")).toBe(0);

    await start("hub");
    const first = await register("安安", "key-of-a-killed-hub");
    expect(first.errors).toBeUndefined();
    expect(await register("安安", "key-of-a-killed-hub")).toEqual(first);
    expect(await registered("安安")).toBe(1);
  });

  it("of a change that a hub which hangs was sent it is said that it may have been made; under the same key it is made once", async () => {
    // The gateway knows who asks, for some seconds.
    await ask(HUB_ONLY);
    running.get("hub")?.kill("SIGSTOP");
    const cut = await register("欢欢", "key-of-a-hanging-hub");
    running.get("hub")?.kill("SIGCONT");
    expect(cut).toMatchObject(UNAVAILABLE);
    expect(cut.errors[0].message).toContain("whether the change was made is not known");
    expect(cut.errors[0].extensions.remedy).toContain("under the same Idempotency-Key");
    expect((await register("欢欢", "key-of-a-hanging-hub")).errors).toBeUndefined();
    expect(await registered("欢欢")).toBe(1);
  });

  it("a hub that hangs is waited for by who asks first; then by one at a time, and everybody else is told at once", async () => {
    const heads = (from: number, count: number) =>
      SCHOOLS.slice(from, from + count).map(({ subject }) => ({ authorization: `Bearer ${subject}` }));
    running.get("hub")?.kill("SIGSTOP");
    const first = await Promise.all(heads(0, 5).map((head) => ask(HUB_ONLY, { id: child }, head)));
    for (const answer of first) expect(answer).toMatchObject(UNAVAILABLE);

    await pause(4 * REST);
    let answered = 0;
    const then = heads(5, 7).map((head) => ask(HUB_ONLY, { id: child }, head).finally(() => answered++));
    await until(async () => answered >= 6);
    expect(answered).toBe(6);
    running.get("hub")?.kill("SIGCONT");
    expect((await Promise.all(then)).map(({ status }) => status).sort()).toEqual([200, 503, 503, 503, 503, 503, 503]);
    expect((await ask(HUB_ONLY)).data.minor).toEqual({ fullName: PERSONAL.child });
  });

  it("a gateway that is killed during a change takes nothing with it: through the next one the same key tells what was done", async () => {
    await admins["hub"]?.query("BEGIN; LOCK TABLE minor");
    const cut = register("平平", "key-of-a-killed-gateway").catch(() => "cut");
    await until(async () => (await admins["hub"]?.query(WAITING))?.rowCount !== 0);
    await kill("gateway");
    expect(await cut).toBe("cut");
    await admins["hub"]?.query("ROLLBACK");
    await until(async () => (await registered("平平")) === 1);

    await start("gateway");
    const again = await register("平平", "key-of-a-killed-gateway");
    expect(again).toMatchObject({ status: 200, data: { registerMinor: { id: expect.any(String) } } });
    expect(await registered("平平")).toBe(1);
    expect((await ask(HUB_ONLY)).data.minor).toEqual({ fullName: PERSONAL.child });
  });

  /** Its heads lie in its folder: what it has shown is on record, and nothing of the chain is cut off. */
  async function verified(of: string) {
    const admin = admins[of];
    const query: Query = async (sql, params) => ({ rows: (await admin?.query(sql, params))?.rows ?? [] });
    return verifyLog({ query, heads: readHeads(join(folder, of)) });
  }

  async function kill(part: Part): Promise<void> {
    const child = running.get(part);
    if (!child) throw new Error(`No ${part} is running`);
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }

  beforeAll(async () => {
    execFileSync("sh", [join(ROOT, "test/federation/build.sh")]);
    const demo = { HUB_DEMO: "1", HUB_DATA_DIR: folder };
    const keys = (name: string) => publicFileOf(join(folder, `${name}.json`));
    await Promise.all(["gateway", "relation"].map((name) => signingKeyIn(join(folder, `${name}.json`))));
    const ids = idCipherOf(parseConfig(demo, null));
    child = ids.encode("Minor", RECORDS.Minor);
    const agencies = { school: { agency: ids.encode("Agency", AGENCY), holds: ["R13", "R14", "R15", "R16", "R16b"] } };
    const databases: Record<string, DatabaseUrls> = {
      hub: await preparedDatabase("tables"),
      school: await freshDatabase(),
    };
    for (const [name, { superUrl }] of Object.entries(databases)) {
      const admin = new pg.Client({ connectionString: superUrl });
      await admin.connect();
      admins[name] = admin;
    }
    for (const name of ["hub", "school", "gateway"]) places[name] = `http://127.0.0.1:${await freePort()}`;
    const environments: Record<string, Record<string, string>> = {
      hub: {
        ...demo,
        FEDERATION_GATEWAY_KEYS_FILE: keys("gateway"),
        FEDERATION_RELATION_KEY_FILE: join(folder, "relation.json"),
      },
      school: { HUB_DEMO: "0", HUB_DATA_DIR: join(folder, "school"), FEDERATION_GATEWAY_KEYS_FILE: keys("gateway") },
      gateway: demo,
    };
    const settings: Record<string, object> = {
      hub: { agencies },
      school: { name: "school", hubKeysFile: keys("relation") },
      gateway: { agencies, gateway: { hubUrl: `${places["hub"]}/subgraph`, hubPatience: 4_000, patience: 20_000 } },
    };
    const hub = { ...(await policyInForce(parseConfig(demo, null))), url: `${places["hub"]}/subgraph` };
    const kept = {
      name: "school",
      url: `${places["school"]}/subgraph`,
      sdl: await agencySdl(SCHOOL, "school"),
      kernel: true,
    };
    library = await startLibrary();
    writeFileSync(
      join(folder, "supergraph.graphql"),
      await compose(hub, [
        { ...kept, holds: new Set(agencies.school.holds) },
        { name: "library", url: library.url, sdl: LIBRARY_SDL, kernel: false, holds: new Set() },
      ]),
    );
    start = async (part, more = {}) => {
      const name = part === "older school" ? "school" : part;
      const told = {
        part,
        database: databases[name],
        environment: { ...environments[name], PORT: new URL(places[name] ?? "").port },
        settings: JSON.stringify({ federation: settings[name] }),
        ...more,
      };
      const spawned = spawn(process.execPath, ["dist-cases/test/federation/process.js", JSON.stringify(told)], {
        cwd: ROOT,
        stdio: ["ignore", "pipe", "inherit"],
      });
      running.set(name, spawned);
      for await (const line of createInterface({ input: spawned.stdout })) if (line.startsWith("listening")) return;
      throw new Error(`${part} did not start`);
    };
    await start("hub", { seed: true });
    const chen = ids.encode("Minor", SCHOOLS[1]?.child ?? "");
    await Promise.all([start("school", { pupils: { lin: child, chen } }), start("gateway")]);
  });
  afterAll(async () => {
    for (const spawned of running.values()) spawned.kill("SIGKILL");
    for (const admin of Object.values(admins)) await admin.end();
    await library?.close();
    rmSync(folder, { recursive: true, force: true });
  });
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await pause(20);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const bound = server.address();
  await new Promise((closed) => server.close(closed));
  if (bound === null || typeof bound === "string") throw new TypeError("It listens on TCP");
  return bound.port;
}
