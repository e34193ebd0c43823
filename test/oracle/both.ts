import { z } from "zod";
import type { Subject } from "../../src/disclosure/entry.js";
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

/** @param start  a hub, or one behind a gateway */
export async function openBoth(database: Database, start = startHub): Promise<Both> {
  const tables = await loadPolicy("policies");
  const built: World[] = [];
  const hub = await start(database, async (sql, ids) => {
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
      const subjects = await subjectsOf(hub, answer.headers.get("x-hub-request-id"));
      return { said: ofHub(answer, subjects, ids), text: answer.text };
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

/** The log's line is there before the answer is; no line, nobody. */
async function subjectsOf(hub: TestHub, requestId: string | null): Promise<readonly Subject[]> {
  const segments = await hub.store.query<{ entries: string }>(
    "SELECT entries FROM disclosure_segment ORDER BY seq DESC LIMIT 60",
  );
  for (const { entries } of segments)
    for (const text of entries.split("\n")) {
      const { entry } = line.parse(JSON.parse(text));
      if (entry.requestId === requestId) return entry.subjects;
    }
  return [];
}

const level = z.enum(["F", "M", "B", "X"]);
const subject = z.object({ ref: z.string(), type: z.string(), groups: z.record(z.string(), level) });
const line = z.object({ entry: z.object({ requestId: z.string(), subjects: z.array(subject) }) });
