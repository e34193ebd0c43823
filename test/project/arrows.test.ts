import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const root = join(import.meta.dirname, "../..");

describe("the checker of arrows", () => {
  // One module an arrow, so that one run answers all rows. `type` = import type.
  const FORBIDDEN = [
    ["store/a1", "policy/load", "", "store-uses-what-lies-inwards"],
    ["policy/a2", "read/run", "", "policy-facts-viewer-uses-what-lies-inwards"],
    ["facts/a3", "server/http", "", "policy-facts-viewer-uses-what-lies-inwards"],
    ["read/a4", "statistics/close", "", "read-change-disclosure-uses-what-lies-inwards"],
    ["change/a5", "cli/hub", "", "read-change-disclosure-uses-what-lies-inwards"],
    ["federation/a6", "server/http", "", "federation-statistics-uses-what-lies-inwards"],
    ["domain/cases/a7", "server/http", "", "domain-uses-only-the-kernel's-doors"],
    ["domain/cases/a8", "read/run", "", "domain-uses-only-the-kernel's-doors"],
    ["domain/cases/a9", "policy/load", "", "domain-uses-only-the-kernel's-doors"],
    ["domain/cases/b1", "store/open", "", "domain-uses-only-the-kernel's-doors"],
    ["domain/cases/b2", "domain/minors/record", "", "domain-folder-has-one-door"],
    ["domain/cases/b3", "domain/minors/record", "type", "domain-folder-has-one-door"],
    ["server/b4", "domain/minors/record", "", "domain-folder-has-one-door-for-the-kernel"],
    ["config", "store/open", "", "calendar-errors-and-config-use-nothing-of-the-hub"],
    ["server/b5", "main", "", "main-composes"],
    ["cli/b7", "kit", "", "kit-is-for-agencies"],
    ["federation/b8", "agency/run", "", "federation-statistics-uses-what-lies-inwards"],
    ["read/b6", "read/nowhere", "", "no-import-that-is-not-there"],
    ["read/circle1", "read/circle2", "", "no-cycle"],
    ["domain/cases/commands", "domain/cases/queries", "", "no-cycle-in-domain-but-between-records"],
  ] as const;
  const ALLOWED = [
    ["server/c1", "read/run", ""],
    ["cli/c2", "main", ""],
    ["kit", "agency/run", ""],
    ["statistics/c3", "store/open", ""],
    ["read/c4", "disclosure/log", ""],
    ["policy/c5", "store/open", ""],
    ["store/c6", "config", ""],
    ["store/c7", "viewer/viewer", "type"],
    ["domain/cases/c8", "policy/group", ""],
    ["domain/cases/c9", "change/command", ""],
    ["domain/cases/d1", "facts/involvement", ""],
    ["domain/cases/d2", "read/index", ""],
    ["domain/cases/d3", "domain/minors/index", ""],
    ["domain/cases/d4", "errors", ""],
    ["server/d5", "domain/minors/index", ""],
    ["main", "server/http", ""],
    ["read/typed1", "read/typed2", "type"],
    ["read/typed2", "read/typed1", ""],
    // Two records that name each other through their front doors.
    ["domain/minors/record", "domain/cases/index", ""],
    ["domain/cases/record", "domain/minors/index", ""],
    ["domain/minors/index", "domain/minors/record", ""],
    ["domain/cases/index", "domain/cases/record", ""],
  ] as const;
  const RETURNING = [
    ["read/circle2", "read/circle1", ""],
    ["domain/cases/queries", "domain/cases/commands", ""],
  ] as const;

  const folder = mkdtempSync(join(tmpdir(), "hub-arrows-"));
  const found = violationsIn(folder);
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(FORBIDDEN)("catches %s -> %s %s: %s", (from, to, _type, rule) =>
    expect(found).toContain(`${from} -> ${to}: ${rule}`),
  );

  it.each(ALLOWED)("lets %s -> %s %s pass", (from, to) =>
    expect(found.filter((violation) => violation.startsWith(`${from} -> ${to}:`))).toEqual([]),
  );

  function violationsIn(folder: string): string[] {
    const sources = new Map<string, string>();
    for (const [from, to, type] of [...FORBIDDEN, ...ALLOWED, ...RETURNING]) {
      const name = `_${sources.size}`;
      const path = relativeImport(from, to);
      const line = type ? `import type { x as ${name} } from "${path}";` : `import { x as ${name} } from "${path}";`;
      sources.set(from, `${sources.get(from) ?? "export const x = 1;\n"}${line}\n`);
      if (!to.endsWith("nowhere") && !sources.has(to)) sources.set(to, "export const x = 1;\n");
    }
    for (const [name, source] of sources) {
      const file = join(folder, "src", `${name}.ts`);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, source);
    }
    const cruise = spawnSync(
      process.execPath,
      [
        join(root, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs"),
        "src",
        "--config",
        join(root, ".dependency-cruiser.cjs"),
        "--output-type",
        "json",
      ],
      { cwd: folder, encoding: "utf8" },
    );
    const { summary } = JSON.parse(cruise.stdout);
    const moduleOf = (path: string) => path.replace(/^(src|\.\.)\//, "").replace(/\.(ts|js)$/, "");
    return summary.violations.map(
      (violation: { from: string; to: string; rule: { name: string } }) =>
        `${moduleOf(violation.from)} -> ${moduleOf(violation.to)}: ${violation.rule.name}`,
    );
  }

  function relativeImport(from: string, to: string): string {
    return `${"../".repeat(from.split("/").length - 1) || "./"}${to}.js`;
  }
});
