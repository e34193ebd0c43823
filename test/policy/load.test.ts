import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PolicyError } from "../../src/policy/finding.js";
import { loadPolicy, type PolicyTexts, parsePolicy } from "../../src/policy/load.js";
import { edited, findings, shipped } from "./shipped.js";

describe("the shipped policy", () => {
  it("loads from its directory without a finding", async () => {
    const policy = await loadPolicy("policies");
    expect(policy.version).toBe(3);
    expect(policy.rows.size).toBe(48);
    expect(policy.posts).toHaveLength(34);
    expect(policy.purposes.size).toBe(17);
  });

  it("says what its tables say", () => {
    const policy = parsePolicy(shipped);
    expect(policy.rows.get("R1")).toMatchObject({ groupZh: "姓名", record: "Minor", anchor: true });
    expect(policy.rows.get("R1")?.cells.get("EDUCATION_BUREAU")).toEqual([
      { level: "F", conditions: ["a", "r"] },
      { level: "M", conditions: ["j"] },
    ]);
    expect(policy.rows.get("R1")?.cells.get("OPERATOR")).toEqual([]);
    expect(policy.rows.get("R2")?.limits).toEqual(new Set(["ENVELOPED"]));
    expect(policy.rows.get("R6")?.at).toEqual({ B: "township, 9 digits" });
    expect(policy.rows.get("R25")?.writers).toEqual(new Set(["PROCURATORATE"]));
    expect(policy.purposes.get("CASE_HANDLING")?.basis).toEqual(["MPL 100, 101", "CPL 277"]);
    expect(policy.post("POLICE_STATION", "DUTY_OFFICER")?.may).toEqual(new Set(["break-glass", "match-identity"]));
  });

  it.each`
    groups           | row       | inside
    ${"*"}           | ${"R15"}  | ${true}
    ${"* -R15 -R18"} | ${"R15"}  | ${false}
    ${"* -R15 -R18"} | ${"R16"}  | ${true}
    ${"R1 R17m"}     | ${"R17m"} | ${true}
    ${"R1 R17m"}     | ${"R17"}  | ${false}
    ${""}            | ${"R1"}   | ${false}
  `("of a post with the groups '$groups', $row is one: $inside", ({ groups, row, inside }) => {
    const head = parsePolicy(edited(`*/HEAD groups := ${groups}`)).post("SCHOOL", "HEAD");
    expect(head?.groups.has(row)).toBe(inside);
    expect(`${head?.groups}`).toBe(groups);
  });

  it("gives a role its own posts before those that every agency has, and none of another role", () => {
    const policy = parsePolicy(shipped);
    expect(policy.postsOf("CARE_INSTITUTION").map(({ post }) => post)).toEqual([
      "CARER",
      "HEAD",
      "DATA_PROTECTION_OFFICER",
      "SYSTEM_CLIENT",
    ]);
    expect(policy.post("CARE_INSTITUTION", "HEAD")?.role).toBe("*");
    expect(policy.post("CARE_INSTITUTION", "REGISTRAR")).toBeUndefined();
  });

  it("has a hash that follows each of the three tables, and only them", () => {
    const { hash } = parsePolicy(shipped);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(parsePolicy({ ...shipped, version: "2" }).hash).toBe(hash);
    for (const table of ["matrix", "posts", "purposes"] as const)
      expect(parsePolicy({ ...shipped, [table]: `${shipped[table]}\n` }).hash).not.toBe(hash);
  });
});

describe("a table is refused as a whole when", () => {
  it.each`
    why                              | table         | from                 | to                         | finds
    ${"a column is unknown"}         | ${"posts"}    | ${"post_zh,"}        | ${"post_zh,colour,"}       | ${["colour: unknown column"]}
    ${"a column is missing"}         | ${"matrix"}   | ${",OPERATOR,"}      | ${","}                     | ${["OPERATOR: the column is missing"]}
    ${"a role is unknown"}           | ${"matrix"}   | ${",OPERATOR,"}      | ${",OPERATOR,JUDGE,"}      | ${["JUDGE: unknown column"]}
    ${"a column stands twice"}       | ${"purposes"} | ${"basis,"}          | ${"basis,basis,"}          | ${["basis: the column stands twice"]}
    ${"a line is short"}             | ${"posts"}    | ${/$/}               | ${"ANALYST,B,乙,*,AGENCY"} | ${["ANALYST/B: 5 cells under 6 columns"]}
    ${"a name is empty"}             | ${"posts"}    | ${"REGISTRAR"}       | ${""}                      | ${["SCHOOL/ post: is empty"]}
    ${"a basis is empty"}            | ${"purposes"} | ${"PIPL 13(1)(4),P"} | ${",P"}                    | ${["LIFE_SAFETY basis: is empty"]}
    ${"a quote is not closed"}       | ${"matrix"}   | ${'"F:p,e"'}         | ${'"F:p,e'}                | ${["access-matrix.csv: not CSV"]}
    ${"there is nothing in it"}      | ${"posts"}    | ${/[\s\S]+/}         | ${""}                      | ${["posts.csv: the table is empty"]}
    ${"a row stands twice"}          | ${"matrix"}   | ${/\nR6,.*/}         | ${"$&$&"}                  | ${["R6: stands twice"]}
    ${"a post stands twice"}         | ${"posts"}    | ${/\nSCHOOL,REG.*/}  | ${"$&$&"}                  | ${["SCHOOL/REGISTRAR: stands twice"]}
    ${"a purpose stands twice"}      | ${"purposes"} | ${/\nAUDIT,.*/}      | ${"$&$&"}                  | ${["AUDIT: stands twice"]}
    ${"statistics has another name"} | ${"purposes"} | ${"STATISTICS,"}     | ${"COUNTING,"}             | ${["STATISTICS: the purpose is missing"]}
    ${"nothing is for break-glass"}  | ${"purposes"} | ${/LIFE_SAFETY.*\n/} | ${""}                      | ${["LIFE_SAFETY: the purpose is missing"]}
    ${"the version is no number"}    | ${"version"}  | ${"3"}               | ${"one"}                   | ${["VERSION: not a whole number"]}
  `("$why", ({ table, from, to, finds }: TextCase) => {
    const texts = { ...shipped, [table]: shipped[table].replace(from, to) };
    expect(texts[table]).not.toBe(shipped[table]);
    expect(findings(texts)).toEqual(finds.map((find) => expect.stringContaining(find)));
  });

  it.each`
    why                                     | table         | from                 | to
    ${"its columns stand in another order"} | ${"posts"}    | ${/^(.*?),(.*?),/gm} | ${"$2,$1,"}
    ${"it begins with a byte order mark"}   | ${"purposes"} | ${/^/}               | ${"\uFEFF"}
    ${"its lines end as on Windows"}        | ${"matrix"}   | ${/\n/g}             | ${"\r\n"}
    ${"two roles have a post of one name"}  | ${"posts"}    | ${/$/}               | ${"RESCUE_STATION,REGISTRAR,登记员,R1,AGENCY,\n"}
    ${"the version has counted up"}         | ${"version"}  | ${"3"}               | ${"12"}
  `("but it loads when $why", ({ table, from, to }: TextCase) => {
    const texts = { ...shipped, [table]: shipped[table].replace(from, to) };
    expect(texts[table]).not.toBe(shipped[table]);
    expect(findings(texts)).toEqual([]);
  });
});

interface TextCase {
  readonly table: keyof PolicyTexts;
  readonly from: string | RegExp;
  readonly to: string;
  readonly finds: string[];
}

describe("the error", () => {
  it("lists all findings of all three tables at once", () => {
    const texts = edited(
      "R6 SCHOOL := Q:o & R7 limits := SECRET & SCHOOL/REGISTRAR scope := ALL & AUDIT roles := COURT",
    );
    expect(findings(texts)).toEqual([
      "R6 SCHOOL: unknown level: Q",
      "R7 limits: unknown: SECRET",
      "SCHOOL/REGISTRAR scope: unknown: ALL",
      "AUDIT roles: unknown: COURT",
    ]);
  });

  it("says file, line, row, column, problem and remedy, for a program and for a person", () => {
    const error = caught(() => parsePolicy(edited("R6 SCHOOL := Q:o")));
    expect(error).toBeInstanceOf(PolicyError);
    expect(error).toMatchObject({
      code: "POLICY",
      findings: [
        {
          file: "access-matrix.csv",
          line: 8,
          row: "R6",
          column: "SCHOOL",
          problem: "unknown level: Q",
          remedy: "Use F, M, B, X, A",
        },
      ],
    });
    expect(`${error}`).toContain("access-matrix.csv:8 R6 SCHOOL: unknown level: Q. Use F, M, B, X, A");
  });

  it("names the files that a directory lacks, and only those", async () => {
    const directory = await mkdtemp(join(tmpdir(), "policy-"));
    await writeFile(join(directory, "VERSION"), "1");
    const error = await loadPolicy(directory).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(PolicyError);
    for (const file of ["access-matrix.csv", "posts.csv", "purposes.csv"])
      expect(`${error}`).toContain(join(directory, file));
    expect(`${error}`).not.toContain(join(directory, "VERSION"));
  });

  function caught(act: () => unknown): unknown {
    try {
      return act();
    } catch (error) {
      return error;
    }
  }
});
