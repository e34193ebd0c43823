import "reflect-metadata";
import { activate } from "../../src/policy/activate.js";
import { differences } from "../../src/policy/diff.js";
import { factsInWords } from "../../src/policy/explain.js";
import { parsePolicy } from "../../src/policy/load.js";
import { buildHubSchema } from "../../src/server/schema.js";
import { edited, shipped } from "./shipped.js";

const schema = await buildHubSchema();
const tablesOf = async (texts: typeof shipped) => (await activate(parsePolicy(texts), schema)).tables;
const before = await tablesOf(shipped);

/** Each effect as "R6 WOMENS_FEDERATION CARE_COORDINATOR: - -> F l". */
const effectsOf = async (edits: string) =>
  differences(before, await tablesOf(edited(edits))).flatMap(({ row, role, effects }) =>
    effects.map(
      (effect) =>
        `${row} ${role} ${effect.posts.join(" ")}: ${effect.before} -> ${effect.after}, ${effect.when.map(factsInWords).join("; ")}`,
    ),
  );

describe("hub policy diff says what comes of a change,", () => {
  it.each`
    edits                                                                  | effects
    ${"R6 WOMENS_FEDERATION := F:p,l"}                                     | ${["R6 WOMENS_FEDERATION WOMEN_CHILDREN_OFFICER: B -> F, you are the care liaison and it is assigned to you, or of your class", "R6 WOMENS_FEDERATION HEAD: B -> F, you are the care liaison"]}
    ${"R28 WOMENS_FEDERATION := -"}                                        | ${["R28 WOMENS_FEDERATION CARE_COORDINATOR HEAD SYSTEM_CLIENT: B -> -, the place is within your agency's duty", "R28 WOMENS_FEDERATION WOMEN_CHILDREN_OFFICER: B -> -, the place is within your agency's duty and it is assigned to you, or of your class"]}
    ${"WOMENS_FEDERATION/CARE_COORDINATOR groups := R26 R31 R38"}          | ${["R28 WOMENS_FEDERATION CARE_COORDINATOR: B -> -, the place is within your agency's duty"]}
    ${"COMPULSORY_EDUCATION groups := R1 R2 R3 R4a R4b R6 R7 R12 R13 R39"} | ${["R8 SOCIAL_AFFAIRS_OFFICE CHILD_SUPERVISOR AID_CLERK HEAD: F -> -, the place is within your agency's duty"]}
    ${"R6 SCHOOL := F:o"}                                                  | ${[]}
  `("$edits", async ({ edits, effects }) => {
    const found = await effectsOf(edits);
    expect(found).toEqual(expect.arrayContaining(effects));
    if (effects.length === 0) expect(found).toEqual([]);
  });

  it("and a cell that no field has yet by its text alone", async () => {
    const found = differences(before, await tablesOf(edited("R10 VILLAGE_COMMUNITY := -")));
    expect(found).toEqual([
      expect.objectContaining({
        row: "R10",
        role: "VILLAGE_COMMUNITY",
        cells: { before: "F:s", after: "-" },
        effects: [],
      }),
    ]);
  });
});
