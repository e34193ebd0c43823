import type { Demo } from "./demo.js";
import { isExplorerBuilt, NOT_BUILT } from "./explorer.js";
import type { Hub } from "./hub.js";

/** One line for an operator's log. */
export const greeting = (hub: Hub): string =>
  `Minors hub at ${hub.address}/graphql${gatewaysAt(hub)} · ${policyOf(hub)} · started in ${seconds()}${isExplorerBuilt() ? "" : ` · ${NOT_BUILT}`}`;

/** Whose tokens the banner prints, and what the first question asks as the first of them. */
const FIRST = ["school", "village-community", "police-station", "social-affairs-office"];
const QUESTION = "{ minors(first: 1) { nodes { fullName birthDate homeAddress township { name } careNeeded } } }";

/** What a newcomer finds on the screen: where the hub is, and what to paste first. */
export async function banner(demo: Demo, outbound: () => number): Promise<string> {
  const tokens = await Promise.all(
    FIRST.map(async (role) => {
      const person = demo.people.persons.find(({ as }) => as === `${role}/head`);
      return `  ${role.padEnd(22)} ${person ? await demo.issuer.tokenFor(person.subject) : "nobody"}`;
    }),
  );
  const database = demo.store.kind === "embedded" ? "embedded database" : "PostgreSQL";
  return `
Minors hub · demo (synthetic data, ${database}, not for production)
未成年人保护信息共享中枢 · 演示(数据均为虚构)

  Explorer  ${isExplorerBuilt() ? `${demo.address}/` : NOT_BUILT}
  GraphQL   ${demo.address}/graphql      Health   ${demo.address}/readyz
  Policy    ${policyOf(demo)}
  Try       npx hub query examples/police-station/open-cases.graphql --as police-station
            npx hub matrix --role school
            npx hub explain Minor.homeAddress --as school
  Tokens    npx hub token school      (good for 5 minutes, as those below)

  A school asks for one of its pupils, and says what for:
curl -s ${demo.address}/graphql -H "authorization: Bearer $(npx hub token school)" \\
  -H 'content-type: application/json' -H 'x-hub-purpose: LEFT_BEHIND_CARE' \\
  -d '{"query":"${QUESTION}"}'

${tokens.join("\n")}

  Started in ${seconds()} · ${demo.records.toLocaleString("en")} records · ${outbound()} outbound connections`;
}

function policyOf({ activation: { policy, tables, coordinates } }: Hub): string {
  const guarded = [...coordinates.values()].filter(({ kind }) => kind !== "public").length;
  return (
    `policy version ${policy.version} (${policy.hash.slice(0, 12)}): ${guarded} fields, ` +
    `${tables.asks.toLocaleString("en")} answers of the rule tree in ${(tables.milliseconds / 1000).toFixed(1)} s`
  );
}

const gatewaysAt = ({ guardedAddress }: Hub) =>
  guardedAddress === undefined ? "" : ` · its gateway at ${guardedAddress}/subgraph`;

/** Since the process began. */
const seconds = () => `${(performance.now() / 1000).toFixed(1)} s`;
