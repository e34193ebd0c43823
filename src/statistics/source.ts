import type { DataSource } from "typeorm";
import { NOT_RECORDED, type Subject } from "./subject.js";

/** $1 first day of the month, $2 up to when the month before was counted, $3 up to when this one is. */
export function sourceOf({ from, on, where, dimensions }: Subject): string {
  const columns = dimensions.map(({ value, optional }, i) =>
    optional ? `coalesce((${value})::text, '${NOT_RECORDED}') AS d${i}` : `(${value})::text AS d${i}`,
  );
  const conditions = [
    "hub_arrived(r.id) < $3",
    // What came late belongs to the first month that was not closed yet.
    ...(on ? [`(date_trunc('month', (${on})::timestamp)::date = $1 OR ${on} < $1 AND hub_arrived(r.id) >= $2)`] : []),
    ...(where ? [where] : []),
  ];
  const sets = ["(place)", ...dimensions.map((_, i) => `(place, d${i})`)];
  const cases = (pick: (name: string, i: number) => string, otherwise: string) =>
    dimensions.length === 0
      ? otherwise
      : `CASE ${dimensions.map(({ name }, i) => `WHEN GROUPING(d${i}) = 0 THEN ${pick(name, i)}`).join(" ")} ELSE ${otherwise} END`;
  return `SELECT place, ${cases((name) => `'${name}'`, "''")} AS dimension, ${cases((_, i) => `d${i}`, "''")} AS value, count(*)::int AS count
  FROM (SELECT ${["r.place / 1000 * 1000 AS place", ...columns].join(", ")}
          FROM ${from}
         WHERE ${conditions.join("\n           AND ")}) counted
 GROUP BY GROUPING SETS (${sets.join(", ")})`;
}

/** Writes how each subject is counted, and lets the counting role read what it counts. As the owner of the tables. */
export async function writeSources(owner: DataSource, subjects: readonly Subject[]): Promise<void> {
  const sources = subjects.map((subject) => ({ subject: subject.name, statement: sourceOf(subject) }));
  await owner.transaction(async (manager) => {
    await manager.query("DELETE FROM statistics_source WHERE subject <> ALL ($1::text[])", [
      sources.map(({ subject }) => subject),
    ]);
    for (const { subject, statement } of sources)
      await manager.query(
        `INSERT INTO statistics_source (subject, statement) VALUES ($1, $2)
         ON CONFLICT (subject) DO UPDATE SET statement = EXCLUDED.statement WHERE statistics_source.statement <> EXCLUDED.statement`,
        [subject, statement],
      );
    const wanted = [...new Set(subjects.flatMap(({ tables }) => tables))];
    const there: { name: string }[] = await manager.query(
      "SELECT polrelid::regclass::text AS name FROM pg_policy WHERE polname = 'counted'",
    );
    for (const table of wanted.filter((name) => !there.some((one) => one.name === name))) {
      await manager.query(`GRANT SELECT ON ${table} TO hub_statistics`);
      await manager.query(`CREATE POLICY counted ON ${table} FOR SELECT TO hub_statistics USING (true)`);
    }
  });
}
