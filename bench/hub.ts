import "reflect-metadata";
import { Kind, parse } from "graphql";
import { readConfig } from "../src/config.js";
import { policyInForce } from "../src/server/foundation.js";
import type { Hub } from "../src/server/hub.js";
import { startProduction } from "../src/server/production.js";
import { createViewers } from "../src/viewer/viewers.js";
import { PURPOSE, reads } from "./reads.js";
import { serving } from "./serving.js";

/** The hub as it is in production: tokens, row security, log. */
const config = readConfig();
const begun = performance.now();
await policyInForce(config);
const activationMs = Math.round(performance.now() - begun);
const hub = await startProduction(config);
/** Since this process began, but for the activation that was only measured. */
const readyMs = Math.round(performance.now()) - activationMs;
const { port } = new URL(hub.address);
serving({ address: "", family: "", port: Number(port) }, { activationMs, readyMs, planningMs: await planning(hub) });

/** Milliseconds to plan each read: for the first time, and when its plan is kept (the mean of a thousand). */
async function planning({
  store,
  activation: { policy },
  questions,
}: Hub): Promise<Record<string, { cold: number; hot: number }>> {
  const viewer = await createViewers({ query: (sql, params) => store.query(sql, params), policy }).of({
    client: "office-0",
    subject: "supervisor-0",
  });
  const asker = { role: viewer.agency.role, post: viewer.post, purpose: policy.purposes.get(PURPOSE) ?? null };
  const { ids } = questions.world;
  const id = ids.encode("Minor", "00000000-0000-7000-8000-000000000000");
  return Object.fromEntries(
    reads(ids).map(({ name, query }) => {
      const document = parse(query);
      const [operation] = document.definitions;
      if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new TypeError(`${name} is no operation`);
      const asked = { document, operation, variables: { id }, asker, viewer };
      const milliseconds = (times: number) => {
        const started = performance.now();
        for (let i = 0; i < times; i++) questions.plan(asked);
        return Number(((performance.now() - started) / times).toFixed(4));
      };
      return [name, { cold: milliseconds(1), hot: milliseconds(1000) }];
    }),
  );
}
