import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const ROOT = join(import.meta.dirname, "../..");
const page = readFileSync(join(ROOT, "README.md"), "utf8").replace(/\s+/g, " ");
const perRead = z.object({ a_minor: z.number(), b_list: z.number() });
const { ratios, ownCores, p50 } = z
  .object({
    ratios: z.object({ "gateway/hub": z.object({ perRead }) }),
    ownCores: perRead,
    p50: z.object({ "of 1": perRead }),
  })
  .parse(JSON.parse(readFileSync(join(ROOT, "bench/results/federation.json"), "utf8")));

it("README.md tells what the federation costs as it was measured last (`npm run bench:federation`)", () => {
  const { a_minor, b_list } = ratios["gateway/hub"].perRead;
  const alone = p50["of 1"];
  const told = [
    `${a_minor} times as often (one child) and ${b_list} times (a list)`,
    `with a core for each server ${ownCores.a_minor} and ${ownCores.b_list}`,
    `${alone.a_minor.toFixed(1)} and ${alone.b_list.toFixed(1)} times as long`,
  ];
  expect(told.filter((words) => !page.includes(words))).toEqual([]);
});
