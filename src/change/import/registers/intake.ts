import { CaseKind, CaseStage } from "../../../domain/cases/index.js";
import { list, optional, required } from "../column.js";
import { division, member, pastDay, person, text } from "../parsers.js";
import type { Importing, Item, Register } from "../register.js";
import type { Said } from "../report.js";
import { recordsOfNumbers, rememberNumbers } from "../rows.js";
import { type CaseCells, writeCases } from "./cases.js";
import { minorColumns, writeMinors } from "./minors.js";
import { checkParts } from "./parts.js";

const { key, full_name, given_name, citizen_number, birth_date, sex, ethnic_group, residence } = minorColumns;
const columns = {
  key,
  full_name,
  given_name,
  citizen_number,
  birth_date,
  sex,
  ethnic_group,
  residence,
  number: optional(text, { group: "R17" }),
  kind: required(member(CaseKind), { group: "R17" }),
  found_division: required(division),
  admitted_on: required(pastDay, { group: "R17" }),
  left_on: optional(pastDay, { group: "R17" }),
  assigned: list(person, { once: true }),
};

/**
 * The intake of a rescue station: a child in care is a minor and a case that the station leads, under one number in its
 * registers `minors` and `cases`.
 */
export const intake: Register<typeof columns> = {
  name: "intake",
  keeper: { writes: "R17m", only: "RESCUE_STATION" },
  columns,
  key: ["key"],
  record: { type: "Case", table: "case_file" },
  check(row, refuse, { agency }) {
    if (row.kind !== CaseKind.RESCUE && row.kind !== CaseKind.BEGGING_EXPLOITATION) refuse("kind", NO_INTAKE);
    if (row.left_on !== null && row.left_on < row.admitted_on) refuse("left_on", BEFORE);
    checkParts(
      { participants: [], named: [], assigned: row.assigned },
      (_column, said) => refuse("assigned", said),
      agency,
    );
  },
  existing: (items, importing) =>
    recordsOfNumbers(
      "cases",
      items.map((item) => item.key),
      importing,
    ),
  async write({ fresh, changed }, importing, refuse) {
    const all = [...fresh, ...changed];
    const minors = await minorsOf(all, importing);
    await writeMinors(
      { fresh: minors.filter(({ isNew }) => isNew), changed: minors.filter(({ isNew }) => !isNew) },
      importing,
    );
    await rememberNumbers("minors", "Minor", minors, importing);
    const ids = new Map(minors.map(({ key, id }) => [key, id]));
    const asCase = (item: Item<typeof columns>) => ({ ...item, row: caseOf(item, ids.get(item.key) ?? "") });
    await writeCases({ fresh: fresh.map(asCase), changed: changed.map(asCase) }, importing, refuse);
    await rememberNumbers("cases", "Case", all, importing);
  },
};

/** The child of each row: the one that its number means already, or a new one. */
async function minorsOf(items: readonly Item<typeof columns>[], importing: Importing) {
  const numbers = items.map((item) => item.key);
  const known = await recordsOfNumbers("minors", numbers, importing);
  return items.map(({ key, row }) => ({
    key,
    id: known.get(key) ?? importing.newId("minors", key),
    isNew: !known.has(key),
    row: { ...NOT_ASKED, ...row },
  }));
}

/** What a station does not write: where it is known, its own source says it. */
const NOT_ASKED = {
  care_categories: [],
  home_address: null,
  phone: null,
  guardian_1_name: null,
  guardian_1_relation: null,
  guardian_1_phone: null,
  guardian_2_name: null,
  guardian_2_relation: null,
  guardian_2_phone: null,
  carer: null,
  carer_phone: null,
  carer_since: null,
  carer_declared_to_school_on: null,
  carer_declared_to_village_on: null,
};

const caseOf = ({ key, row }: Item<typeof columns>, minor: string): CaseCells => ({
  key,
  number: row.number,
  kind: row.kind,
  stage: row.left_on === null ? CaseStage.ACCEPTED : CaseStage.CLOSED,
  opened_on: row.admitted_on,
  closed_on: row.left_on,
  division: row.found_division,
  narrative: null,
  partner_summary: null,
  victims: [],
  suspects: [],
  minors: [minor],
  participants: [],
  named: [],
  assigned: row.assigned,
});

const NO_INTAKE: Said = {
  code: "BAD_VALUE",
  message: "A station takes in for rescue, or out of begging",
  messageZh: "入站类别应为救助或胁迫、诱骗、利用乞讨",
  remedy: "Write RESCUE or BEGGING_EXPLOITATION; other cases stand in the register cases",
};
const BEFORE: Said = {
  code: "CONTRADICTION",
  message: "Left before it was admitted",
  messageZh: "离站日期早于入站日期",
  remedy: "Compare the two days",
};
