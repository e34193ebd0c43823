import "reflect-metadata";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { PGlite } from "@electric-sql/pglite";
import { Kind, parse } from "graphql";
import { z } from "zod";
import { readOperation } from "../../src/cli/operation.js";
import { type DemoPeople, runningDemo } from "../../src/server/demo-people.js";
import { requestToken } from "../../src/server/demo-token.js";
import { shell } from "../cli/binary.js";
import { prepareFolder } from "../support/prepared.js";

const ROOT = join(import.meta.dirname, "../..");
const README = join(ROOT, "README.md");
const PICTURE = /(?<=<!-- three-sources -->\n).*(?=<!-- \/three-sources -->)/s;
/** All four at once, each with what it keeps in memory. */
const MOST_MEGABYTES = 1_600;
const CHILD = "MWcASMF6XLvWF2nY3ERvByA";
const CHECKED = [{ kind: "FACE", status: "MATCHED" }];
const ASKS = "social-affairs-office/head";
/** School numbers S1-0002 and S1-0006 of the demo, as the hub knows them; CHILD is S1-0001. */
const COUNSELLED = "MpOznoxSQqYl7iDJ2Gyb8AA";
const SUNSHINE = "M3LHJ-iYeabXTSmLVfo9rpg";
const [, NOTES = "none"] =
  /^S1-0002,[^,]*,2025-09-10,"(.*)"$/m.exec(
    readFileSync(join(ROOT, "examples/agencies/school/demo/counselling_session.csv"), "utf8"),
  ) ?? [];

type Data = Readonly<Record<string, unknown>>;
interface Answer {
  readonly requestId: string;
  readonly data: { readonly minor: Data | null } | null;
  readonly errors?: unknown;
}

/** Four processes on folders of their own, started, asked, stopped, and then looked into. */
describe("npm run start:federated", () => {
  const { text, purpose = "" } = readOperation(join(ROOT, "examples/three-sources.graphql"));
  const folder = mkdtempSync(join(tmpdir(), "hub-"));
  const lines: string[] = [];
  let office: Answer;
  let police: Answer;
  let school: Answer;
  let refused: Answer;
  let people: DemoPeople;
  let gateway: string;
  let printed: string;
  let megabytes: number;
  let picture: string;
  let justice: Answer;
  let counsellor: Answer;
  let stopped: number | null;
  /** Of each program: what it answers whom who asks for /metrics. */
  const figures = new Map<string, object>();
  const databases = new Map<string, string>();

  it("prints a question that can be pasted, and all three answer it", () => {
    const { minor } = z.object({ data: z.object({ minor: z.looseObject({}) }) }).parse(JSON.parse(printed)).data;
    const { fullName, attendance, stays } = minor;
    expect({ fullName, attendance, stays }).toEqual({
      fullName: expect.stringMatching(/\p{sc=Han}/u),
      attendance: expect.arrayContaining([expect.objectContaining({ term: "2025-1" })]),
      stays: [expect.objectContaining({ leftOn: "2025-07-28" })],
    });
  });

  it("is what README shows of it, and of who answered what", () => {
    expect(essence(PICTURE.exec(readFileSync(README, "utf8"))?.[0] ?? "")).toBe(essence(picture));
  });

  it("shows the office all, the police that the child is cared for, and the school nothing of the stay (R14, R34, R41)", () => {
    expect(office.data?.minor).toMatchObject({
      health: { chronicIllness: "哮喘" },
      psychologicalNeed: "LOW",
      inStation: false,
      identityChecks: CHECKED,
    });
    expect(police.data?.minor).toEqual({
      whatToMind: expect.stringContaining("不参加长跑"),
      takeCare: true,
      inStation: false,
      identityChecks: CHECKED,
    });
    expect(school.data?.minor).toEqual({
      health: { chronicIllness: "哮喘" },
      psychologicalFinding: expect.any(String),
    });
    expect(refused.errors).toMatchObject([{ extensions: { code: "FIELD_NOT_SHARED", coordinate: "Minor.inStation" } }]);
  });

  it("prints a token by which the operator's Prometheus reads the figures of all four, and which is nobody else's", () => {
    // At an agency the office is nobody.
    expect(Object.fromEntries(figures)).toEqual({
      Gateway: { operator: 200, office: 404 },
      hub: { operator: 200, office: 404 },
      school: { operator: 200, office: 401 },
      station: { operator: 200, office: 401 },
    });
  });

  it("puts each part on the record of whoever served it, under one request id", () => {
    for (const name of ["hub", "school", "station"])
      expect({ name, found: foundIn(databases.get(name), [office.requestId]) }).toEqual({
        name,
        found: [office.requestId],
      });
  });

  it("tells the school nothing of the justice office: neither its database nor its lines know of it (R35)", () => {
    expect(justice.errors).toBeUndefined();
    expect(justice.data?.minor).toMatchObject({ attendance: [{}, {}], whatToMind: expect.any(String) });
    const asked = ["justice-office", "PRISONER_CHILD_SUPPORT", "OfTheSunshineProgramme", justice.requestId];
    expect(
      foundIn([everyByte(join(folder, "school")), databases.get("school"), linesOf("school")].join(), asked),
    ).toEqual([justice.requestId]);
    expect(foundIn(databases.get("hub"), asked)).toEqual(asked);
  });

  it("keeps counselling notes at the school: no byte of them is in a file or a line of hub and gateway (R16, MHL 23)", () => {
    expect(counsellor.data?.minor?.["counsellingNotes"]).toContainEqual({ heldOn: "2025-09-10", notes: NOTES });
    expect(foundIn(databases.get("school"), [NOTES])).toEqual([NOTES]);
    const read = [everyByte(folder, ["school", "station"]), databases.get("hub"), linesOf("hub"), linesOf("gateway")];
    expect(foundIn(read.join(), [NOTES, counsellor.requestId])).toEqual([counsellor.requestId]);
  });

  it("stops all on Ctrl-C, each cleanly", () => {
    expect(stopped).toBe(0);
    expect(readdirSync(folder).filter((file) => file.startsWith("lock"))).toEqual([]);
  });

  it(`needs no more than ${MOST_MEGABYTES} MB, the four together`, () => {
    expect(megabytes).toBeGreaterThan(100);
    expect(megabytes).toBeLessThan(MOST_MEGABYTES);
  });

  beforeAll(async () => {
    await prepareFolder(folder, "demo");
    for (const name of ["school", "station"]) await prepareFolder(join(folder, name), "tables");
    const child = spawn(process.execPath, [join(ROOT, "dist/federated/main.js")], {
      env: { PORT: "0", HUB_DATA_DIR: folder, HUB_DEMO_SCALE: "0" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const exited = once(child, "exit");
    child.stderr.on("data", (said: Buffer) => lines.push(said.toString()));
    try {
      await new Promise<void>((started, failed) => {
        createInterface({ input: child.stdout }).on("line", (line) => {
          lines.push(line);
          if (line.includes("Ctrl-C")) started();
        });
        child.once("exit", () => failed(new Error(`It did not start:\n${lines.join("\n")}`)));
      });
      people = runningDemo(folder) ?? fail("The hub has told nobody who is there");
      gateway = /^ {2}Gateway +(\S+)$/m.exec(lines.join("\n"))?.[1] ?? "";
      await linked();
      const [curl = ""] = /^curl(.*\\\n)*.*$/m.exec(lines.filter((line) => !line.startsWith("hub ")).join("\n")) ?? [];
      printed = (await shell(curl, { HUB_DATA_DIR: folder })).stdout;
      office = await ask(ASKS, text, purpose);
      police = await askOf("police-station/head", "whatToMind takeCare inStation identityChecks { kind status }");
      school = await askOf("school/head", "health { chronicIllness } psychologicalFinding");
      refused = await askOf("school/head", "inStation");
      justice = await ask(
        "justice-office/support-liaison",
        "query OfTheSunshineProgramme($id: ID!) { minor(id: $id) { attendance { term } whatToMind psychologicalNeed } }",
        "PRISONER_CHILD_SUPPORT",
        SUNSHINE,
      );
      counsellor = await ask(
        "school/counselling-teacher",
        "query ($id: ID!) { minor(id: $id) { counsellingNotes { heldOn notes } } }",
        "LEFT_BEHIND_CARE",
        COUNSELLED,
      );
      const tokenOf = (role: string) => new RegExp(`^ {2}${role} +(eyJ\\S+)$`, "m").exec(lines.join("\n"))?.[1];
      for (const [, name = "", origin] of lines
        .join("\n")
        .matchAll(/^ {2}(Gateway|hub|school|station) +(http:\/\/[^/]+)/gm)) {
        const told = async (role: string) =>
          (await fetch(`${origin}/metrics`, { headers: { authorization: `Bearer ${tokenOf(role)}` } })).status;
        figures.set(name, { operator: await told("operator"), office: await told(ASKS.replace("/head", "")) });
      }
      megabytes = residentBelow(child.pid ?? 0);
      picture = pictureOf(office, ownersIn(readFileSync(join(folder, "supergraph.graphql"), "utf8")));
    } finally {
      child.kill("SIGINT");
      [stopped] = await exited;
    }
    for (const [name, at] of [
      ["hub", folder],
      ["school", join(folder, "school")],
      ["station", join(folder, "station")],
    ] as const)
      databases.set(name, await everyRow(join(at, "database")));
    const { HUB_TEST_WRITE_ANSWERS } = process.env; // npm run docs:answers
    if (HUB_TEST_WRITE_ANSWERS) writeFileSync(README, readFileSync(README, "utf8").replace(PICTURE, picture));
  }, 240_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function ask(as: string, query: string, stated: string, id?: string): Promise<Answer> {
    const person = people.persons.find((one) => one.as === as) ?? fail(`Nobody of the demo is ${as}`);
    const response = await fetch(gateway, {
      method: "POST",
      headers: {
        authorization: `Bearer ${await requestToken(people.issuer, { subject: person.subject })}`,
        "content-type": "application/json",
        "x-hub-purpose": stated,
      },
      body: JSON.stringify({ query, ...(id === undefined ? {} : { variables: { id } }) }),
    });
    return { requestId: response.headers.get("x-hub-request-id") ?? "", ...JSON.parse(await response.text()) };
  }

  const askOf = (as: string, fields: string): Promise<Answer> =>
    ask(as, `query ($id: ID!) { minor(id: $id) { ${fields} } }`, purpose, CHILD);

  /** Both agencies ask the hub for their links when they start. */
  async function linked(): Promise<void> {
    for (let turn = 0; turn < 150; turn += 1) {
      const { data } = await ask(ASKS, text, purpose);
      if (data?.minor?.["attendance"] && data.minor["stays"]) return;
      await new Promise((passed) => setTimeout(passed, 200));
    }
    fail(`The agencies have no links:\n${lines.slice(-5).join("\n")}`);
  }

  const linesOf = (name: string): string => lines.filter((line) => line.startsWith(`${name} `)).join("\n");
});

const foundIn = (text: string | undefined, words: readonly string[]) => words.filter((word) => text?.includes(word));

const fail = (why: string): never => {
  throw new Error(why);
};

/** Contents of every file below a folder, as bytes that are letters where they were. */
function everyByte(folder: string, but: readonly string[] = []): string {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => !but.some((one) => path.startsWith(`${one}/`)))
    .map((path) => join(folder, path))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, "utf8"))
    .join("\n");
}

/** Every row of every table: what a file holds compressed is read here. */
async function everyRow(database: string): Promise<string> {
  const db = await PGlite.create(database);
  try {
    const { rows } = await db.query<{ name: string }>(
      "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'",
    );
    const all: string[] = [];
    for (const { name } of rows)
      all.push(
        ...(await db.query<{ row: string }>(`SELECT t::text AS row FROM "${name}" t`)).rows.map(({ row }) => row),
      );
    return all.join("\n");
  } finally {
    await db.close();
  }
}

/** Megabytes of memory that the processes started by this one hold. */
const residentBelow = (pid: number): number =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
    .trim()
    .split(" ")
    .map((child) => Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child}/status`, "utf8"))?.[1] ?? 0))
    .reduce((sum, kilobytes) => sum + kilobytes / 1024, 0);

/** Field of Minor -> the subgraph that answers it, as the supergraph has it. */
function ownersIn(supergraph: string): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const definition of parse(supergraph).definitions)
    if (definition.kind === Kind.OBJECT_TYPE_DEFINITION && definition.name.value === "Minor")
      for (const { name, directives = [] } of definition.fields ?? [])
        for (const { name: directive, arguments: args = [] } of directives) {
          const graph = args.find((one) => one.name.value === "graph")?.value;
          const external = args.some((one) => one.name.value === "external");
          if (directive.value === "join__field" && graph?.kind === Kind.ENUM && !external)
            owners.set(name.value, graph.value.toLowerCase());
        }
  return owners;
}

function pictureOf({ data }: Answer, owners: ReadonlyMap<string, string>): string {
  const minor = data?.minor ?? fail("The child is not shown");
  return [
    "",
    "[One question](examples/three-sources.graphql) of the social affairs office for CASE_HANDLING, about a pupil whom the police",
    "brought to the rescue station, and who answered what:",
    "",
    "| field | answered by | answer |",
    "|---|---|---|",
    ...Object.entries(minor).map(([field, value]) => `| ${field} | ${owners.get(field)} | ${inACell(value)} |`),
    "",
    "Each part is on the log of whoever answered it, under one request id; neither school nor station is told who asked. The police",
    "see that the child is not in the station now, and not how it came there. To its school a question about the station is refused.",
    "",
    "",
  ].join("\n");
}

/** Values of an object with blanks between them: what they are, the question says. */
function inACell(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "[]" : value.map(inACell).join("; ");
  if (typeof value === "object" && value !== null) return Object.values(value).map(inACell).join(" ");
  return String(value).replaceAll("*", "\\*");
}

/** Without the formatter's columns. */
const essence = (markdown: string): string => markdown.replace(/ {2,}/g, " ").replace(/\| (-+) (?=\|)/g, "|---");
