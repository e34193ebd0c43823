import { loadPolicy } from "../../src/policy/load.js";
import { type Database, startHub, type TestHub } from "../support/hub.js";
import { Questions } from "./asking/index.js";
import { supplyOf } from "./asking/supply.js";
import { ofHub, ofNaive, type Said } from "./comparing.js";
import { type NaiveAnswer, NaiveExecutor } from "./naive/index.js";
import { buildWorld, type World } from "./world/index.js";

export interface Asking {
  readonly subject: string;
  readonly query: string;
  readonly purpose?: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** A hub, and the naive executor on its database. */
export interface Both {
  readonly hub: TestHub;
  readonly world: World;
  readonly questions: Questions;
  askHub(asking: Asking): Promise<{ said: Said; text: string }>;
  askNaive(asking: Asking): Promise<{ said: Said; answer: NaiveAnswer }>;
  close(): Promise<void>;
}

export async function openBoth(database: Database): Promise<Both> {
  const tables = await loadPolicy("policies");
  const built: World[] = [];
  const hub = await startHub(database, async (sql, ids) => {
    built.push(await buildWorld(sql, tables, (key) => ids.ref(key)));
  });
  const [world] = built;
  if (!world) throw new TypeError("The hub has opened without a world");
  const { policy, coordinates, schema } = hub.activation;
  const { ids } = hub.questions.world;
  const naive = await NaiveExecutor.open(hub.store, hub.superUrl, policy, ids);
  const supply = supplyOf(world, ids, coordinates);
  return {
    hub,
    world,
    questions: new Questions({ schema, coordinates, policy, askers: world.askers, supply }),
    askHub: async ({ subject, query, purpose, variables }) => {
      const answer = await hub.ask(subject, query, { ...(purpose ? { purpose } : {}), variables: { ...variables } });
      return { said: ofHub(answer, ids), text: answer.text };
    },
    askNaive: async ({ subject, query, purpose, variables }) => {
      const answer = await naive.ask(subject, query, { purpose, variables });
      return { said: ofNaive(answer), answer };
    },
    close: async () => {
      await naive.close();
      await hub.close();
    },
  };
}
