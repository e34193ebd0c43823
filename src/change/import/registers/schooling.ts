import { shanghaiDay } from "../../../calendar.js";
import { optional, required } from "../column.js";
import { OPERATOR_ID } from "../known.js";
import { key, pastDay, person, recordOf, text, whole } from "../parsers.js";
import type { Importing, Register } from "../register.js";
import type { Said } from "../report.js";
import { inBatches, insertRows } from "../rows.js";

const classColumns = { key: required(key), name: required(text), teacher: optional(person) };

/** The classes of a school; a teacher's relation to the pupils follows from here. */
export const classes: Register<typeof classColumns> = {
  name: "classes",
  keeper: { writes: "R12", only: "SCHOOL" },
  columns: classColumns,
  key: ["key"],
  record: { type: "SchoolClass", table: "school_class" },
  check({ teacher }, refuse, { agency }) {
    if (teacher && teacher.agency !== agency?.id) refuse("teacher", NOT_YOUR_TEACHER);
  },
  async write({ fresh, changed }, { manager, agency }) {
    if (!agency) return;
    const rows = [...fresh, ...changed].map(({ id, row }) => ({
      id,
      school: agency.id,
      name: row.name,
      teacher: row.teacher?.id ?? null,
    }));
    await insertRows(
      manager,
      "school_class",
      rows,
      "ON CONFLICT (id) DO UPDATE SET (name, teacher) = (EXCLUDED.name, EXCLUDED.teacher)",
    );
    // A pupil's row carries the name of the class.
    await inBatches(
      manager,
      changed.map(({ id, row }) => ({ id, name: row.name })),
      `UPDATE enrolment e SET class_name = n.name FROM jsonb_to_recordset($1) AS n(id uuid, name text)
        WHERE e.school_class = n.id AND e.class_name IS DISTINCT FROM n.name`,
    );
  },
};

const enrolmentColumns = {
  minor: required(recordOf("minors")),
  grade: required(whole(1, 12), { group: "R12" }),
  class: optional(recordOf("classes"), { group: "R12" }),
  since: required(pastDay, { group: "R12" }),
};

/** Where the pupils of a school are enrolled. A child has one school: the last that says so. */
export const enrolments: Register<typeof enrolmentColumns> = {
  name: "enrolments",
  keeper: { writes: "R12", only: "SCHOOL" },
  columns: enrolmentColumns,
  key: ["minor"],
  async write({ fresh, changed }, importing) {
    await writeEnrolments(
      [...fresh, ...changed].map(({ key, row }) => ({ key, ...row })),
      importing,
    );
  },
};

const departureColumns = {
  minor: required(recordOf("minors")),
  ended_on: required(pastDay, { group: "R12" }),
};

/**
 * Pupils who have left a school: the enrolment ends, the school stays a source of the child. A day before the pupil came
 * is of a time before, and ends nothing.
 */
export const departures: Register<typeof departureColumns> = {
  name: "departures",
  keeper: { writes: "R12", only: "SCHOOL" },
  columns: departureColumns,
  key: ["minor", "ended_on"],
  about: ({ minor }) => [{ type: "Minor", id: minor }],
  async write({ fresh, changed }, { manager, agency }) {
    if (!agency) return;
    await inBatches(
      manager,
      [...fresh, ...changed].map(({ row }) => row),
      // What these registers have said of the pupil is over, also where he was gone before: the row of one who comes back may be
      // the same as before.
      `WITH left_on AS (SELECT * FROM jsonb_to_recordset($1) AS n(minor uuid, ended_on date)),
       ended AS (
         DELETE FROM enrolment e USING left_on n
          WHERE e.minor = n.minor AND e.school = $2 AND e.since <= n.ended_on
         RETURNING e.minor),
       gone AS (
         SELECT minor FROM ended
          UNION SELECT minor FROM left_on n WHERE NOT EXISTS (SELECT FROM enrolment e WHERE e.minor = n.minor AND e.school = $2))
       DELETE FROM register_key k USING gone
        WHERE k.agency = $2 AND (k.register = 'roster' AND k.record = gone.minor
           OR k.register = 'enrolments' AND k.key IN (
                SELECT m.key FROM register_key m
                 WHERE m.agency = $2 AND m.register = 'minors' AND m.record = gone.minor))`,
      [agency.id],
    );
  },
};

/** What `departures` says of a pupil of whom a complete roster has no row any more: he has left on the day of its import. */
export function leftToday(minor: string) {
  const ended_on = shanghaiDay(new Date());
  return { key: `${minor}|${ended_on}`, cells: { minor, ended_on } };
}

/** Of a pupil who was enrolled at the agency, and is not any more. */
export const HAS_LEFT: Said = {
  code: "HAS_LEFT",
  message: "The child has left your agency",
  messageZh: "该未成年人已离开本单位",
  remedy: "Leave it out; if the child has come back, import its row of roster, enrolments or intake first",
};

interface Enrolled {
  readonly key: string;
  readonly minor: string;
  readonly grade: number;
  readonly class: string | null;
  readonly since: string;
}

export async function writeEnrolments(
  pupils: readonly Enrolled[],
  { manager, agency, newId }: Importing,
): Promise<void> {
  await inBatches(
    manager,
    pupils.map(({ key, minor, grade, class: school_class, since }) => ({
      id: newId("enrolments", key),
      minor,
      school: agency?.id,
      grade,
      school_class,
      since,
    })),
    `INSERT INTO enrolment (id, minor, school, grade, school_class, class_name, since)
     SELECT n.id, n.minor, n.school, n.grade, n.school_class, c.name, n.since
       FROM jsonb_populate_recordset(NULL::enrolment, $1) n
       LEFT JOIN school_class c ON c.id = n.school_class
     ON CONFLICT (minor) DO UPDATE SET (school, grade, school_class, class_name, since) = (
       EXCLUDED.school, EXCLUDED.grade, EXCLUDED.school_class, EXCLUDED.class_name, EXCLUDED.since)`,
  );
  // A departure before is over: who comes back may leave again, on the same day as well.
  await inBatches(
    manager,
    pupils.map(({ key }) => ({ key })),
    `DELETE FROM register_key d USING jsonb_to_recordset($1) AS n(key text)
      WHERE d.agency = $2 AND d.register = 'departures' AND regexp_replace(d.key, '\\|[^|]*$', '') = n.key`,
    [agency?.id ?? OPERATOR_ID],
  );
}

const NOT_YOUR_TEACHER: Said = {
  code: "UNKNOWN_REFERENCE",
  message: "Nobody of that name at your school",
  messageZh: "本校没有该人员",
  remedy: "Compare it with the operator's register persons",
};
