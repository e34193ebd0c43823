import { notAWriter, optional, required } from "../column.js";
import { pastDay, person, recordOf } from "../parsers.js";
import type { Register } from "../register.js";
import type { Said } from "../report.js";
import { involve } from "../rows.js";
import { HAS_LEFT } from "./schooling.js";

const columns = {
  minor: required(recordOf("minors")),
  person: required(person),
  ended_on: optional(pastDay),
};

/**
 * Which of an agency's own people is the assigned counsellor of which of its minors: condition `c`, by which notes (R16)
 * and life-risk summary (R16b) open. It is whoever writes the summary that says so: the hub itself keeps neither. With the
 * child's leaving a school or a station it ends by itself, and nobody is assigned to one who has left.
 */
export const counsellors: Register<typeof columns> = {
  name: "counsellors",
  keeper: { writes: ["R1", "R16b"] },
  columns,
  key: ["minor", "person"],
  about: ({ minor }) => [{ type: "Minor", id: minor }],
  check({ person: counsellor }, refuse, { agency, policy }) {
    if (!agency || !policy.rows.get("R16b")?.writers.has(agency.kind)) refuse("person", notAWriter("R16b"));
    if (counsellor.agency !== agency?.id) refuse("person", NOT_YOURS);
  },
  async write({ fresh, changed }, { manager, agency }, refuse) {
    if (!agency) return;
    const items = [...fresh, ...changed];
    const left = await manager.query<{ minor: string }[]>(
      "SELECT minor FROM unnest($1::uuid[]) AS m(minor) WHERE hub_is_gone(minor)",
      [[...new Set(items.flatMap(({ row }) => (row.ended_on === null ? [row.minor] : [])))]],
    );
    const gone = new Set(left.map(({ minor }) => minor));
    for (const { line, row } of items)
      if (row.ended_on === null && gone.has(row.minor)) refuse(line, "minor", HAS_LEFT);
    if (gone.size > 0) return;
    const rows = items.map(({ row }) => row);
    await involve(
      manager,
      rows
        .filter(({ ended_on }) => ended_on === null)
        .map(({ minor, person: { id } }) => ({
          record_type: "Minor",
          record: minor,
          agency: agency.id,
          person: id,
          kind: "COUNSELLOR",
          basis: "register counsellors",
        })),
    );
    for (const { minor, person: counsellor, ended_on } of rows)
      if (ended_on !== null)
        await manager.query("SELECT hub_end_relation('Minor', $1, $2, 'COUNSELLOR')", [minor, counsellor.id]);
  },
};

const NOT_YOURS: Said = {
  code: "UNKNOWN_REFERENCE",
  message: "Nobody of that name at your agency",
  messageZh: "本单位没有该人员",
  remedy: "Compare it with the operator's register persons",
};
