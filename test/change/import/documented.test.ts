import { readFileSync } from "node:fs";
import { join } from "node:path";
import { REGISTERS, TITLES, titleFindings } from "../../../src/change/import/index.js";

describe("docs/registers.md", () => {
  const text = readFileSync(join(import.meta.dirname, "../../../docs/registers.md"), "utf8");
  const sections = text.split(/^### /m).slice(1);

  it("has a section for each register, and for no other", () => {
    const named = sections.map((section) => section.split(" ")[0]);
    expect(named.toSorted()).toEqual(REGISTERS.map(({ name }) => name).toSorted());
  });

  it.each(REGISTERS)("names the columns of $name in their order, by name and title", ({ name, columns }) => {
    const section = sections.find((one) => one.startsWith(`${name} `)) ?? "";
    const named = [...section.matchAll(/^\| (`\w+` .+?) \|/gm)].map(([, column]) => column);
    expect(named).toEqual(Object.keys(columns).map((column) => `\`${column}\` ${TITLES[column]?.[0]}`));
  });

  it.each(REGISTERS)("has no two columns of $name under one title", ({ columns }) => {
    const titles = Object.keys(columns).flatMap((column) => TITLES[column] ?? []);
    expect(new Set(titles).size).toBe(titles.length);
  });

  it("says truly that hub.yaml names registers and columns that there are, or the hub does not start", () => {
    const titles = (columns: Record<string, string>, without: string[] = []) => ({ columns, ignore: [], without });
    const good = { minors: titles({ 学生学号: "key" }, ["carer"]), roster: titles({ 班: "class" }) };
    expect(titleFindings({ school: good, operator: { persons: titles({}) } }, REGISTERS)).toEqual([]);
    const bad = { minors: titles({ 学生学号: "number" }, ["grade"]), children: titles({}) };
    expect(titleFindings({ school: bad }, REGISTERS)).toEqual([
      expect.stringMatching(/^hub\.yaml, registers\.school\.minors: minors has no column "number"; it has key,/),
      expect.stringMatching(/^hub\.yaml, registers\.school\.minors: minors has no column "grade"/),
      expect.stringMatching(
        /^hub\.yaml, registers\.school\.children: there is no such register; use one of divisions,/,
      ),
    ]);
  });

  it.each(REGISTERS)("$name has a number that is made of its columns", ({ key, columns }) => {
    expect(key.length).toBeGreaterThan(0);
    expect(key.filter((column) => !(column in columns))).toEqual([]);
  });
});
