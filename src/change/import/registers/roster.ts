import { optional, required } from "../column.js";
import { key, pastDay, text, whole } from "../parsers.js";
import type { Importing, Item, Register } from "../register.js";
import type { Said } from "../report.js";
import { insertRows, recordsOfNumbers, rememberNumbers } from "../rows.js";
import { givenNameOf } from "./given-name.js";
import { checkMinor, minorColumns, writeMinors } from "./minors.js";
import { leftToday, writeEnrolments } from "./schooling.js";

const columns = {
  ...minorColumns,
  given_name: optional(text, { group: "R1", mayLack: true }),
  grade: required(whole(1, 12), { group: "R12" }),
  class: optional(key, { group: "R12" }),
  since: required(pastDay, { group: "R12" }),
  /** Which school it is: files of several schools look alike. */
  school: optional(text, { mayLack: true }),
};

/** The school's classes by number; those that are not there are made, without a teacher. */
async function classesOf(
  items: readonly Item<typeof columns>[],
  importing: Importing,
): Promise<ReadonlyMap<string, string>> {
  const numbers = [...new Set(items.flatMap(({ row }) => row.class ?? []))];
  const known = await recordsOfNumbers("classes", numbers, importing);
  const made = numbers.flatMap((key) => (known.has(key) ? [] : [{ key, id: importing.newId("classes", key) }]));
  await insertRows(
    importing.manager,
    "school_class",
    made.map(({ key, id }) => ({ id, school: importing.agency?.id ?? null, name: key, teacher: null })),
  );
  await rememberNumbers("classes", "SchoolClass", made, importing);
  return new Map([...known, ...made.map(({ key, id }): [string, string] => [key, id])]);
}

const OF_ANOTHER: Said = {
  code: "CONTRADICTION",
  message: "The row is of another school than the one whose roster this is",
  messageZh: "该行所属学校与登记学校不一致",
  remedy: "Compare --agency with the file; each school brings its own roster",
};
const NO_GIVEN_NAME: Said = {
  code: "EMPTY",
  message: "The given name cannot be told from this name",
  messageZh: "无法由姓名判断名字部分",
  remedy: "Add the column given_name (名), and write it there without the surname",
};

/**
 * A school's roster as the school has it: who the pupils are and in which class, in one file. Its numbers are those of
 * the school's register `minors`, its classes those of `classes` by their number; one that is not there yet is made.
 */
export const roster: Register<typeof columns> = {
  name: "roster",
  keeper: { writes: "R12", only: "SCHOOL" },
  columns,
  key: ["key"],
  record: { type: "Minor", table: "minor" },
  check(row, refuse, { agency }) {
    checkMinor(row, refuse);
    if (row.school !== null && row.school !== agency?.code && row.school !== agency?.name) refuse("school", OF_ANOTHER);
    if (row.given_name === null && givenNameOf(row.full_name) === null) refuse("given_name", NO_GIVEN_NAME);
  },
  /** Pupils whom the register `minors` has already. */
  existing: (items, importing) =>
    recordsOfNumbers(
      "minors",
      items.map((item) => item.key),
      importing,
    ),
  async write({ fresh, changed }, importing) {
    const { agency } = importing;
    if (!agency) return;
    const asMinor = (item: Item<typeof columns>) => ({
      ...item,
      row: { ...item.row, given_name: item.row.given_name ?? givenNameOf(item.row.full_name) ?? "" },
    });
    await writeMinors({ fresh: fresh.map(asMinor), changed: changed.map(asMinor) }, importing);
    const all = [...fresh, ...changed];
    await rememberNumbers("minors", "Minor", all, importing);
    const classes = await classesOf(all, importing);
    await writeEnrolments(
      all.map(({ id, key, row: { grade, class: of, since } }) => ({
        key,
        minor: id,
        grade,
        class: of === null ? null : (classes.get(of) ?? null),
        since,
      })),
      importing,
    );
  },
  /** A pupil who has left: the school stays a source of the child, the enrolment is gone. */
  async end(gone, importing) {
    const { manager, agency } = importing;
    await manager.query("DELETE FROM enrolment WHERE minor = ANY ($1) AND school = $2", [
      gone.map(({ record }) => record),
      agency?.id,
    ]);
    const left = gone.map(({ key }) => ({ key: leftToday(key).key, id: key }));
    await rememberNumbers("departures", null, left, importing);
  },
};
