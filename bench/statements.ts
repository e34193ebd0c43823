import type { County } from "./county.js";
import { said, start, stop } from "./process.js";
import { PURPOSE } from "./reads.js";
import { countingProxy, fewest } from "./wire.js";

/** Lists, with lists inside: the longer they are, the more a hub without a plan would ask. */
const LISTS: Readonly<Record<string, string>> = {
  minors: "id fullName guardians { fullName } cases { id participants { name } } incidents { id }",
  incidents: "id level minors { id cases { id } } alerts { id topic }",
  cases: "id stage minors { id fullName incidents { id } } participants { name }",
};

/** What one question costs the database: round trips on the wire, the log's own beside them. */
export interface Statements {
  readonly statementsPerQuestion: Readonly<Record<string, number>>;
  readonly logPerQuestion: Readonly<Record<string, number>>;
}

/** Asks for 1, 10 and 100 rows through a proxy that counts. */
export async function countStatements({ hub: env, tokens, supervisors }: County): Promise<Statements> {
  const database = new URL(env["DATABASE_URL"] ?? "");
  const proxy = await countingProxy({ host: database.hostname, port: Number(database.port) });
  database.port = String(proxy.port);
  const hub = start("hub.js", { ...env, DATABASE_URL: database.href }, "servers");
  try {
    const { port } = await said<{ port: number }>(hub);
    const statementsPerQuestion: Record<string, number> = {};
    const logPerQuestion: Record<string, number> = {};
    const ask = async (query: string) => {
      const answer = await fetch(`http://127.0.0.1:${port}/graphql`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          authorization: `Bearer ${tokens.get(supervisors[0]?.subject ?? "")}`,
          "x-hub-purpose": PURPOSE,
        },
        body: JSON.stringify({ query }),
      });
      if (answer.status !== 200) throw new Error(`${answer.status}: ${await answer.text()}`);
      await answer.arrayBuffer();
    };
    for (const [list, fields] of Object.entries(LISTS))
      for (const first of [1, 10, 100]) {
        await ask("{ viewer { name } }"); // who asks is looked up every few seconds, for all questions together
        const { questions, log } = await fewest(async () => {
          proxy.take();
          await ask(`{ ${list}(first: ${first}) { nodes { ${fields} } pageInfo { hasNextPage endCursor } } }`);
          return proxy.take();
        });
        statementsPerQuestion[`${list} first: ${first}`] = questions;
        logPerQuestion[`${list} first: ${first}`] = log;
      }
    return { statementsPerQuestion, logPerQuestion };
  } finally {
    await stop(hub);
    proxy.close();
  }
}
