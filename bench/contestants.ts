import type { ChildProcess } from "node:child_process";
import type { County } from "./county.js";
import { said, start } from "./process.js";
import { PURPOSE, type Read } from "./reads.js";

/** One server of the comparison. */
export interface Contestant {
  readonly name: string;
  readonly process: ChildProcess;
  /** Servers that it asks in turn. */
  readonly behind?: Readonly<Record<string, ChildProcess>>;
  readonly port: number;
  /** What it said of itself when it was ready. */
  readonly facts: Ready;
  /** Whole HTTP requests: every supervisor asks, for each of her records in turn. */
  requests(read: Read): readonly string[];
}

interface Ready {
  readonly port: number;
  readonly planningMs?: Readonly<Record<string, { readonly cold: number; readonly hot: number }>>;
  readonly activationMs?: number;
  readonly readyMs?: number;
}

/** Starts the three servers that are compared, one after the other. */
export async function startContestants(county: County): Promise<readonly Contestant[]> {
  const { others } = county;
  return [
    await startHub(county),
    await contestant(
      "floor",
      "floor.js",
      others,
      county,
      ({ name }, id) => ({ name, id }),
      (subject) => ({ "x-subject": subject }),
    ),
    await contestant("naive", "naive.js", others, county, graphql, (subject) => ({ "x-subject": subject })),
  ];
}

export const startHub = (county: County): Promise<Contestant> =>
  contestant("hub", "hub.js", county.hub, county, graphql, withToken(county));

/** Headers of whoever asks a hub, or a gateway. */
export const withToken = (county: County) => (subject: string) => ({
  authorization: `Bearer ${county.tokens.get(subject)}`,
  "x-hub-purpose": PURPOSE,
});

const graphql = ({ query }: Read, id: string | undefined) => ({ query, variables: { id } });

/** Starts a file as a server, and asks it as these do. */
export async function contestant(
  name: string,
  file: string,
  env: NodeJS.ProcessEnv,
  { supervisors }: County,
  body: (read: Read, id: string | undefined) => object,
  headers: (subject: string) => Readonly<Record<string, string>>,
): Promise<Contestant> {
  const process = start(file, env, "servers");
  const facts = await said<Ready>(process);
  return {
    name,
    process,
    port: facts.port,
    facts,
    requests: (read) =>
      supervisors.flatMap((supervisor) =>
        read.ids(supervisor).map((id) => http(headers(supervisor.subject), JSON.stringify(body(read, id)))),
      ),
  };
}

const http = (headers: Readonly<Record<string, string>>, body: string): string =>
  [
    "POST /graphql HTTP/1.1",
    "host: 127.0.0.1",
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(body)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    "",
    body,
  ].join("\r\n");

/** The answer to one of `requests`, as JSON. */
export async function ask({ port }: Contestant, request: string): Promise<unknown> {
  const [head = "", body = ""] = request.split("\r\n\r\n");
  const headers = Object.fromEntries(
    head
      .split("\r\n")
      .slice(2)
      .map((line) => line.split(": ", 2)),
  );
  const answer = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: "POST",
    body,
    headers: { ...headers, connection: "close" },
  });
  return answer.json();
}
