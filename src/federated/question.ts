import { fileURLToPath } from "node:url";
import { print, stripIgnoredCharacters } from "graphql";
import { readOperation } from "../cli/operation.js";
import type { DemoPeople } from "../server/demo-people.js";
import { requestToken } from "../server/demo-token.js";

const FILE = "examples/three-sources.graphql";
const ROOT = new URL("../../", import.meta.url);
/** Who is shown something by all three. */
const ASKS = "social-affairs-office";
const OTHERS = ["police-station", "school", "rescue-station"];

/** What a newcomer finds on the screen: where everything is, and what to paste. */
export async function question(
  people: DemoPeople,
  gateway: string,
  others: Readonly<Record<string, string>>,
): Promise<string> {
  const tokens = await Promise.all(
    [ASKS, ...OTHERS].map(async (role) => {
      const person = people.persons.find(({ as }) => as === `${role}/head`);
      const token = person ? await requestToken(people.issuer, { subject: person.subject }) : "nobody";
      return `  ${role.padEnd(22)} ${token}`;
    }),
  );
  const prometheus = people.clients.find(({ as }) => as === "operator/system-client");
  const watching = prometheus
    ? `
  /metrics of each is for the operator's system 运行指标: npx hub token operator/system-client
  ${"operator".padEnd(22)} ${await requestToken(people.issuer, { client: prometheus })}
`
    : "";
  const { definition, purpose } = readOperation(fileURLToPath(new URL(FILE, ROOT)));
  const { description: _said, ...operation } = definition;
  return `
Minors hub · federated demo (synthetic data, not for production): the school's and the station's records stay with them
未成年人保护信息共享中枢 · 联邦演示(数据均为虚构):学校和救助站的数据留在本单位

  Gateway   ${gateway}/graphql
${Object.entries(others)
  .map(([name, address]) => `  ${name.padEnd(9)} ${address}/subgraph, for the gateway alone`)
  .join("\n")}
  Tokens    npx hub token police-station      (good for 5 minutes, as those below)

  One question, three sources: a child of a case, as the social affairs office sees it (${FILE})
curl -s ${gateway}/graphql -H "authorization: Bearer $(npx hub token ${ASKS})" \\
  -H 'content-type: application/json' -H 'x-hub-purpose: ${purpose}' \\
  -d '${JSON.stringify({ query: stripIgnoredCharacters(print(operation)) })}'

${tokens.join("\n")}
${watching}
  Started in ${(performance.now() / 1000).toFixed(1)} s · Ctrl-C stops all four 按 Ctrl-C 全部停止`;
}
