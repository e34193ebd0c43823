import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { hub, type Running, shell, startBuiltHub } from "./binary.js";

const folder = mkdtempSync(join(tmpdir(), "hub-cli-"));
const env = { HUB_DATA_DIR: join(folder, "data"), HUB_DEMO_SCALE: "0" };
const run = (line: string) => hub(line.split(" "), env);
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

let demo: Running;
beforeAll(async () => {
  demo = await startBuiltHub(env);
}, 120_000);
afterAll(async () => {
  await demo?.stop("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

describe("npm start", () => {
  it("prints where the hub is, what to try, tokens, and what it did", () => {
    expect(demo.banner).toContain(`GraphQL   ${demo.address}/graphql`);
    expect(demo.banner).toContain("npx hub query examples/police-station/open-cases.graphql --as police-station");
    for (const role of ["school", "village-community", "police-station", "social-affairs-office"])
      expect(demo.banner).toMatch(new RegExp(`^  ${role} +eyJ[\\w-]+\\.[\\w-]+\\.[\\w-]+$`, "m"));
    expect(demo.banner).toMatch(/policy version \d+ \([0-9a-f]{12}\): \d+ fields, [\d,]+ answers of the rule tree in/);
    expect(demo.banner).toMatch(/Started in [\d.]+ s · [\d,]{5,} records · 0 outbound connections$/);
  });

  it("prints a first question that can be pasted", async () => {
    const [question = ""] = /^curl(.*\\\n)*.*$/m.exec(demo.banner) ?? [];
    const { code, stdout } = await shell(question, env);
    expect(code).toBe(0);
    const { fullName, homeAddress } = z
      .object({ fullName: z.string(), homeAddress: z.string() })
      .parse(firstMinor(stdout));
    expect(fullName).toMatch(/\p{sc=Han}/u);
    expect(homeAddress).toContain("金源镇");
  });

  it("is ready", async () => expect(await (await fetch(`${demo.address}/readyz`)).json()).toEqual({ status: "ready" }));

  it("is in good health, which hub doctor tells beside it", async () => {
    const { code, stdout } = await run("doctor");
    expect(stdout).toMatch(/^ok {5}running +It runs here/m);
    expect(stdout).toMatch(/^ok {5}row-security /m);
    expect(code).toBe(0);
  });

  it("keeps a second process off its data folder, in one line", async () => {
    const second = await hub(["start"], { ...env, PORT: "0" });
    expect(second).toMatchObject({ code: 2, stdout: "" });
    expect(second.stderr).toMatch(/^.*is in use by a running hub\. Stop that hub first.*\n$/);
  });
});

describe("hub token", () => {
  it.each`
    as
    ${"school"}
    ${"school/class-teacher"}
    ${"school-qingxi-2/class-teacher-3"}
    ${"village-community-jinyuan-2"}
    ${"school/system-client"}
  `("$as prints only the token", async ({ as }) => {
    const { code, stdout, stderr } = await run(`token ${as}`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^eyJ[\w-]+\.[\w-]+\.[\w-]+\n$/);
  });

  it("says whom there is, when nobody is called that", async () => {
    const { code, stderr } = await run("token school/clas-teacher");
    expect(code).toBe(2);
    expect(stderr).toBe(
      "Nobody of the demo is school/clas-teacher. There are school/class-teacher, school/counselling-teacher, " +
        "school/registrar, school/legal-vice-principal, school/head, school/data-protection-officer, school/system-client\n",
    );
  });

  it("says that no hub is running, where none is", async () =>
    expect(await hub(["token", "school"], { HUB_DATA_DIR: join(folder, "none") })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^No demo hub is running on .*none\. Start it with `npm start`/),
    }));
});

describe("hub query", () => {
  const query = "query examples/school/my-pupils.graphql --as school";

  it("asks as the post and for the purpose that the file names", async () => {
    const { code, stdout, stderr } = await run(query);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(firstMinor(stdout)).toMatchObject({
      fullName: expect.any(String),
      enrolment: { class: expect.any(String) },
    });
  });

  it("prints a refusal as it came, and in one line what can be done", async () => {
    const { code, stdout, stderr } = await run(`${query} --purpose STATISTICS`);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ errors: [{ extensions: { code: "PURPOSE_NOT_ALLOWED" } }] });
    expect(stderr).toMatch(
      /^PURPOSE_NOT_ALLOWED SCHOOL may not ask for the purpose STATISTICS\. .*Remedy: .*LEFT_BEHIND_CARE.*\n$/,
    );
  });

  it("gives variables: numbers as numbers, ids as text", async () => {
    const ask = file("page.graphql", "query Page($n: Int!) { minors(first: $n) { nodes { id } } }");
    const page = await run(`query ${ask} --as school --purpose LEFT_BEHIND_CARE --var n=1`);
    const { id } = z.object({ id: z.string() }).parse(firstMinor(page.stdout));
    const one = file("one.graphql", "query One($id: ID!) { minor(id: $id) { id fullName } }");
    const { code, stdout } = await run(`query ${one} --as school --purpose LEFT_BEHIND_CARE --var id=${id}`);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ data: { minor: { id } } });
  });

  it("prints the planned statement, and asks nobody", async () => {
    const { code, stdout } = await hub([...query.split(" "), "--sql"], { HUB_DATA_DIR: join(folder, "none") });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^SELECT row_to_json/);
    expect(stdout).toMatch(/\bJOIN "minor" t1\b/);
    expect(stdout).toContain("$1");
  });

  it.each`
    what                   | line                                     | stderr
    ${"no such file"}      | ${"query none.graphql --as school"}      | ${/none\.graphql cannot be read: ENOENT/}
    ${"no asker"}          | ${"query examples/one-question.graphql"} | ${/required option '--as <role\/post>' not specified/}
    ${"an unknown option"} | ${`${query} --fast`}                     | ${/unknown option '--fast'/}
    ${"no such variable"}  | ${`${query} --var x=1`}                  | ${/--var x=1: write name=value/}
    ${"no such post"}      | ${`${query}/cook`}                       | ${/Nobody of the demo is school\/cook/}
    ${"no GraphQL"}        | ${"query package.json --as school"}      | ${/package\.json:2: Syntax Error/}
  `("ends with 2 for $what", async ({ line, stderr }) => {
    const ended = await run(line);
    expect(ended.stderr).toMatch(stderr);
    expect(ended).toMatchObject({ code: 2, stdout: "" });
  });
});

describe("hub explain", () => {
  it("says in words when a field is shown, to which posts and for which purposes", async () => {
    const { code, stdout } = await run("explain Minor.homeAddress --as womens-federation --purpose LEFT_BEHIND_CARE");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Minor\.homeAddress {2}R6 home address 家庭住址$/m);
    expect(stdout).toMatch(/^ {2}F +the value 原值, when your agency takes part.*贵部门参与办理/m);
    expect(stdout).toMatch(/^ {2}B +township, 9 digits, when you are the care liaison 您是关爱联系人$/m);
    expect(stdout).toMatch(/LEFT_BEHIND_CARE 关爱行动 \(MPL 22, 23, 43; plan \(7\)1-3\)/);
    expect(stdout).not.toContain("CARE_COORDINATOR");
    expect(stdout).toMatch(/^ {2}Policy +version \d+, hash [0-9a-f]{64}$/m);
  });

  it("says that a field is never shown", async () =>
    expect((await run("explain Minor.fullName --as publicity-culture-centre")).stdout).toContain(
      "Never shown to publicity-culture-centre",
    ));

  it("says what the caller's own relation to a minor opens, and that another has none", async () => {
    const minor = z
      .object({ id: z.string() })
      .parse(firstMinor((await run("query examples/school/my-pupils.graphql --as school")).stdout)).id;
    const explain = (as: string) =>
      run(`explain Minor.homeAddress --as ${as} --purpose LEFT_BEHIND_CARE --minor ${minor}`);
    expect((await explain("school")).stdout).toMatch(
      /R6 家庭住址: F, because your agency is the source 贵部门是数据来源$/m,
    );
    expect(await explain("school-qingxi-1")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^NOT_FOUND_OR_NOT_SHARED /),
    });
  });

  it("ends with 2 for a field that is not there", async () =>
    expect(await run("explain Minor.adress --as school")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^There is no field Minor\.adress/),
    }));
});

describe("what the policy says, without a hub", () => {
  it("hub schema --role leaves out what is never shown to the role", async () => {
    const { stdout } = await run("schema --role school");
    expect(stdout).toMatch(/type Minor [^}]*homeAddress/);
    expect(stdout).toMatch(/^type OpinionAlert /m);
    expect(stdout).not.toMatch(/type OpinionAlert [^}]*authorAccount/);
    expect((await run("schema --role publicity-culture-centre")).stdout).not.toMatch(/type Minor [^}]*fullName/);
  });

  it("hub matrix --role tells level and condition of each field, aligned or as JSON", async () => {
    const { stdout } = await run("matrix --role village-community");
    expect(stdout).toMatch(/^FIELD +GROUP +LEVEL {2}WHEN$/m);
    expect(stdout).toMatch(/^Minor\.citizenNumber +R2 公民身份号码 +M +the place is within your agency's duty$/m);
    expect(stdout).toMatch(/^Case\.victims +R19 案件关系:被害人 +-$/m);
    const entries = z.array(
      z.object({ coordinate: z.string(), level: z.string(), conditions: z.array(z.string()) }).loose(),
    );
    expect(entries.parse(JSON.parse((await run("matrix --role village-community --json")).stdout))).toContainEqual(
      expect.objectContaining({ coordinate: "Minor.citizenNumber", row: "R2", level: "M", conditions: ["j"] }),
    );
  });

  it("hub policy check lists what this version does not keep yet", async () => {
    const { code, stdout } = await run("policy check");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}version {2}\d+\n {2}hash {5}[0-9a-f]{64}$/m);
    expect(stdout).toMatch(/^ {2}ENVELOPED +R2 R23 R30 R33$/m);
    expect(stdout).not.toContain("NO_COLUMN");
  });

  it("hub --help lists the commands, and each has an example", async () => {
    const { code, stdout } = await run("--help");
    expect(code).toBe(0);
    const commands = [...stdout.matchAll(/^ {2}([a-z-]+) (?=[ [<])/gm)].map(([, name]) => name);
    expect(commands).toEqual(
      expect.arrayContaining(["start", "token", "query", "matrix", "explain", "import", "verify-log"]),
    );
    const all = [
      "start",
      "token",
      "query",
      "schema",
      "matrix",
      "explain",
      "import",
      "policy check",
      "policy diff",
      "policy print",
      "verify-log",
    ];
    const helps = await Promise.all([...all, "db init", "db migrate"].map((command) => run(`${command} --help`)));
    for (const help of helps) expect(help.stdout).toMatch(/^Examples?: .*hub /m);
  });
});

describe("once the hub is stopped", () => {
  beforeAll(async () => {
    expect(await demo.stop()).toBe(0);
  });
  const minors = (rows: string) =>
    file(
      "minors.csv",
      "key,full_name,given_name,citizen_number,birth_date,sex,ethnic_group,care_categories,residence,home_address,phone," +
        "guardian_1_name,guardian_1_relation,guardian_1_phone,guardian_2_name,guardian_2_relation,guardian_2_phone," +
        `carer,carer_phone,carer_since,carer_declared_to_school_on,carer_declared_to_village_on\n${rows}\n`,
    );
  const GOOD = "N-1,林小满,小满,,2016-03-02,FEMALE,01,,990101101201,石门村 3 号,,,,,,,,,,,,";

  it("its address is withdrawn", () => {
    expect(existsSync(join(env.HUB_DATA_DIR, "demo-people.json"))).toBe(false);
  });

  it("hub import names line, column, code and remedy of what is wrong, and writes nothing", async () => {
    const bad = minors(`${GOOD}\n${GOOD.replace("N-1", "N-2").replace("2016-03-02", "2016-02-30")}`);
    const { code, stdout } = await run(`import minors ${bad} --agency school-jinyuan-1`);
    expect(code).toBe(1);
    expect(stdout).toMatch(/minors\.csv:3 birth_date: BAD_VALUE .* Remedy: /);
    expect(stdout).toMatch(/^minors: 1 new, 0 changed, 0 as before, 0 ended, 1 refused \(nothing is written\)$/m);
  });

  it("hub import --dry-run writes nothing; the same file is new once, and then as before", async () => {
    const good = minors(GOOD);
    const report = async (more = "") => {
      const { code, stdout } = await run(`import minors ${good} --agency school-jinyuan-1 --json${more}`);
      const lines = stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      return { code, kinds: lines.map(({ type }) => type), ...lines.at(-1) };
    };
    expect(await report(" --dry-run")).toMatchObject({
      code: 0,
      new: 1,
      unchanged: 0,
      dryRun: true,
      kinds: ["progress", "change", "report"],
    });
    expect(await report()).toMatchObject({ code: 0, new: 1, unchanged: 0 });
    expect(await report()).toMatchObject({ code: 0, new: 0, unchanged: 1 });
  });

  it("hub import --accept-valid keeps refused rows in a file that is corrected and imported as it is", async () => {
    const mixed = file("mixed.csv", "code,name\n990101104000,=新河镇\n990101105000,新桥镇\n");
    expect(await run(`import divisions ${mixed} --accept-valid`)).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/1 new, .* 1 refused\nRefused rows are in .*mixed\.csv\.rejects\.csv/),
    });
    const rejects = readFileSync(`${mixed}.rejects.csv`, "utf8");
    expect(rejects).toMatch(/^\uFEFFcode,name,.*\n990101104000,'=新河镇,2,name,FORMULA,/);
    writeFileSync(`${mixed}.rejects.csv`, rejects.replace("'=", ""));
    expect((await run(`import divisions ${mixed}.rejects.csv`)).stdout).toMatch(/^divisions: 1 new, .* 0 refused$/m);
  });

  it("hub import takes the operator's registers without an agency", async () => {
    const divisions = file("divisions.csv", "code,name\n990101103000,新田镇\n");
    expect((await run(`import divisions ${divisions}`)).stdout).toBe(
      "divisions: 1 new, 0 changed, 0 as before, 0 ended, 0 refused\n",
    );
    expect(await run(`import divisions ${divisions} --agency school-jinyuan-1`)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("operator"),
    });
    expect(await run(`import divisons ${divisions}`)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("divisions"),
    });
  });

  it("starts again on the same folder, with the imported minor, and puts the imports on record", async () => {
    demo = await startBuiltHub(env);
    const ask = file(
      "new.graphql",
      'query New { minors(filter: { fullName: { eq: "林小满" } }) { nodes { homeAddress } } }',
    );
    const { stdout } = await run(`query ${ask} --as school --purpose LEFT_BEHIND_CARE`);
    expect(firstMinor(stdout)).toEqual({ homeAddress: "石门村 3 号" });
    expect(await demo.stop("SIGINT")).toBe(0);
  });

  it("hub policy coverage says of each open cell which question on record has met it", async () => {
    const { code, stdout, stderr } = await run("policy coverage");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^R1 姓名 +school +F:o +(.* )?MyPupils\b/m);
    expect(stdout).toMatch(/^R1 姓名 +care-institution +F:o +the exhaustive proof$/m);
    expect(stdout).toMatch(
      /^\d+ open: \d+ met by a question on record, \d+ by the exhaustive proof, \d+ without a field\.$/m,
    );
  });

  it("hub verify-log finds the log intact, and a cut-off end not", async () => {
    const intact = await run("verify-log");
    expect(intact).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^The disclosure log is intact: \d+ entries .*\n披露日志完整/),
    });
    const head = { seq: 1_000_000, hash: "00", lastEntry: 1_000_000, at: "2026-01-01T00:00:00.000+08:00" };
    appendFileSync(join(env.HUB_DATA_DIR, "heads.jsonl"), `${JSON.stringify(head)}\n`);
    expect(await run("verify-log")).toMatchObject({ code: 1, stdout: expect.stringContaining("cut off") });
  });
});

function firstMinor(stdout: string): unknown {
  const answer = z.object({ data: z.object({ minors: z.object({ nodes: z.array(z.unknown()).min(1) }) }) });
  return answer.parse(JSON.parse(stdout)).data.minors.nodes[0];
}
