import { Writable } from "node:stream";
import pino, { type Logger } from "pino";
import type { Hub } from "../../src/server/hub.js";
import { PERSONAL, SCHOOLS } from "./town.js";

/** A request as bytes: whatever a client can do to one. */
export interface Sent {
  readonly method?: string;
  readonly path?: string;
  /** Subject of the token; null = no Authorization at all. */
  readonly as?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

export interface Said {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly data: Readonly<Record<string, unknown>> | null | undefined;
  readonly errors: readonly { readonly message: string; readonly extensions: Readonly<Record<string, unknown>> }[];
}

/** The longest that any answer may take, the database gone or not. */
const PATIENCE_MS = 9_000;

export async function send(hub: Pick<Hub, "address">, request: Sent): Promise<Said> {
  const { method = "POST", path = "/graphql", as = "near/head", headers, body } = request;
  const response = await fetch(hub.address + path, {
    method,
    signal: AbortSignal.timeout(PATIENCE_MS),
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(as === null ? {} : { authorization: `Bearer ${as}` }),
      "x-hub-purpose": "CASE_HANDLING",
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  const { data, errors = [] } = text.startsWith("{") ? JSON.parse(text) : {};
  return { status: response.status, headers: response.headers, text, data, errors };
}

export const ask = (
  hub: Pick<Hub, "address">,
  query: string,
  variables?: object,
  more: Omit<Sent, "body"> = {},
): Promise<Said> => send(hub, { ...more, body: JSON.stringify({ query, variables }) });

/** A refusal in the hub's own words: code, Chinese text, remedy, nothing of how the hub is made. */
export function expectRefusal(said: Said, status: number, code: string): void {
  expect({ status: said.status, code: said.errors[0]?.extensions["code"] }).toEqual({ status, code });
  expect(said.data ?? null).toBeNull();
  for (const { message, extensions } of said.errors) {
    expect(message.length).toBeLessThan(320);
    expect(extensions["messageZh"]).toMatch(/[\u4e00-\u9fff]/);
    expect(extensions["remedy"]).toEqual(expect.stringMatching(/\w/));
  }
  expect(said.text).not.toMatch(INSIDE);
  expectDressed(said);
}

/** Stack traces, suggestions from the schema, and the words of drivers and libraries. */
const INSIDE =
  /Did you mean|\.js:\d|\.ts:\d|node_modules|at \w+ \(|stacktrace|postgres|pglite|sqlstate|relation "|ECONN|FST_ERR|GRAPHQL_/i;

/** What every answer carries, and what none does. */
export function expectDressed({ headers }: Said): void {
  expect(headers.get("x-hub-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  expect(headers.get("cache-control")).toBe("no-store");
  const names = [...headers.keys()];
  expect(names.filter((name) => /^(x-powered-by|server|set-cookie|access-control-.*)$/.test(name))).toEqual([]);
}

/** A log that a test can read. */
export function capturedLog(): { readonly log: Logger; readonly lines: () => Readonly<Record<string, unknown>>[] } {
  const written: string[] = [];
  const log = pino(
    { level: "trace" },
    new Writable({
      write: (line, _encoding, done) => {
        written.push(String(line));
        done();
      },
    }),
  );
  return { log, lines: () => written.map((line) => JSON.parse(line)) };
}

/** Nothing about a person, nothing of a token or a question, no text of a driver's. */
export function expectSilent(lines: readonly object[]): void {
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) expect(JSON.stringify(line)).not.toMatch(NEVER_LOGGED);
}
const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
const NEVER_LOGGED = new RegExp(
  [
    ...Object.values(PERSONAL),
    ...SCHOOLS.flatMap(({ name, subject }) => [name, subject]),
    "near/head",
    "far/head",
    "Bearer",
    "fullName",
    "\\bminors?\\b",
    "\\{ ?(viewer|node|__)",
    "Syntax Error",
    "duplicate key",
    "byte sequence",
    "does not exist",
    "terminating connection",
    "SELECT",
  ]
    .map((text) => (/[\\]/.test(text) ? text : escaped(text)))
    .join("|"),
);
