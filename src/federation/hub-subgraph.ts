import type { HubConfig } from "../config.js";
import { ConfigError } from "../config.js";
import { namesOf } from "../policy/between.js";
import { HELD_AT_HOME } from "../policy/home.js";
import type { Policy, Role } from "../policy/policy.js";
import type { HeldAtHome } from "../read/world.js";
import type { IdCipher } from "../store/global-id.js";
import type { Query } from "../store/store.js";
import { assertionVerifier } from "./assertion.js";
import type { Entrance } from "./entrance.js";
import { notKept } from "./kept.js";
import { signingKeysIn } from "./keys.js";
import { relationsFor, viewerFor } from "./relation.js";

/** What the hub does as a subgraph, beside what it does alone. */
export interface HubSubgraph extends Entrance {
  /** What a registered subgraph holds, and whose it is. */
  heldBy(subgraph: string): HeldAtHome | undefined;
}

/** Name of the hub among the subgraphs. */
export const HUB = "hub";
export const NAME_OF_AGENCY = `expected a name of small letters, digits and - between them, 40 of them at most, other than "${HUB}"`;
/** Types, tables and a database's logins are called after it. */
export const isNameOfAgency = (name: string): boolean =>
  /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) && name.length <= 40 && name !== HUB;

/**
 * @param policy    by which agencies keep records at home
 * @param versions  of the policy that decide now
 * @param query     as the serving login
 * @returns undefined where the configuration names no gateway
 * @throws ConfigError, SigningKeyUnreadable
 */
export async function hubSubgraph(
  { federation }: HubConfig,
  ids: IdCipher,
  policy: Policy,
  versions: () => readonly string[],
  query: Query,
): Promise<HubSubgraph | undefined> {
  const { gatewayKeysFile, relationKeyFile } = federation;
  if (gatewayKeysFile === undefined) return undefined;
  const agencies = agenciesOf(federation.agencies, ids);
  await checkKinds(policy, agencies, query);
  const key = signingKeysIn(relationKeyFile);
  return {
    heldBy: (subgraph) => agencies.get(subgraph),
    registered: (agency) =>
      [...agencies].flatMap(([name, held]) => (held.agencies.includes(agency) ? { name, holds: [...held.holds] } : [])),
    verify: assertionVerifier({ audience: HUB, keysFile: gatewayKeysFile, query }),
    confer(audience, { claims, requestId }, conferred) {
      const words = (own: boolean): [string, string][] => {
        // That some counsellor of another agency has its pupil is nothing that a school is to learn (MHL 23, R35).
        const told = conferred.filter((one) => one.own === own && (own || !one.ownOnly));
        if (told.length === 0) return [];
        const asker = viewerFor(own, claims, requestId);
        const signed = relationsFor(key(), { audience, viewer: asker, requestId, policy: namesOf(versions()) }, told);
        return told.map(({ id }, n) => [id, signed[n] ?? ""]);
      };
      return new Map([...words(true), ...words(false)]);
    },
  };
}

/** Rows are registered for a name: who it is of, and what agencies of that kind keep, the hub knows itself. */
async function checkKinds(policy: Policy, agencies: ReadonlyMap<string, HeldAtHome>, query: Query): Promise<void> {
  const wrong: string[] = [];
  for (const [name, { agencies: its, holds }] of agencies) {
    const kinds = await query<{ kind: Role }>("SELECT DISTINCT kind FROM agency WHERE id = ANY ($1)", [its]);
    for (const { kind } of kinds)
      for (const row of holds) {
        const why = notKept(policy, kind, row);
        if (why !== undefined) wrong.push(`federation.agencies.${name}.holds: ${why}`);
      }
  }
  if (wrong.length > 0) throw new ConfigError(wrong.join("\n"));
}

function agenciesOf(registered: HubConfig["federation"]["agencies"], ids: IdCipher): ReadonlyMap<string, HeldAtHome> {
  const wrong: string[] = [];
  const agencies = new Map<string, HeldAtHome>();
  for (const [name, { agency, holds }] of Object.entries(registered)) {
    const at = `federation.agencies.${name}`;
    const decoded = agency.flatMap((id) => ids.decode(id) ?? []).filter(({ type }) => type === "Agency");
    if (!isNameOfAgency(name)) wrong.push(`${at}: ${NAME_OF_AGENCY}`);
    if (decoded.length < agency.length) wrong.push(`${at}.agency: expected the global id of an agency of this hub`);
    for (const row of holds)
      if (!HELD_AT_HOME.some((known) => known === row))
        wrong.push(`${at}.holds: expected rows that agencies hold at home, ${HELD_AT_HOME.join(" ")}, not "${row}"`);
    agencies.set(name, { agencies: decoded.map(({ key }) => key), holds: new Set(holds) });
  }
  if (wrong.length > 0) throw new ConfigError(wrong.join("\n"));
  return agencies;
}
