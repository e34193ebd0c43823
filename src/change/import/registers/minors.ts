import { CareCategory, Sex } from "../../../domain/minors/index.js";
import { tokensOf } from "../../identity-tokens.js";
import { makersKey, newRow } from "../../new-record.js";
import { list, optional, type Row, required } from "../column.js";
import { division, ethnicGroup, inventedCitizenNumber, key, member, pastDay, text } from "../parsers.js";
import type { Importing, Item, Refuse, Register } from "../register.js";
import type { Said } from "../report.js";
import { inBatches, insertRows, involve, type TableRow, versionSql } from "../rows.js";
import { type CarerCells, writeCarers } from "./carers.js";
import { type GuardianCells, writeGuardians } from "./guardians.js";

export const minorColumns = {
  key: required(key),
  full_name: required(text, { group: "R1" }),
  given_name: required(text, { group: "R1" }),
  citizen_number: optional(inventedCitizenNumber, { group: "R2", enveloped: true }),
  birth_date: required(pastDay, { group: "R3" }),
  sex: required(member(Sex), { group: "R4a" }),
  ethnic_group: optional(ethnicGroup, { group: "R4b" }),
  care_categories: list(member(CareCategory), { group: "R5" }),
  residence: required(division),
  home_address: optional(text, { group: "R6" }),
  phone: optional(text, { group: "R7" }),
  guardian_1_name: optional(text, { group: "R8" }),
  guardian_1_relation: optional(text, { group: "R8" }),
  guardian_1_phone: optional(text, { group: "R8" }),
  guardian_2_name: optional(text, { group: "R8" }),
  guardian_2_relation: optional(text, { group: "R8" }),
  guardian_2_phone: optional(text, { group: "R8" }),
  carer: optional(text, { group: "R9b" }),
  carer_phone: optional(text, { group: "R9b" }),
  carer_since: optional(pastDay, { group: "R9b" }),
  carer_declared_to_school_on: optional(pastDay, { group: "R9b" }),
  carer_declared_to_village_on: optional(pastDay, { group: "R9b" }),
};
type MinorRow = Row<typeof minorColumns>;

/**
 * The minors that an agency knows. Always its own ones: whether another agency knows the same child, or the same
 * citizen number, makes no difference and is never asked (guessing a number must not make a source).
 */
export const minors: Register<typeof minorColumns> = {
  name: "minors",
  keeper: { writes: "R1" },
  columns: minorColumns,
  key: ["key"],
  record: { type: "Minor", table: "minor" },
  check: checkMinor,
  write: writeMinors,
};

/** What a row as a whole must be. */
export function checkMinor(row: Omit<MinorRow, "given_name">, refuse: Refuse): void {
  for (const guardian of [1, 2] as const) checkGuardian(row, guardian, refuse);
  const { carer, phone, since, toSchool, toVillage } = carerOf(row);
  if (carer !== null && since === null) refuse("carer_since", INCOMPLETE);
  if (carer === null && (phone ?? since ?? toSchool ?? toVillage) !== null) refuse("carer", INCOMPLETE);
}

type MinorItem = Pick<Item<typeof minorColumns>, "key" | "id" | "row">;

export async function writeMinors(
  { fresh, changed }: { readonly fresh: readonly MinorItem[]; readonly changed: readonly MinorItem[] },
  importing: Importing,
): Promise<void> {
  const { manager, agency, ids } = importing;
  if (!agency) return;
  const source = makersKey(agency.no, "SOURCE");
  await enterMinors(
    fresh.map(({ id, row }) => ({ id, ...columnsOf(row) })),
    "register minors",
    importing,
  );
  const known = changed.map(({ id, row }) => ({ id, ...columnsOf(row) }));
  await inBatches(manager, known, UPDATE_MINORS, [source]);
  const all = [...fresh, ...changed];
  await inBatches(
    manager,
    all.map(({ id, row }) => ({
      minor: id,
      tokens: tokensOf(ids.token, {
        citizenNumber: row.citizen_number,
        fullName: row.full_name,
        birthDate: row.birth_date,
        residence: row.residence,
      }),
    })),
    "SELECT hub_know($2, $1)",
    [agency.id],
  );
  await writeGuardians(
    all.flatMap(({ key, id, row }) =>
      ([1, 2] as const).map((no) => ({ key: `${key}/${no}`, minor: id, ...guardianOf(row, no) })),
    ),
    agency,
    importing,
    source,
  );
  await writeCarers(
    all.map(({ key, id, row }) => ({ key, minor: id, ...carerOf(row) })),
    importing,
    source,
  );
}

/** New minors, of whom the agency is the source. */
export async function enterMinors(
  minors: readonly (TableRow & { readonly id: string })[],
  basis: string,
  { manager, agency, ids }: Importing,
): Promise<void> {
  if (!agency) return;
  await insertRows(
    manager,
    "minor",
    minors.map((minor) => ({ ...newRow(minor.id, ids, agency), ...minor })),
  );
  await involve(
    manager,
    minors.map(({ id }) => ({
      record_type: "Minor",
      record: id,
      agency: agency.id,
      person: null,
      kind: "SOURCE",
      basis,
    })),
  );
}

const columnsOf = (row: MinorRow) => ({
  place: row.residence,
  full_name: row.full_name,
  given_name: row.given_name,
  citizen_number: row.citizen_number,
  birth_date: row.birth_date,
  sex: row.sex,
  ethnic_group: row.ethnic_group,
  care_categories: row.care_categories,
  home_address: row.home_address,
  phone: row.phone,
});

// An empty cell takes a value out - unless the child has another source, whose word it may be.
const unlessAnothers = (column: string, empty = "NULL") =>
  `${column} = CASE WHEN other_source(m.involved, $2) THEN coalesce(nullif(n.${column}, ${empty}), m.${column}) ELSE n.${column} END`;

const UPDATE_MINORS = `
UPDATE minor m
   SET place = n.place,
       full_name = n.full_name,
       given_name = n.given_name,
       ${unlessAnothers("citizen_number")},
       birth_date = n.birth_date,
       sex = n.sex,
       ${unlessAnothers("ethnic_group")},
       ${unlessAnothers("care_categories", "'{}'")},
       ${unlessAnothers("home_address")},
       ${unlessAnothers("phone")},
       version = ${versionSql(["full_name", "given_name"], "m")}
  FROM jsonb_populate_recordset(NULL::minor, $1) n
 WHERE m.id = n.id`;

function guardianOf(row: Omit<MinorRow, "given_name">, no: 1 | 2): GuardianCells {
  return {
    name: row[`guardian_${no}_name`],
    relation: row[`guardian_${no}_relation`],
    phone: row[`guardian_${no}_phone`],
  };
}

function checkGuardian(row: Omit<MinorRow, "given_name">, no: 1 | 2, refuse: Refuse): void {
  const { name, relation, phone } = guardianOf(row, no);
  if (name !== null && relation === null) refuse(`guardian_${no}_relation`, INCOMPLETE);
  if (name === null && (relation ?? phone) !== null) refuse(`guardian_${no}_name`, INCOMPLETE);
}

const carerOf = (row: Omit<MinorRow, "given_name">): CarerCells => ({
  carer: row.carer,
  phone: row.carer_phone,
  since: row.carer_since,
  toSchool: row.carer_declared_to_school_on,
  toVillage: row.carer_declared_to_village_on,
});

const INCOMPLETE: Said = {
  code: "EMPTY",
  message: "The cells beside it say something of this person, so this one must not be empty",
  messageZh: "同一人员的其他栏已填写,此栏不能为空",
  remedy: "Fill it in, or empty the cells beside it",
};
