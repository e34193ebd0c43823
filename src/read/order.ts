/** One key of an ORDER BY. Nulls come last, always: what is not shown is last by relation, never by value. */
export interface OrderKey {
  readonly name: string;
  readonly sql: string;
  /** PostgreSQL type, for the cursor's value. */
  readonly cast: string;
  readonly descending: boolean;
  readonly nullable: boolean;
}

interface Content {
  /** Condition under which the field's own content is shown. */
  readonly shown: string;
  readonly sql: string;
  readonly cast: string;
}

export interface OrderWish {
  readonly orderBy: unknown;
  readonly alias: string;
  /** The field of `orderBy`. */
  readonly wished: (property: string) => Content;
  readonly content: (property: string) => Content;
  /** Condition under which the record's anchor is shown at F. */
  readonly inFull: string;
  /** The anchor is never shown at another level to this asker. */
  readonly onlyInFull: boolean;
  /** Band that is shown of records which are not shown in full. */
  readonly band: string | undefined;
}

/**
 * Newest first. A v7 key tells the time of making, so only records shown in full are in its order; the others follow
 * by the shown band, then by the encrypted key.
 */
export function orderKeys({ orderBy, alias, wished, content, inFull, onlyInFull, band }: OrderWish): OrderKey[] {
  const keys: OrderKey[] = [];
  if (isOrder(orderBy)) {
    const { shown, sql, cast } = wished(orderBy.field);
    keys.push({
      name: orderBy.field,
      sql: `CASE WHEN ${shown} THEN ${sql} END`,
      cast,
      descending: orderBy.direction === "DESC",
      nullable: true,
    });
  }
  if (onlyInFull) return [...keys, { name: "id", sql: `${alias}.id`, cast: "uuid", descending: true, nullable: false }];
  keys.push({
    name: "id",
    sql: `CASE WHEN ${inFull} THEN ${alias}.id END`,
    cast: "uuid",
    descending: true,
    nullable: true,
  });
  if (band) {
    const { shown, sql, cast } = content(band);
    keys.push({
      name: band,
      sql: `CASE WHEN NOT (${inFull}) AND (${shown}) THEN ${sql} END`,
      cast,
      descending: true,
      nullable: true,
    });
  }
  return [...keys, { name: "ref", sql: `${alias}.ref`, cast: "uuid", descending: false, nullable: false }];
}

const isOrder = (value: unknown): value is { field: string; direction: string } =>
  typeof value === "object" && value !== null && "field" in value && typeof value.field === "string";

/** @param backward from the last row to the first */
export const orderSql = (keys: readonly OrderKey[], backward: boolean): string =>
  keys
    .map(({ sql, descending, nullable }) => {
      const nulls = backward ? " NULLS FIRST" : " NULLS LAST";
      return `${sql}${descending === backward ? "" : " DESC"}${nullable ? nulls : ""}`;
    })
    .join(", ");

/**
 * Rows after the one whose key values are given, backward those before it: the first key in which they differ decides.
 * @param values the cursor's values as typed parameters
 */
export function beyondSql(keys: readonly OrderKey[], values: readonly string[], backward: boolean): string {
  const cases = keys.map((key, i) => {
    const same = keys.slice(0, i).map((before, j) => `${before.sql} IS NOT DISTINCT FROM ${values[j]}`);
    const beyond = `${key.sql} ${key.descending === backward ? ">" : "<"} ${values[i]}`;
    const [none, some] = backward ? [values[i], key.sql] : [key.sql, values[i]];
    const further = key.nullable ? `(${beyond} OR (${none} IS NULL AND ${some} IS NOT NULL))` : beyond;
    return [...same, further].join(" AND ");
  });
  return cases.length === 1 ? cases.join("") : `(${cases.join("\n   OR ")})`;
}
