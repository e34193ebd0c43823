import { CaseKind, CaseRole, CaseStage } from "../../../domain/cases/index.js";
import { newRow } from "../../new-record.js";
import { list, optional, type Row, required } from "../column.js";
import { division, key, member, pastDay, recordOf, text } from "../parsers.js";
import type { Importing, Item, Register } from "../register.js";
import type { Said } from "../report.js";
import { insertRows, involve, updateRows } from "../rows.js";
import { checkParts, partColumns, relationsOf } from "./parts.js";

const columns = {
  key: required(key),
  number: optional(text, { group: "R17" }),
  kind: required(member(CaseKind), { group: "R17" }),
  stage: required(member(CaseStage), { group: "R17" }),
  opened_on: required(pastDay, { group: "R17" }),
  closed_on: optional(pastDay, { group: "R17" }),
  division: required(division),
  narrative: optional(text, { group: "R18" }),
  partner_summary: optional(text, { group: "R18" }),
  victims: list(recordOf("minors"), { group: "R19" }),
  suspects: list(recordOf("minors"), { group: "R20" }),
  minors: list(recordOf("minors"), { group: "R17m" }),
  ...partColumns,
};
export type CaseCells = Row<typeof columns>;

/** The cases that an agency leads. */
export const cases: Register<typeof columns> = {
  name: "cases",
  keeper: { writes: "R17" },
  columns,
  key: ["key"],
  record: { type: "Case", table: "case_file" },
  check(row, refuse, { agency }) {
    const closed = row.stage === CaseStage.CLOSED;
    if (closed && row.closed_on === null) refuse("closed_on", CLOSED_WHEN);
    if (!closed && row.closed_on !== null) refuse("closed_on", NOT_CLOSED);
    if (closed && row.suspects.length > 0) refuse("suspects", ENDS_WITH_CASE);
    if (row.closed_on !== null && row.closed_on < row.opened_on) refuse("closed_on", BEFORE);
    const all = [...row.victims, ...row.suspects, ...row.minors];
    if (new Set(all).size < all.length) refuse("minors", TWO_RELATIONS);
    // R19, R20 NAMED_ONLY: whoever makes the record is named on it in the same transaction.
    if (row.victims.length + row.suspects.length > 0 && !row.named.some((one) => one.agency === agency?.id))
      refuse("named", NOBODY_NAMED);
    checkParts(row, refuse, agency);
  },
  write: writeCases,
};

type CaseItem = Item<typeof columns>;

export async function writeCases(
  { fresh, changed }: { readonly fresh: readonly CaseItem[]; readonly changed: readonly CaseItem[] },
  importing: Importing,
  refuse: (line: number, column: string, said: Said) => void,
): Promise<void> {
  const { manager, agency, ids } = importing;
  if (!agency) return;
  await insertRows(
    manager,
    "case_file",
    fresh.map(({ id, row }) => ({
      ...newRow(id, ids, agency, ["SOURCE", "PART"]),
      lead_agency: agency.id,
      ...columnsOf(row),
    })),
  );
  await involve(
    manager,
    fresh.flatMap((item) => relationsOf("Case", item, agency)),
  );
  await updateRows(
    manager,
    "case_file",
    changed.map(({ id, row }) => ({ id, ...columnsOf(row) })),
    R17,
  );

  const clashes = await otherwiseRelated(changed);
  for (const item of changed) if (clashes.has(item.id)) refuse(item.line, "minors", TWO_RELATIONS);
  await insertRows(manager, "case_minor", [...fresh, ...changed].flatMap(edgesOf), "ON CONFLICT DO NOTHING");

  /** Cases in which one of these minors stands in another relation already. */
  async function otherwiseRelated(items: readonly CaseItem[]): Promise<Set<string>> {
    const rows = await manager.query<{ case_file: string }[]>(
      `SELECT e.case_file FROM jsonb_populate_recordset(NULL::case_minor, $1) n
           JOIN case_minor e ON e.case_file = n.case_file AND e.minor = n.minor AND e.role <> n.role`,
      [JSON.stringify(items.flatMap(edgesOf))],
    );
    return new Set(rows.map((row) => row.case_file));
  }
}

/** Columns of the anchor's group. */
const R17 = ["place", "number", "kind", "stage", "opened_on", "closed_on"];

const columnsOf = (row: CaseCells) => ({
  place: row.division,
  number: row.number,
  kind: row.kind,
  stage: row.stage,
  opened_on: row.opened_on,
  closed_on: row.closed_on,
  narrative: row.narrative,
  partner_summary: row.partner_summary,
});

function edgesOf({ id, row }: Item<typeof columns>) {
  const edge = (role: CaseRole) => (minor: string) => ({ case_file: id, minor, role });
  return [
    ...row.victims.map(edge(CaseRole.VICTIM)),
    ...row.suspects.map(edge(CaseRole.SUSPECT)),
    ...row.minors.map(edge(CaseRole.CONCERNED)),
  ];
}

const CLOSED_WHEN: Said = {
  code: "EMPTY",
  message: "A closed case has a day on which it was closed",
  messageZh: "已结案须填写结案日期",
  remedy: "Fill it in",
};
const NOT_CLOSED: Said = {
  code: "CONTRADICTION",
  message: "The case is not closed",
  messageZh: "案件尚未结案",
  remedy: "Empty the cell, or write CLOSED in stage",
};
const BEFORE: Said = {
  code: "CONTRADICTION",
  message: "Closed before it was opened",
  messageZh: "结案日期早于受理日期",
  remedy: "Compare the two days",
};
const ENDS_WITH_CASE: Said = {
  code: "CONTRADICTION",
  message: "A closed case names no minor suspect, JDPL 59; the hub deletes the relation when the case closes",
  messageZh: "结案后不得保留涉罪未成年人信息(预防未成年人犯罪法第五十九条)",
  remedy: "Empty the cell",
};
const TWO_RELATIONS: Said = {
  code: "CONTRADICTION",
  message: "A minor stands in exactly one of victims, suspects, minors of a case",
  messageZh: "同一未成年人在一个案件中只能有一种身份",
  remedy: "Keep one; what stands in the hub is corrected there",
};
const NOBODY_NAMED: Said = {
  code: "EMPTY",
  message: "A case with victims or minor suspects names the person of your agency who handles it",
  messageZh: "含被害人或涉罪未成年人的案件须列明本单位承办人",
  remedy: "Write the person's subject in named",
};
