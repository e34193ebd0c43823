import type { HubConfig } from "../config.js";
import { ConfigError } from "../config.js";
import type { Activation } from "../policy/activate.js";
import { outsider, TOLD, type ToldByRow } from "../policy/home.js";
import type { Role } from "../policy/policy.js";
import { isReference, type Reference } from "../read/reference.js";
import type { Viewer } from "../viewer/viewer.js";
import type { Viewers } from "../viewer/viewers.js";
import { type Assertion, assertionVerifier } from "./assertion.js";
import type { Entrance } from "./entrance.js";
import { firstTime, type Query } from "./hub-subgraph.js";
import { relationVerifier } from "./relation.js";

/** An agency's subgraph: who asks it, and what the hub tells of whoever it is asked about. */
export interface AgencySubgraph extends Entrance {
  /**
   * What the hub tells of the minors among the variables, by their ids at the hub; one without the hub's word is not there.
   * @throws Refusal RELATION_REFUSED
   */
  told(assertion: Assertion, variables: Readonly<Record<string, unknown>>): Promise<ReadonlyMap<string, ToldByRow>>;
}

/** Client that stands in the log for a person whom the gateway names. */
export const GATEWAY_CLIENT = "gateway";

/**
 * @param viewers of the agency's own directory; GATEWAY_CLIENT is one of its public clients
 * @throws ConfigError
 */
export function agencySubgraph(
  { federation }: HubConfig,
  { policy }: Activation,
  role: Role,
  viewers: Viewers,
  query: Query,
): AgencySubgraph {
  const { gatewayKeysFile, hubKeysFile, name: audience } = federation;
  if (gatewayKeysFile === undefined || hubKeysFile === undefined || audience === undefined)
    throw new ConfigError(
      "federation: expected name, gatewayKeysFile and hubKeysFile: as whom the hub knows this agency, and whose word it takes",
    );
  const believe = relationVerifier({
    audience,
    keysFile: hubKeysFile,
    policy: `${policy.version} ${policy.hash}`,
  });
  return {
    verify: assertionVerifier({ audience, keysFile: gatewayKeysFile, first: firstTime(query) }),
    async viewerOf({ viewer }) {
      const [kind, name = ""] = split(viewer);
      if (kind === "person") return viewers.of({ client: GATEWAY_CLIENT, subject: name });
      if (kind === "client") return viewers.of({ client: name, subject: null });
      return somebody(role, viewer);
    },
    async told({ viewer, requestId }, variables) {
      const told = new Map<string, ToldByRow>();
      for (const { id, relation } of referencesAmong(variables)) {
        if (relation === null || relation === undefined) continue;
        const levels = await believe(relation, { id, viewer, requestId });
        // One word for each group: fields of several groups bring several.
        told.set(id, {
          ...told.get(id),
          ...Object.fromEntries(Object.entries(levels).map(([row, level]) => [row, TOLD[level]])),
        });
      }
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
