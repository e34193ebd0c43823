import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { generateAtHome } from "../../../src/change/township/at-home.js";
import { generateTownship } from "../../../src/change/township/generate.js";
import { AGENCIES_FOLDER, TOWNSHIP_FOLDER } from "../../../src/change/township/load.js";
import { parseConfig } from "../../../src/config.js";
import { coverageOf } from "../../../src/policy/coverage.js";
import { BIT, FACT } from "../../../src/policy/facts.js";
import { ROLES } from "../../../src/policy/policy.js";
import { policyInForce } from "../../../src/server/foundation.js";
import { RECORD_TYPES } from "../../../src/store/record-types.js";
import { policy } from "../import/desk.js";
import { type Loaded, loaded } from "./loaded.js";

describe("the files of the demo township", () => {
  const files = generateTownship(policy);

  it.each([
    [TOWNSHIP_FOLDER, files],
    [AGENCIES_FOLDER, generateAtHome(policy)],
  ])("in %s are what the generator writes; if not: npm run township", (folder, written) => {
    const shipped = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".csv"));
    expect(shipped.sort()).toEqual([...written.keys()].sort());
    for (const [path, text] of written)
      expect({ path, text: readFileSync(join(folder, path), "utf8") }).toEqual({ path, text });
  });

  it("have other people for another seed, in the same agencies", () => {
    const others = generateTownship(policy, 7);
    expect(others.get("agencies.csv")).toBe(files.get("agencies.csv"));
    expect(others.get("persons.csv")).not.toBe(files.get("persons.csv"));
  });

  it("have citizen numbers of the unassigned area 99 only", () => {
    const all = [...files.values()].join("\n");
    expect(all.match(/(?<!\d)\d{17}[\dX](?!\d)/g)?.length).toBeGreaterThan(1_000);
    expect(all.match(/(?<!\d)(?!99)\d{17}[\dX](?!\d)/g)).toBeNull();
  });
});

describe.each([
  [
    { database: "embedded", scale: 0 },
    { minors: 1_000, joined: 300 },
  ],
  [
    { database: "postgresql", scale: 1 },
    { minors: 7_500, joined: 1_500 },
  ],
] as const)("the demo township on %o", ({ database, scale }, least) => {
  let town: Loaded;
  beforeAll(async () => {
    town = await loaded(database, scale);
  }, 240_000);

  it("has 4 townships in 2 counties, and every role in each", () => {
    expect(town.counts["townships"]).toBe(4);
    for (const county of ["990101", "990102"]) {
      const roles = new Set(
        town.people.flatMap(({ agency }) => (agency.division.startsWith(county) ? [agency.role] : [])),
      );
      // Both counties share one hub, and so its operator.
      expect(ROLES.filter((role) => !roles.has(role))).toEqual(county === "990101" ? [] : ["OPERATOR"]);
    }
  });

  it("has children, cases, incidents and alerts enough to look at", () => {
    for (const [what, count] of Object.entries({
      ...least,
      cases: 80,
      closed: 10,
      concerned: 30,
      victims: 30,
      suspects: 5,
      incidents: 60,
      alerts: 50,
      incident_alerts: 12,
      conflicts: 3,
    }))
      expect([what, (town.counts[what] ?? 0) >= count]).toEqual([what, true]);
  });

  it("has more than 12,000 records at scale 1", () => {
    const records = RECORD_TYPES.reduce((count, type) => count + town.countOf(type), 0);
    expect(records >= 12_000).toBe(scale === 1);
  });

  it("suspects no child below 12 of anything, who could answer for nothing", () =>
    expect(town.counts["young_suspects"]).toBe(0));

  it("gives no citizen number to two children", () => expect(town.counts["shared_numbers"]).toBe(0));

  it("is loaded once", () => expect(town.again).toBe(false));

  it("has somebody at every post of every role", () => {
    const held = new Set(town.people.map(({ agency, post }) => `${agency.role} ${post.post}`));
    const missing = [...new Set(town.people.map(({ agency }) => agency.role))].flatMap((role) =>
      policy
        .postsOf(role)
        .filter(({ may }) => !may.has("machine"))
        .flatMap(({ post }) => (held.has(`${role} ${post}`) ? [] : [`${role} ${post}`])),
    );
    expect(missing).toEqual([]);
  });

  // At every scale the same people, who stand in the shipped registers.
  if (scale === 0)
    it("has, for every condition of every cell of a row that a field shows, somebody and a record for whom it holds", async () => {
      const asked = await conditions();
      const met = new Set<string>();
      for (const viewer of town.people)
        for (const type of RECORD_TYPES) {
          const his = asked.filter(
            (one) => one.type === type && one.role === viewer.agency.role && viewer.post.groups.has(one.row),
          );
          if (his.length === 0) continue;
          const inScope = town
            .facts(viewer, type)
            .filter((facts) => !(facts & FACT.conflict) && (viewer.post.scope === "AGENCY" || facts & FACT.scope));
          for (const { row, role, condition } of his)
            if (inScope.some((facts) => facts & BIT[condition])) met.add(`${row} ${role} ${condition}`);
        }
      const all = asked.map(({ row, role, condition }) => `${row} ${role} ${condition}`);
      expect(all.filter((one) => !met.has(one))).toEqual([]);
      expect(all.length).toBeGreaterThan(200);
    });
});

/** Of every cell, level A included, of the rows that a field shows: a row that comes with a new record is in it. */
async function conditions() {
  const { activation } = await policyInForce(parseConfig({ HUB_DEMO: "1" }, null));
  const cells = coverageOf(activation, []);
  const shown = new Set(cells.flatMap(({ hasField, row }) => (hasField ? [row.row] : [])));
  return cells
    .filter(({ row }) => shown.has(row.row))
    .flatMap(({ row: { row, record }, role, conditions }) => {
      const [type = ""] = record === "Guardian" ? ["Minor"] : record.split(".");
      return conditions.map((condition) => ({ row, role, condition, type }));
    });
}
