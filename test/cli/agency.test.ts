import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { extendSchema, parse } from "graphql";
import pino from "pino";
import { joinedIn, scaffold } from "../../src/cli/agency.js";
import { parseConfig } from "../../src/config.js";
import { compose } from "../../src/federation/compose.js";
import { keptBy } from "../../src/federation/kept.js";
import { HELD_AT_HOME } from "../../src/policy/home.js";
import { ROLES } from "../../src/policy/policy.js";
import { type AgencyDefinition, agencyInForce, agencySdl, migrateAgency, openAgency } from "../../src/server/agency.js";
import { policyInForce } from "../../src/server/foundation.js";
import { gatewayKeys } from "../federation/gateway.js";
import { preparedDatabase } from "../support/prepared.js";

const ROOT = join(import.meta.dirname, "../..");
const hub = await policyInForce(parseConfig({ HUB_DEMO: "1" }, null));
const { policy } = hub.activation;
const folder = mkdtempSync(join(tmpdir(), "agency-init-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** One agency for each row that is kept at home: R13 is kept by "agency-r13". */
const KEPT = HELD_AT_HOME.map((row) => {
  const role = ROLES.find((known) => keptBy(policy, known).some((kept) => kept.row === row));
  return { row, role, name: `agency-${row.toLowerCase()}` };
});
const made = new Map<string, AgencyDefinition>();

describe("hub agency init", () => {
  it.each`
    what                                              | options                                                     | field     | remedy
    ${"a role that the policy does not know"}         | ${{ role: "LIBRARY", name: "x" }}                           | ${"role"} | ${/^Name one of .*SCHOOL, .*RESCUE_STATION/}
    ${"a role that keeps nothing at home"}            | ${{ role: "AUDITOR", name: "x" }}                           | ${"role"} | ${/^Name one of .*SCHOOL/}
    ${"a row that the policy does not know"}          | ${{ role: "SCHOOL", name: "x", row: "R99" }}                | ${"row"}  | ${/^Name one of R13 \(attendance/}
    ${"a row that is the hub's (R1)"}                 | ${{ role: "SCHOOL", name: "x", row: "R1" }}                 | ${"row"}  | ${/^Name one of R13/}
    ${"a row that is another agency's to keep (R34)"} | ${{ role: "SCHOOL", name: "x", row: "R34" }}                | ${"row"}  | ${/R16 \(counselling notes\)/}
    ${"notes to who has no counsellor (R16)"}         | ${{ role: "SOCIAL_AFFAIRS_OFFICE", name: "x", row: "R16" }} | ${"row"}  | ${/^Name one of R14/}
    ${"the hub's own name"}                           | ${{ role: "SCHOOL", name: "hub" }}                          | ${"name"} | ${/small letters/}
    ${"a name with other letters"}                    | ${{ role: "SCHOOL", name: "School_1" }}                     | ${"name"} | ${/small letters/}
    ${"a name that another subgraph has"}             | ${{ role: "SCHOOL", name: "station" }}                      | ${"name"} | ${/^Choose another/}
    ${"a name that makes a type of the hub's"}        | ${{ role: "SCHOOL", name: "support" }}                      | ${"name"} | ${/^Choose another name: .*two of one name/}
    ${"a name that makes a type of another's"}        | ${{ role: "SCHOOL", name: "school-1" }}                     | ${"name"} | ${/^Choose another name: .*two of one name/}
    ${"a name that makes a field of another's"}       | ${{ role: "SCHOOL", name: "club" }}                         | ${"name"} | ${/^Choose another name: .*two of one name/}
    ${"a name that begins with no letter"}            | ${{ role: "SCHOOL", name: "2nd-school" }}                   | ${"name"} | ${/small letters/}
    ${"a name that says nothing after a -"}           | ${{ role: "SCHOOL", name: "school-" }}                      | ${"name"} | ${/small letters/}
    ${"a name that no table can have"}                | ${{ role: "SCHOOL", name: "s".repeat(41) }}                 | ${"name"} | ${/40 of them/}
  `("refuses $what, and makes no folder", ({ options, field, remedy }) => {
    const schemaFile = join(folder, "school1.graphql");
    writeFileSync(schemaFile, "type School1Record { day: String } extend type Minor { clubRecords: [School1Record] }");
    const subgraphs = {
      school1: { url: "https://school1.invalid/subgraph", schemaFile },
      station: { url: "https://station.invalid/subgraph", schemaFile: join(folder, "not-handed-in.graphql") },
    };
    const joined = joinedIn(parseConfig({}, JSON.stringify({ federation: { gateway: { subgraphs } } })), hub.plain);
    const before = readdirSync(folder);
    expect(() => scaffold(hub, join(folder, "refused"), options, joined)).toThrow(
      expect.objectContaining({
        code: "BAD_USER_INPUT",
        extensions: expect.objectContaining({
          field,
          messageZh: expect.anything(),
          remedy: expect.stringMatching(remedy),
        }),
      }),
    );
    expect(readdirSync(folder)).toEqual(before);
  });

  it("refuses a name that makes a field of the hub's, which nobody could add to Minor again", () => {
    const plain = extendSchema(hub.plain, parse("extend type Minor { libraryRecords: [ID!] }"));
    expect(() => scaffold({ ...hub, plain }, join(folder, "refused"), { role: "SCHOOL", name: "library" })).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(/Minor\.libraryRecords.*the hub has one of that name/),
      }),
    );
  });

  it("refuses a row by which nobody's number could be tied to a child: a cell of place alone (R34)", () => {
    const cells = new Map([["POLICE_STATION", [{ level: "X", conditions: ["j"] }]]] as const);
    const row = { ...(policy.rows.get("R34") ?? fail()), cells };
    const tightened = { ...policy, rows: new Map([...policy.rows, ["R34", row]]) };
    const inForce = { ...hub, activation: { ...hub.activation, policy: tightened } };
    expect(() => scaffold(inForce, join(folder, "refused"), { role: "POLICE_STATION", name: "x" })).toThrow(
      /^POLICE_STATION keeps nothing at home by the policy: R34 is not, for it brings the hub no minors .* no relation/,
    );
    expect(existsSync(join(folder, "refused"))).toBe(false);
  });

  it("leaves a folder with something in it as it is", () => {
    const at = join(folder, "taken");
    mkdirSync(at);
    writeFileSync(join(at, "mine"), "as it was");
    for (const taken of [at, join(at, "mine")])
      expect(() => scaffold(hub, taken, { role: "SCHOOL", name: "school" })).toThrow(
        expect.objectContaining({ extensions: expect.objectContaining({ field: "folder" }) }),
      );
    expect(readdirSync(at)).toEqual(["mine"]);
    expect(readFileSync(join(at, "mine"), "utf8")).toBe("as it was");
  });

  it("leaves alone what lies beside the folder under the name of a new one, and takes no place below a file", () => {
    const beside = join(folder, "beside.new");
    mkdirSync(beside);
    writeFileSync(join(beside, "mine"), "as it was");
    scaffold(hub, join(folder, "beside"), { role: "SCHOOL", name: "beside" });
    expect(readdirSync(join(folder, "beside"))).not.toContain("mine");
    expect(() => scaffold(hub, join(beside, "mine/school"), { role: "SCHOOL", name: "school" })).toThrow(
      expect.objectContaining({ code: "BAD_USER_INPUT", message: `${join(beside, "mine")} is no folder` }),
    );
    expect(readdirSync(beside)).toEqual(["mine"]);
  });

  it.each(KEPT)("makes a $role that keeps $row, with every name filled in", async ({ role = "AUDITOR", row, name }) => {
    const at = join(folder, name);
    expect(scaffold(hub, at, { role, name, row }).row.row).toBe(row);
    const files = readdirSync(at, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
    expect(files.map((file) => file.name)).toContain(".gitignore");
    for (const file of files)
      expect(readFileSync(join(file.parentPath, file.name), "utf8")).not.toMatch(/__[A-Za-z]+__/);
    const { Minor, ...others }: Record<string, new () => object> = await import(join(at, "src/records.ts"));
    if (!Minor) throw new Error("An agency adds to Minor");
    const definition: AgencyDefinition = {
      role,
      types: [Minor, ...Object.values(others)],
      migrations: pathToFileURL(join(at, "migrations/")),
    };
    await agencyInForce(parseConfig({}, JSON.stringify({ federation: { name } })), definition);
    made.set(name, definition);
  });

  it("makes what composes with the hub, and with each other", async () => {
    const agencies = KEPT.map(async ({ row, name }) => ({
      name,
      url: `https://${name}.invalid/subgraph`,
      sdl: await agencySdl(made.get(name) ?? fail(), name),
      kernel: true,
      holds: new Set([row]),
    }));
    const supergraph = await compose({ ...hub, url: "https://hub.invalid/subgraph" }, await Promise.all(agencies));
    expect(supergraph).toMatch(/ agencyR13Records: \[AgencyR13Record!\]/);
    expect(supergraph).toMatch(/ agencyR16Records: \[AgencyR16Record!\]/);
  });

  it("takes tools and kit from the copy of the repository that it runs in, and in an installed hub of its release", () => {
    const dependencies = (at: string) => {
      const { dependencies, devDependencies } = JSON.parse(readFileSync(join(at, "package.json"), "utf8"));
      return { ...dependencies, ...devDependencies };
    };
    for (const there of Object.values<string>(dependencies(join(folder, "agency-r13"))))
      expect(existsSync(join(folder, "agency-r13", there.replace("file:", ""), "package.json"))).toBe(true);

    const installed = join(folder, "installed");
    const packed = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
      cwd: ROOT,
      encoding: "utf8",
    });
    for (const { path } of Object.values<{ files: { path: string }[] }>(JSON.parse(packed)).flatMap(
      ({ files }) => files,
    ))
      if (/^(dist|migrations|packages|policies)\/|^package\.json$/.test(path))
        cpSync(join(ROOT, path), join(installed, path));
    symlinkSync(join(ROOT, "node_modules"), join(installed, "node_modules"));
    const init = ["dist/cli/hub.js", "agency", "init", "school", "--role", "SCHOOL", "--name", "school"];
    execFileSync("node", init, { cwd: installed });
    const { version, devDependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    expect(dependencies(join(installed, "school"))).toEqual({
      "minors-hub-agency-kit": version,
      typescript: devDependencies.typescript,
      "@types/node": devDependencies["@types/node"],
    });
  });

  it("makes what starts once its database is migrated, on tables that are what its types say", async () => {
    const agency = made.get("agency-r13") ?? fail();
    const { url, migrationUrl } = await preparedDatabase("tables");
    const settings = readFileSync(join(folder, "agency-r13/hub.yaml"), "utf8");
    const [gateway, hub] = [await gatewayKeys(), await gatewayKeys()];
    const env = {
      PORT: "0",
      HUB_DATA_DIR: join(folder, "data"),
      DATABASE_URL: url,
      FEDERATION_GATEWAY_KEYS_FILE: gateway.publicFile,
      FEDERATION_HUB_KEYS_FILE: hub.publicFile,
    };
    const open = () => openAgency(parseConfig(env, settings), agency, pino({ level: "silent" }));
    await expect(open()).rejects.toMatchObject({ code: "POLICY_NOT_ACTIVATED", exitCode: 2 });

    await migrateAgency(parseConfig({ ...env, DATABASE_MIGRATION_URL: migrationUrl }, settings), agency);
    const { address, store, close } = await open();
    try {
      const { upQueries } = await store.dataSource.driver.createSchemaBuilder().log();
      expect(upQueries.map(({ query }) => query).filter((query) => query.includes("agency_r13_record"))).toEqual([]);
      expect((await fetch(`${address}/readyz`)).status).toBe(200);
    } finally {
      await close();
    }
  });
});

const fail = (): never => {
  throw new Error("It was not made");
};
