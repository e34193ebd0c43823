import { divisionRange } from "../facts/jurisdiction.js";
import { type Policy, ROLES } from "../policy/policy.js";
import type { Query } from "../store/store.js";
import type { TokenClaims } from "./token.js";
import { unauthenticated } from "./unauthenticated.js";
import type { DivisionRange, Viewer } from "./viewer.js";

export interface ViewersOptions {
  /** Runs one statement as the hub's login. */
  readonly query: Query;
  readonly policy: Policy;
  /** Milliseconds for which an answer is kept, hence the longest that a revoked person goes on asking; 5000. */
  readonly ttlMs?: number;
  /** Clients that anybody may use for himself and that no agency registered (demo). */
  readonly publicClients?: readonly string[];
  /** Viewers kept at once, the least recently seen goes first; 10 000, more than are on duty in a county. */
  readonly keep?: number;
}

export interface Viewers {
  /**
   * Who asks, by the directory of this moment (at most `ttlMs` old).
   * @throws Refusal UNAUTHENTICATED  no active person or client of that name, a client for another agency's person, or
   *                                  a post or kind of agency that the policy does not know: the same body
   */
  of(claims: TokenClaims): Promise<Viewer>;
  /** Looks everybody up again, e.g. after an import of the directory. */
  forget(): void;
}

/**
 * $1 client, $2 subject or null, $3 whether the client is public.
 * A registered client speaks for its own agency: alone, or for a person of it. A public one only for a person.
 */
const LOOK_UP = `
SELECT a.id,
       a.no::text,
       a.name,
       a.kind,
       a.division::text,
       p.id        AS person_id,
       p.no::text  AS person_no,
       p.name      AS person_name,
       p.post,
       (SELECT coalesce(json_agg(d ORDER BY d.record_type, d.prefix), '[]') FROM agency_duty d WHERE d.agency = a.id) AS duties
  FROM (SELECT $1::text AS client, $2::text AS subject) asks
  LEFT JOIN client c ON c.client_id = asks.client
  LEFT JOIN person p ON p.subject = asks.subject AND p.active
  JOIN agency a      ON a.id = CASE WHEN asks.subject IS NULL THEN c.agency ELSE p.agency END
 WHERE c.active AND c.agency = a.id
    OR c.client_id IS NULL AND $3::boolean`;

interface Found {
  readonly id: string;
  readonly no: string;
  readonly name: string;
  readonly kind: string;
  readonly division: string;
  readonly person_id: string | null;
  readonly person_no: string;
  readonly person_name: string;
  readonly post: string;
  readonly duties: readonly { readonly record_type: string; readonly prefix: string }[];
}

export function createViewers(options: ViewersOptions): Viewers {
  const { query, policy, ttlMs = 5000, publicClients = [], keep = 10_000 } = options;
  const open = new Set(publicClients);
  const kept = new Map<string, { readonly until: number; readonly viewer: Promise<Viewer> }>();

  async function lookUp({ client, subject }: TokenClaims): Promise<Viewer> {
    const [found] = await query<Found>(LOOK_UP, [client, subject, open.has(client)]);
    if (!found) throw unauthenticated("no active person or client of that name, or not of one agency");
    const role = ROLES.find((known) => known === found.kind);
    const post = role && policy.post(role, found.person_id === null ? "SYSTEM_CLIENT" : found.post);
    if (!role || !post) throw unauthenticated("a post or kind of agency that the policy does not know");
    return {
      person: found.person_id === null ? null : { id: found.person_id, no: found.person_no, name: found.person_name },
      client,
      agency: { id: found.id, no: found.no, name: found.name, role, division: found.division },
      post,
      duties: dutiesOf(found),
    };
  }

  return {
    of(claims) {
      const key = JSON.stringify([claims.client, claims.subject]);
      const known = kept.get(key);
      kept.delete(key); // and set again below: a Map keeps the order of setting, so the first key is the oldest
      // The promise is kept, not its value: what was asked before `forget` cannot come back into `kept` after it.
      const entry = known && known.until > Date.now() ? known : { until: Date.now() + ttlMs, viewer: lookUp(claims) };
      kept.set(key, entry);
      // Neither a refusal nor a fault is kept: whoever is registered now may ask now.
      entry.viewer.catch(() => kept.get(key) === entry && kept.delete(key));
      const [oldest] = kept.keys();
      if (kept.size > keep && oldest !== undefined) kept.delete(oldest);
      return entry.viewer;
    },
    forget: () => kept.clear(),
  };
}

function dutiesOf({ duties }: Found): Viewer["duties"] {
  const ranges = new Map<string, DivisionRange[]>();
  for (const { record_type, prefix } of duties)
    ranges.set(record_type, [...(ranges.get(record_type) ?? []), divisionRange(prefix)]);
  return ranges;
}
