import { readFileSync } from "node:fs";
import { caseFiles, publishedIn } from "./cases/format.js";
import { run } from "./cases/run.js";
import { type Federated, federated } from "./federated.js";

const text = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), "utf8").replace(/\s+/g, " ");

describe("cases of federation", () => {
  const files = caseFiles();
  let world: Federated;
  let gateway: string;
  beforeAll(async () => {
    world = await federated();
    gateway = await world.gateway();
  });
  afterAll(() => world?.close());

  describe.each(files)("$name", ({ cases }) => {
    it.each(cases)("$id: $rule", async (one) => {
      expect(await run(world, gateway, one)).toEqual([]);
    });
  });

  it("take every published case, or say why it does not apply", () => {
    expect(files.flatMap((file) => publishedIn(file)?.unclear ?? [])).toEqual([]);
    for (const { why, cases } of files.flatMap((file) => publishedIn(file)?.not ?? []))
      expect(text("docs/federation.md")).toContain(`| ${why} | ${cases.length} |`);
  });

  it("are as many as the README says", () => {
    const published = files.flatMap((file) => publishedIn(file) ?? []);
    const counts = published.map(
      ({ name, address, apply, all }) => `${apply.length} of the ${all.length} of [${name}](${address})`,
    );
    const own = files.filter((file) => !file.published).flatMap(({ cases }) => cases).length;
    expect(text("README.md")).toContain(
      `hold on our gateway: ${counts.join(", ")} - all that apply - and ${own} of our own for authorisation`,
    );
  });
});
