import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type FieldDefinitionNode, Kind, parse } from "graphql";
import { textOf } from "../../src/federation/handed-in.js";
import { parsePolicy } from "../../src/policy/load.js";
import { type PolicyRow, ROLES, type Role, SHOWN_LEVELS } from "../../src/policy/policy.js";
import { ROLE_WORDS } from "../../src/policy/role-words.js";
import { shipped } from "../policy/shipped.js";

const ROOT = join(import.meta.dirname, "../..");
const page = readFileSync(join(ROOT, "examples/agencies/README.md"), "utf8");
const policy = parsePolicy(shipped);

/** A field of an example's Minor, its row, and the level beside F at which it shows something. */
function fieldsOf(name: string): { readonly field: string; readonly row: PolicyRow; readonly at: string }[] {
  const { definitions } = parse(readFileSync(join(ROOT, `examples/agencies/${name}/${name}.graphql`), "utf8"));
  const minor = definitions.find((one) => one.kind === Kind.OBJECT_TYPE_DEFINITION && one.name.value === "Minor");
  const fields: readonly FieldDefinitionNode[] =
    minor?.kind === Kind.OBJECT_TYPE_DEFINITION ? (minor.fields ?? []) : [];
  return fields.flatMap(({ name: { value: field }, directives = [] }) => {
    const group = directives.find((one) => one.name.value === "group");
    const row = group && policy.rows.get(textOf(group, "row") ?? "");
    return group && row ? [{ field, row, at: textOf(group, "at") ?? "F" }] : [];
  });
}

/** Who else is shown a group at a level, each with the conditions of his cell. */
function othersAt({ cells, limits }: PolicyRow, at: string, own: Role): string {
  const others = ROLES.filter((role) => role !== own).flatMap((role) =>
    (cells.get(role) ?? [])
      .filter(({ level }) => level === at)
      .map(({ conditions }) => `${ROLE_WORDS[role].en} \`${conditions.join(",")}\``),
  );
  return limits.has("SOURCE_ONLY") || others.length === 0 ? "nobody" : others.join(", ");
}

describe("examples/agencies/README.md", () => {
  it.each([
    ["school", "SCHOOL"],
    ["station", "RESCUE_STATION"],
  ] as const)("says of each field of the %s who else is shown it, as the policy does", (name, own) => {
    const lines = fieldsOf(name).map(
      ({ field, row, at }) => `| \`${field}\` | ${row.row} | ${at} | ${othersAt(row, at, own)} |`,
    );
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.filter((line) => !page.includes(line))).toEqual([]);
  });

  it("says of no field what the policy does not", () => {
    const told = page.split("\n").filter((line) => SHOWN_LEVELS.some((level) => line.includes(` | ${level} | `)));
    expect(told).toHaveLength([...fieldsOf("school"), ...fieldsOf("station")].length);
  });
});
