import type { Logger } from "pino";
import type { HubConfig } from "../config.js";
import { ConfigError } from "../config.js";
import { outsider, type ToldByRow, toldBy } from "../policy/home.js";
import type { Role } from "../policy/policy.js";
import { isReference, type Reference } from "../read/reference.js";
import type { Query } from "../store/store.js";
import type { Viewer } from "../viewer/viewer.js";
import type { Viewers } from "../viewer/viewers.js";
import { type Assertion, assertionVerifier } from "./assertion.js";
import type { Entrance } from "./entrance.js";
import { refusedWhole, relationVerifier } from "./relation.js";
import { type WhyRefused, WordRefused } from "./signed-word.js";

/** An agency's subgraph: who asks it, and what the hub tells of whoever it is asked about. */
export interface AgencySubgraph extends Entrance {
  /**
   * What the hub tells of the minors among the variables, reference by reference. One without the hub's word is not
   * there, nor is one whose word does not hold: the log says why.
   * @throws Refusal RELATION_REFUSED no word holds, for keys, clocks or policies that do not fit together
   */
  told(assertion: Assertion, variables: Readonly<Record<string, unknown>>): ReadonlyMap<Reference, ToldByRow>;
}

/** Client that stands in the log for a person whom the gateway names. */
export const GATEWAY_CLIENT = "gateway";

/**
 * @param versions of the policy that decide now
 * @param viewers of the agency's own directory; GATEWAY_CLIENT is one of its public clients
 * @param refused hears of each word that does not hold
 * @throws ConfigError
 */
export function agencySubgraph(
  { federation }: HubConfig,
  versions: () => readonly string[],
  role: Role,
  viewers: Viewers,
  query: Query,
  log: Pick<Logger, "warn">,
  refused: (why: WhyRefused) => void,
): AgencySubgraph {
  const { gatewayKeysFile, hubKeysFile, name: audience } = federation;
  if (gatewayKeysFile === undefined || hubKeysFile === undefined || audience === undefined)
    throw new ConfigError(
      "federation: expected name, gatewayKeysFile and hubKeysFile: as whom the hub knows this agency, and whose word it takes",
    );
  const believe = relationVerifier({
    audience,
    keysFile: hubKeysFile,
    versions,
  });
  return {
    verify: assertionVerifier({ audience, keysFile: gatewayKeysFile, query }),
    async viewerOf({ viewer }) {
      const [kind, name = ""] = split(viewer);
      if (kind === "person") return viewers.of({ client: GATEWAY_CLIENT, subject: name });
      if (kind === "client") return viewers.of({ client: name, subject: null });
      return somebody(role, viewer);
    },
    told({ viewer, requestId }, variables) {
      const told = new Map<Reference, ToldByRow>();
      const refusals: WordRefused[] = [];
      const saidIn = believe({ viewer, requestId });
      for (const reference of referencesAmong(variables)) {
        const { id, relation } = reference;
        if (relation === null || relation === undefined) continue;
        try {
          told.set(reference, toldBy(saidIn(relation, id)));
        } catch (error) {
          if (!(error instanceof WordRefused)) throw error;
          log.warn({ requestId, code: error.code, why: error.why }, "refused");
          refused(error.kind);
          refusals.push(error);
        }
      }
      const whole = told.size === 0 && refusedWhole(refusals);
      if (whole) throw whole;
      return told;
    },
  };
}

/** Not of this agency: it has no key of any record, and the log has the request's name for it. */
const somebody = (role: Role, name: string): Viewer => ({
  person: null,
  client: name,
  agency: { id: NOBODY, no: "0", name: "", role, division: "" },
  post: outsider(role).post,
  duties: new Map(),
});
const NOBODY = "00000000-0000-0000-0000-000000000000";

const split = (viewer: string): [string, string] => {
  const colon = viewer.indexOf(":");
  return [viewer.slice(0, colon), viewer.slice(colon + 1)];
};

const referencesAmong = (variables: Readonly<Record<string, unknown>>): readonly Reference[] =>
  Object.values(variables)
    .flatMap((value) => (Array.isArray(value) ? value : [value]))
    .filter(isReference);
