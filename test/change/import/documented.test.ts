import { readFileSync } from "node:fs";
import { join } from "node:path";
import { REGISTERS, TITLES } from "../../../src/change/import/index.js";

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

  it.each(REGISTERS)("$name has a number that is made of its columns", ({ key, columns }) => {
    expect(key.length).toBeGreaterThan(0);
    expect(key.filter((column) => !(column in columns))).toEqual([]);
  });
});
