import type { DataSource, EntityManager } from "typeorm";
import { z } from "zod";
import { logByProgram } from "../disclosure/by-program.js";
import { type Home, ownAgency } from "./home.js";
import type { HubDoor } from "./hub-door.js";
import { oneImportAtATime, telling } from "./telling.js";

/** Why a number has no link: nothing is served of it. */
export interface LinkFinding {
  readonly code: "LINK_UNKNOWN" | "LINK_AMBIGUOUS" | "LINK_HAS_LEFT" | "LINK_ENDED";
  /** The agency's own number. */
  readonly number: string;
  readonly message: string;
  readonly messageZh: string;
  readonly remedy: string;
}

export interface LinkReport {
  /** Minors whose link stands: nobody else here is the same child to the hub. */
  readonly linked: number;
  /** Links that were not there before, and that are there no longer. */
  readonly made: number;
  readonly removed: number;
  /** Numbers of those who are here, as home knows, that have none: somebody has to look. */
  readonly missing: number;
  /** Numbers that the hub has taken and does not name any more: where these are all, account or hub may be the wrong one. */
  readonly ended: number;
  readonly findings: readonly LinkFinding[];
}

/** Numbers that the hub is asked for at once. */
const MOST_NUMBERS = 500;
const LINKS = "query Links($numbers: [String!]!) { minorLinks(numbers: $numbers) { number minor } }";
const answer = z.object({
  minorLinks: z.array(z.object({ number: z.string(), minor: z.string().nullable() })),
});

/**
 * Ties the agency's own minors to the hub's ids of them, as the hub tells them for the agency's numbers: never derived, and
 * never by name. The numbers of all who are here are asked for, for an id changes when the hub makes two records one, or
 * two again. A pupil who has left has no link, whether home or hub says so; nor has a child to whom an agency that brings no
 * minors stands in no relation any more, or of whose number the hub has not taken what is said here. Of one child that two
 * numbers here are, of whatever agency, neither link stands (docs/decisions/0021). Both log it. Where the hub does not
 * answer to the end, every link stays as it was.
 * @throws Fault HUB_UNAVAILABLE; RefusedByHub
 */
export async function linkMinors(database: DataSource, home: Home, hub: HubDoor): Promise<LinkReport> {
  const asked = (await telling(database, (manager) => ownNumbers(manager, home))).numbers;
  const here = asked.filter(isLinkable);
  // null: the hub knows that the pupil has left.
  const told = new Map<string, string | null>();
  for (let at = 0; at < here.length; at += MOST_NUMBERS) {
    const numbers = here.slice(at, at + MOST_NUMBERS).map(({ key }) => key);
    const { minorLinks } = await hub.ask(answer, { query: LINKS, variables: { numbers } });
    for (const { number, minor } of minorLinks) told.set(number, minor);
  }

  const answered = new Map(asked.map(({ key, said }) => [key, said]));
  return telling(database, async (manager) => {
    // What an import has said since the hub was asked is the last word, and none says anything until the links stand.
    await oneImportAtATime(manager);
    const { code, numbers } = await ownNumbers(manager, home);
    const own = numbers.map((one) => ({ ...one, untold: one.untold || one.said !== answered.get(one.key) }));
    const links = own.filter(isLinkable).flatMap(({ key, minor }) => {
      const hub_id = told.get(key);
      return hub_id ? [{ hub_id, minor }] : [];
    });
    const minors = own.map(({ minor }) => minor);
    const changed = (kind: string, sql: string, values: unknown[]) =>
      manager.query<{ minor: string }[]>(
        // A statement that ends in SELECT gives rows whatever it has done.
        `WITH ${kind} AS (${sql} RETURNING minor) SELECT minor FROM ${kind}`,
        values,
      );
    const removed = await changed(
      "removed",
      `DELETE FROM minor_link l
        WHERE l.minor = ANY ($1)
          AND NOT EXISTS (SELECT FROM jsonb_populate_recordset(NULL::minor_link, $2) n
                           WHERE (n.hub_id, n.minor) = (l.hub_id, l.minor))`,
      [minors, JSON.stringify(links)],
    );
    const made = await changed(
      "made",
      `INSERT INTO minor_link (hub_id, minor)
       SELECT n.hub_id, n.minor FROM jsonb_populate_recordset(NULL::minor_link, $1) n
        WHERE NOT EXISTS (SELECT FROM minor_link l WHERE (n.hub_id, n.minor) = (l.hub_id, l.minor))`,
      [JSON.stringify(links)],
    );
    // Whose number the hub knows, it has taken, whoever has told it.
    const known = own.flatMap(({ key, minor }) => (told.has(key) ? [minor] : []));
    await manager.query("DELETE FROM untold_minor WHERE minor = ANY ($1)", [known]);
    if (made.length + removed.length > 0)
      await logByProgram(
        manager,
        home.ids,
        {
          policy: home.policy,
          client: "agency link",
          agency: code,
          operation: home.ids.digest(LINKS).toString("hex"),
          operationName: "Links",
        },
        [...made, ...removed].map(({ minor }) => ({ type: "Minor", id: minor })),
      );

    const sql = "SELECT minor FROM standing_link WHERE minor = ANY ($1)";
    const standing = new Set((await manager.query<{ minor: string }[]>(sql, [minors])).map(({ minor }) => minor));
    const without = own.filter(({ minor }) => !standing.has(minor));
    const ended = ({ key, taken, untold }: OwnNumber) => taken && !untold && !told.has(key);
    const findings = without.map((one) => {
      const hub_id = one.left ? null : one.untold ? undefined : told.get(one.key);
      const why = ended(one) ? ENDED : hub_id === null ? HAS_LEFT : hub_id === undefined ? UNKNOWN : AMBIGUOUS;
      return { number: one.key, ...why };
    });
    return {
      linked: standing.size,
      made: made.length,
      removed: removed.length,
      missing: without.filter((one) => !one.left && !ended(one)).length,
      ended: without.filter(ended).length,
      findings,
    };
  });
}

interface OwnNumber {
  readonly key: string;
  /** Here. */
  readonly minor: string;
  /** As home knows. */
  readonly left: boolean;
  /** By the hub, of an agency that brings it no minors and is the only one of its kind here: of others nobody here knows. */
  readonly taken: boolean;
  /** The hub has not taken, or has refused, whom such an agency says it means. */
  readonly untold: boolean;
  /** Digest of what such an agency says of it; null of any other's. */
  readonly said: string | null;
}

/** The hub may be asked whose it is, and believed. */
const isLinkable = ({ left, untold }: OwnNumber) => !left && !untold;

/** The agency's numbers, and the minors that they mean here. */
async function ownNumbers(manager: EntityManager, home: Home) {
  const { id, code, alone } = await ownAgency(manager, home);
  await manager.query("SELECT set_config('hub.agency', $1, true)", [id]);
  const numbers = await manager.query<OwnNumber[]>(
    `SELECT k.key, k.record AS minor, hub_has_left(k.record) AS left, t.key IS NOT NULL AS taken,
            EXISTS (SELECT FROM hub_event e WHERE (e.agency, e.register, e.key) = (k.agency, 'own-numbers', k.key)) AS untold,
            encode(o.digest, 'hex') AS said
       FROM register_key k
       LEFT JOIN taken_number t ON $2 AND (t.agency, t.key) = (k.agency, k.key)
       LEFT JOIN register_key o ON (o.agency, o.register, o.key) = (k.agency, 'own-numbers', k.key)
      WHERE k.agency = $1 AND k.register = 'minors' ORDER BY k.key`,
    [id, alone],
  );
  return { code, numbers };
}

const UNKNOWN = {
  code: "LINK_UNKNOWN",
  message: "The hub knows no minor under this number, or none any more; nothing is served of it",
  messageZh: "中枢没有(或已不再有)该编号对应的未成年人,本单位不提供其任何信息",
  remedy: "Tell the hub of the pupil: import its row here, and look at what the hub has refused",
} as const;
const AMBIGUOUS = {
  code: "LINK_AMBIGUOUS",
  message: "To the hub this number and another that is kept here are one child; nothing is served of either",
  messageZh: "该编号与此处保存的另一编号在中枢为同一未成年人,两者均不提供任何信息",
  remedy:
    "Find out whether they are one child: keep one number, have the departure imported where the child has left, or have the hub's record taken apart (unmergeMinor)",
} as const;
const ENDED = {
  code: "LINK_ENDED",
  message: "Your agency stands in no relation to the child any more by which it keeps records; nothing is served of it",
  messageZh: "本单位与该未成年人已无可据以留存记录的关系,不再提供其任何信息",
  remedy:
    "Nothing, if so; where part, liaison or assignment is made anew at the hub, the number leads to the child again",
} as const;
const HAS_LEFT = {
  code: "LINK_HAS_LEFT",
  message: "The pupil has left; nothing is served of what is kept here",
  messageZh: "该学生已离校,本单位不再提供其任何信息",
  remedy:
    "Nothing, if so; if the pupil is here, import its departure where that has not been, then its row of roster or enrolments, and tell the hub",
} as const;
