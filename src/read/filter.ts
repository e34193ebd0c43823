import { badUserInput, type Mistake } from "../errors.js";

/** What a filter may look at of one field. */
interface Content {
  readonly shown: string;
  readonly sql: string;
  readonly cast: string;
}

export interface FilterWorld {
  /** @throws Refusal FIELD_NOT_SHARED the field's content can never be shown to the asker */
  content(property: string): Content;
  /** A value of the filter as a typed parameter. */
  parameter(path: readonly string[], cast: string): string;
}

/**
 * A predicate is a read: at each leaf it means "the field is shown AND the predicate". Negation is pushed down to the
 * leaves, so that `not` leaves out the rows on which the field is not shown, whatever they hold.
 */
export function filterSql(filter: unknown, world: FilterWorld, path: readonly string[] = [], negated = false): string {
  const parts = entriesOf(filter, path).map(([key, value]) => {
    const at = [...path, key];
    if (key === "not") return filterSql(value, world, at, !negated);
    if (key === "and" || key === "or") {
      const items = Array.isArray(value) ? value : [];
      const joined = items.map((item, i) => filterSql(item, world, [...at, String(i)], negated));
      return join(joined, (key === "and") !== negated);
    }
    const { shown, sql, cast } = world.content(key);
    const tests = entriesOf(value, at).map(([operator]) => test(operator, sql, cast, world, [...at, operator]));
    const predicate = `coalesce(${tests.length > 0 ? tests.join(" AND ") : "true"}, false)`;
    return `(${shown} AND ${negated ? "NOT " : ""}${predicate})`;
  });
  return join(parts, !negated);
}

/** An empty AND is true, an empty OR false. */
const join = (parts: readonly string[], all: boolean): string =>
  parts.length === 0 ? String(all) : `(${parts.join(all ? " AND " : " OR ")})`;

function test(operator: string, sql: string, cast: string, world: FilterWorld, path: readonly string[]): string {
  switch (operator) {
    case "eq":
      return `${sql} = ${world.parameter(path, cast)}`;
    case "in":
      return `${sql} = ANY (${world.parameter(path, `${cast}[]`)})`;
    case "has":
      return `${world.parameter(path, "text")} = ANY (${sql})`;
    case "gte":
      return `${sql} >= ${world.parameter(path, cast)}`;
    case "lte":
      return `${sql} <= ${world.parameter(path, cast)}`;
    case "startsWith":
      return `starts_with(${sql}, ${world.parameter(path, "text")})`;
    case "contains":
      return `strpos(${sql}, ${world.parameter(path, "text")}) > 0`;
    default:
      throw new TypeError(`No SQL for the filter operator ${operator}`);
  }
}

/** Parts of an input object that are there. @throws Mistake BAD_USER_INPUT one of them is null */
function entriesOf(value: unknown, path: readonly string[]): [string, unknown][] {
  const parts = Object.entries(value ?? {}).filter(([, part]) => part !== undefined);
  for (const [key, part] of parts) if (part === null) throw nothingToCompare(["filter", ...path, key].join("."));
  return parts;
}

/** Taken for "no condition" null would show all rows; taken for "has no value" it would tell what is hidden from what is absent. */
const nothingToCompare = (field: string): Mistake =>
  badUserInput(
    field,
    "A filter compares with a value, not with null",
    "筛选条件不能为 null",
    "Send a value, or leave it out",
  );
