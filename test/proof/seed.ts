import type { IdCipher } from "../../src/store/global-id.js";
import type { Sql } from "../support/hub.js";
import { columnsOf, tableOf } from "../support/tables.js";
import { postsOf, RECORD_TYPES, type RecordType, ROLES } from "./reading.js";
import { isValues, nameOfAgency, peopleOf, type Record_, roleOfAgency, type World } from "./world.js";

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const key = (letter: string, ...numbers: number[]) =>
  `00000000-0000-7000-8${letter}00-${numbers
    .map((n) => String(n).padStart(4, "0"))
    .join("")
    .padStart(12, "0")}`;
export const agencyKey = (role: string) => key("a", ROLES.indexOf(role));
/** An agency is shown by its name, and kept by its key. */
const keyOf = (value: unknown) =>
  isValues(value) && typeof value["name"] === "string" ? agencyKey(roleOfAgency(value["name"])) : value;
const personKey = (role: string, post: string) =>
  key(
    "b",
    ROLES.indexOf(role),
    postsOf(role).findIndex(({ name }) => name === post),
  );
/** Who asks: the token of the tests' hub. */
export const subjectOf = (role: string, post: string) =>
  post === "SYSTEM_CLIENT" ? `client:${role}` : `${role}/${post}`;

const PLACES = { near: "990101101201", far: "990202202202" } as const;
/** One length of prefix after the other; all of them cover the near place. */
const PREFIXES = [4, 6, 9, 12].map((length) => PLACES.near.slice(0, length));

/** Writes the world as the superuser does: rows, edges, then what holds between rows and people. */
export async function seed({ records, relations, links }: World, sql: Sql, ids: IdCipher): Promise<void> {
  const insert = async (table: string, rows: readonly object[]) => {
    const columns = Object.keys(rows[0] ?? {}).map((column) => `"${column}"`);
    await sql(`INSERT INTO ${table} (${columns}) SELECT ${columns} FROM jsonb_populate_recordset(NULL::${table}, $1)`, [
      JSON.stringify(rows),
    ]);
  };
  const all = [...records.values()];
  const of = (type: RecordType) => all.filter((record) => record.type === type);
  const placeOf = ({ near }: Record_) => (near ? PLACES.near : PLACES.far);
  const belonging = (field: string) =>
    of("Minor").flatMap(({ key: minor, values }) =>
      [values[field]].flat().flatMap((row) => (isValues(row) ? [{ minor, row }] : [])),
    );

  await insert(
    "division",
    ["990101101201", "990101101000", "990202202202", "990202202000"].map((code) => ({ code, name: `区划 ${code}` })),
  );
  await insert(
    "agency",
    ROLES.map((role) => ({
      id: agencyKey(role),
      kind: role,
      name: nameOfAgency(role),
      division: PLACES.near,
      legal_basis_kind: "STATUTORY_DUTY",
      legal_basis_document: "MPL",
    })),
  );
  await insert(
    "agency_duty",
    ROLES.flatMap((role, r) =>
      RECORD_TYPES.map((record_type, t) => ({ agency: agencyKey(role), record_type, prefix: PREFIXES[(r + t) % 4] })),
    ),
  );
  await insert(
    "person",
    ROLES.flatMap((role) =>
      peopleOf(role).map((post) => ({
        id: personKey(role, post),
        subject: subjectOf(role, post),
        name: post,
        agency: agencyKey(role),
        post,
      })),
    ),
  );
  await insert(
    "client",
    ROLES.map((role) => ({ client_id: role, agency: agencyKey(role) })),
  );
  await insert("school_class", [
    { id: key("c", 1), school: agencyKey("SCHOOL"), name: "一班", teacher: personKey("SCHOOL", "CLASS_TEACHER") },
    { id: key("c", 2), school: agencyKey("SCHOOL"), name: "二班", teacher: null },
  ]);
  for (const type of RECORD_TYPES) {
    await insert(
      tableOf(type),
      of(type).map((record) => ({
        id: record.key,
        ref: ids.ref(record.key),
        place: placeOf(record),
        ...Object.fromEntries(
          columnsOf(type)
            .filter((column) => column in record.values)
            .map((column) => [snake(column), keyOf(record.values[column])]),
        ),
        ...(record.about ? { minor: record.about } : {}),
        ...(record.corrects ? { record: record.corrects } : {}),
        ...(type === "OpinionAlert"
          ? { monitor: agencyKey("PUBLICITY_CULTURE_CENTRE"), author_is_minor: record.minorAuthor }
          : {}),
      })),
    );
  }
  await insert(
    "guardian",
    belonging("guardians").map(({ minor, row }, n) => ({
      id: key("d", n),
      minor,
      full_name: row["fullName"],
      phone: row["phone"],
      relation: row["relation"],
    })),
  );
  await insert(
    "entrusted_care",
    belonging("entrustedCare").map(({ minor, row }, n) => ({
      id: key("e", n),
      minor,
      carer: row["carer"],
      phone: row["phone"],
      since: row["since"],
      declared_to_school_on: row["declaredToSchoolOn"],
      declared_to_village_on: row["declaredToVillageOn"],
    })),
  );
  await insert(
    "enrolment",
    belonging("enrolment").map(({ minor, row }, n) => ({
      id: key("f", n),
      minor,
      school: agencyKey("SCHOOL"),
      school_class: key("c", row["class"] === "一班" ? 1 : 2),
      class_name: row["class"],
      grade: row["grade"],
      since: row["since"],
    })),
  );
  await insert(
    "case_minor",
    links.flatMap(({ row, owner, far }) =>
      row in CASE_ROLES ? [{ case_file: owner, minor: far, role: CASE_ROLES[row] }] : [],
    ),
  );
  await insert(
    "incident_minor",
    links.flatMap(({ row, owner, far }) => (row === "R27m" ? [{ incident: owner, minor: far }] : [])),
  );
  await insert(
    "incident_alert",
    links.flatMap(({ row, owner, far }) => (row === "R28m" ? [{ incident: owner, alert: far }] : [])),
  );
  const hours = (n: number) => new Date(Date.now() + n * 3_600_000).toISOString();
  const times = {
    steady: { since: hours(-3) },
    timed: { since: hours(-3), until: hours(12) },
    ended: { since: hours(-2), until: hours(-1) },
    future: { since: hours(6) },
  };
  await sql("SELECT hub_involve($1)", [
    JSON.stringify(
      relations.map(({ type, record, role, post, kind, row, when }) => ({
        record_type: type,
        record,
        agency: agencyKey(role),
        person: post && personKey(role, post),
        kind,
        policy_row: row,
        ...times[when],
        basis: "proof",
      })),
    ),
  ]);
  await sql("ANALYZE");
}
const CASE_ROLES: Readonly<Record<string, string>> = { R17m: "CONCERNED", R19: "VICTIM", R20: "SUSPECT" };
