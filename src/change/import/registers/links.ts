import type { EntityManager } from "typeorm";
import { required } from "../column.js";
import { recordOf } from "../parsers.js";
import type { Register } from "../register.js";
import type { Said } from "../report.js";
import { inBatches } from "../rows.js";

const columns = { kept: required(recordOf("minors")), merged: required(recordOf("minors")) };

/** Minors of two agencies that are one child, as somebody has found out: `merged` becomes part of `kept`. */
export const links: Register<typeof columns> = {
  name: "links",
  keeper: "operator",
  columns,
  key: ["kept", "merged"],
  about: ({ kept, merged }) => [kept, merged].map((id) => ({ type: "Minor", id })),
  async write({ fresh }, { manager }, refuse) {
    const pairs = fresh.map(({ row }) => row);
    const refused = [
      { found: await inOneCaseTwice(manager, pairs), why: CLASH },
      { found: await keptApart(manager, pairs), why: APART },
    ].filter(({ found }) => found.length > 0);
    for (const { found, why } of refused)
      for (const { line, row } of fresh) if (found.includes(`${row.kept}=${row.merged}`)) refuse(line, "merged", why);
    if (refused.length === 0) await join(manager, pairs);
  },
};

interface Pair {
  readonly kept: string;
  readonly merged: string;
}

/** A minor that stands in two pairs waits for the next round, in which the first pair is one already. */
async function join(manager: EntityManager, pairs: readonly Pair[]): Promise<void> {
  const taken = new Map<string, string>();
  const now: Pair[] = [];
  const later: Pair[] = [];
  for (const pair of pairs) {
    if (pair.kept === pair.merged) continue;
    if (taken.has(pair.kept) || taken.has(pair.merged)) later.push(pair);
    else {
      now.push(pair);
      taken.set(pair.kept, pair.kept).set(pair.merged, pair.kept);
    }
  }
  if (now.length === 0) return;
  await inBatches(
    manager,
    now,
    `SELECT hub_join(array_agg(kept ORDER BY kept), array_agg(merged ORDER BY kept))
       FROM jsonb_to_recordset($1) AS pair(kept uuid, merged uuid)`,
  );
  const became = (id: string) => taken.get(id) ?? id;
  await join(
    manager,
    later.map(({ kept, merged }) => ({ kept: became(kept), merged: became(merged) })),
  );
}

async function inOneCaseTwice(manager: EntityManager, pairs: readonly Pair[]): Promise<string[]> {
  const rows = await manager.query<{ pair: string }[]>(
    `SELECT pair.kept || '=' || pair.merged AS pair
       FROM jsonb_to_recordset($1) AS pair(kept uuid, merged uuid)
       JOIN case_minor k ON k.minor = pair.kept
       JOIN case_minor m ON m.minor = pair.merged AND m.case_file = k.case_file AND m.role <> k.role`,
    [JSON.stringify(pairs)],
  );
  return rows.map(({ pair }) => pair);
}

/** People have decided that these are two: decision 0010. */
async function keptApart(manager: EntityManager, pairs: readonly Pair[]): Promise<string[]> {
  const rows = await manager.query<{ pair: string }[]>(
    `SELECT pair.kept || '=' || pair.merged AS pair
       FROM jsonb_to_recordset($1) AS pair(kept uuid, merged uuid)
       JOIN merge_proposal p ON p.one = least(pair.kept, pair.merged) AND p.other = greatest(pair.kept, pair.merged)
      WHERE p.state = 'APART'`,
    [JSON.stringify(pairs)],
  );
  return rows.map(({ pair }) => pair);
}

const APART: Said = {
  code: "CONTRADICTION",
  message: "It was decided that the two are two children",
  messageZh: "已确认二者不是同一人",
  remedy: "Take the row out",
};
const CLASH: Said = {
  code: "CONTRADICTION",
  message: "The two stand in one case in different relations, so they cannot be one child as it is",
  messageZh: "二者在同一案件中身份不同,暂不能合并",
  remedy: "Correct the case first, or take the row out",
};
