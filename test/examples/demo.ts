import "reflect-metadata";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Operation, readOperation } from "../../src/cli/operation.js";
import { parseConfig } from "../../src/config.js";
import { type Demo, startDemo } from "../../src/server/demo.js";
import { prepareFolder } from "../support/prepared.js";

export const EXAMPLES = join(import.meta.dirname, "../../examples");

export interface Example extends Operation {
  /** "school/my-pupils" */
  readonly name: string;
  /** Kebab-case, from the folder. */
  readonly role: string;
}

/** The examples of every role: `examples/<role>/<what-somebody-wants>.graphql`. */
export const examples: readonly Example[] = readdirSync(EXAMPLES, { recursive: true, encoding: "utf8" })
  .filter((path) => /^[^/]+\/[^/]+\.graphql$/.test(path))
  .sort()
  .map((path) => ({
    ...readOperation(join(EXAMPLES, path)),
    name: path.replace(/\.graphql$/, ""),
    role: path.split("/")[0] ?? "",
  }));

export interface Answer {
  readonly status: number;
  readonly body: {
    readonly data?: Record<string, unknown> | null;
    readonly errors?: { readonly message: string; readonly extensions: { readonly code: string } }[];
  };
}

export interface TestDemo extends Demo {
  readonly dataDir: string;
  /** Asks as the first who holds this post ("school/head"), or as a person by subject. */
  ask(as: string, query: string, purpose: string | undefined): Promise<Answer>;
  tokenOf(as: string): Promise<string>;
}

/**
 * What `npm start` starts, in a folder of its own.
 * @param environment  what it needs beside its data folder
 */
export async function openDemo(
  environment: (folder: string) => Promise<Readonly<Record<string, string>>> = async () => ({}),
): Promise<TestDemo> {
  const folder = mkdtempSync(join(tmpdir(), "hub-"));
  await prepareFolder(folder, "demo");
  const env = { PORT: "0", HUB_DATA_DIR: folder, HUB_DEMO: "1", ...(await environment(folder)) };
  const demo = await startDemo(parseConfig(env, null));
  const tokens = new Map<string, Promise<string>>();
  const tokenOf = (as: string): Promise<string> => {
    const person = demo.people.persons.find((one) => one.as === as || one.subject === as);
    if (!person) throw new Error(`Nobody of the demo is ${as}`);
    const token = tokens.get(as) ?? demo.issuer.tokenFor(person.subject);
    tokens.set(as, token);
    return token;
  };
  return {
    ...demo,
    dataDir: folder,
    tokenOf,
    ask: async (as, query, purpose) => {
      const response = await fetch(`${demo.address}/graphql`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${await tokenOf(as)}`,
          "content-type": "application/json",
          ...(purpose === undefined ? {} : { "x-hub-purpose": purpose }),
        },
        body: JSON.stringify({ query }),
      });
      return { status: response.status, body: JSON.parse(await response.text()) };
    },
    close: async () => {
      await demo.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
