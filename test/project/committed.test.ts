import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const root = join(import.meta.dirname, "../..");
const committed = execFileSync("git", ["ls-files"], { cwd: root, encoding: "utf8" })
  .split("\n")
  // Deleted and not yet committed, or this file, which has to name what it looks for.
  .filter((file) => file !== "" && file !== "test/project/committed.test.ts" && existsSync(join(root, file)));
const textOf = (file: string) => readFileSync(join(root, file), "utf8");

const versions = z.record(z.string(), z.string());
const npmPackage = z
  .object({
    version: z.string(),
    license: z.string(),
    dependencies: versions,
    devDependencies: versions,
    overrides: versions,
  })
  .parse(JSON.parse(textOf("package.json")));
const lockfile = z
  .object({
    packages: z.record(
      z.string(),
      z.union([
        z.object({ license: z.string(), dev: z.boolean().optional() }),
        z.object({ link: z.literal(true) }).transform(() => null), // a folder of the repository, which stands by itself
      ]),
    ),
  })
  .parse(JSON.parse(textOf("package-lock.json")));

describe("what is committed", () => {
  it.each`
    what                          | pattern                                                                           | where
    ${"a folder of a machine"}    | ${/(?<![\w.$}*-])\/(work|root|home\/\w+)\//}                                      | ${/./}
    ${"a temporary folder"}       | ${/(?<![\w.$}*-])\/tmp\//}                                                        | ${/^(?!test\/|bench\/)/}
    ${"a registry or its mirror"} | ${/registry\.(npmjs|yarnpkg)|https?:\/\/[^\s/"']*(registry|mirror|artifactory)/i} | ${/./}
    ${"an address to load from"}  | ${/"resolved": "(http|git|file)/}                                                 | ${/^package-lock\.json$/}
    ${"a paper outside"}          | ${/\bshared\/(policy\b|\w+\.md)/}                                                 | ${/./}
  `("does not name $what", ({ pattern, where }: { pattern: RegExp; where: RegExp }) => {
    const naming = committed
      .filter((file) => where.test(file))
      .flatMap((file) =>
        textOf(file)
          .split("\n")
          .map((line, index) => ({ at: `${file}:${index + 1}`, line })),
      )
      .filter(({ line }) => pattern.test(line))
      .map(({ at }) => at);
    expect(naming).toEqual([]);
  });

  it("is under the Apache licence 2.0", () => {
    expect(npmPackage.license).toBe("Apache-2.0");
    expect(textOf("LICENSE")).toMatch(/^\s*Apache License\s+Version 2\.0, January 2004/);
  });
});

describe("every package that the hub names", () => {
  const { dependencies, devDependencies, overrides } = npmPackage;

  it.each(Object.entries({ ...dependencies, ...devDependencies, ...overrides }))(
    "%s has one exact version: %s",
    (_, version) => expect(version).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/),
  );
});

describe("the agency kit", () => {
  const kit = z
    .object({ version: z.string(), dependencies: versions })
    .parse(JSON.parse(textOf("packages/agency-kit/package.json")));

  it("has the hub's version, and in the repository the hub itself", () =>
    expect(kit).toEqual({ version: npmPackage.version, dependencies: { "minors-hub": "file:../.." } }));

  it("is the same module as the hub's own, so that a decorator means the same to both", async () => {
    const asAgency =
      "import * as kit from 'minors-hub-agency-kit'; console.log(kit.Group === (await import('minors-hub/kit')).Group)";
    expect(execFileSync("node", ["--input-type=module", "-e", asAgency], { cwd: root, encoding: "utf8" })).toBe(
      "true\n",
    );
  });
});

describe("every package that is installed", () => {
  const PERMISSIVE = ["0BSD", "Apache-2.0", "BlueOak-1.0.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT"];
  // Of what builds and tests, unchanged, and of which nothing is shipped: data about browsers, a minifier of styles, the
  // checker of accessibility, a parser of command lines.
  const FOR_DEVELOPMENT = ["CC-BY-4.0", "MPL-2.0", "PSF-2.0", "Python-2.0"];

  it("has a licence that lets a township use it", () => {
    const others = Object.entries(lockfile.packages).flatMap(([path, installed]) =>
      !installed ||
      installed.license
        .replace(/[()]/g, "")
        .split(/ AND | OR /)
        .every((one) => PERMISSIVE.includes(one) || (installed.dev && FOR_DEVELOPMENT.includes(one)))
        ? []
        : [`${path}: ${installed.license}`],
    );
    expect(others).toEqual([]);
  });
});
