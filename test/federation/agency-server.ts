import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createLocalJWKSet, type JWTPayload, jwtVerify } from "jose";
import { wordIn } from "./word.js";

/** One call as an agency got it: what was signed, and every byte. */
export interface Received {
  readonly assertion: JWTPayload;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly representations: readonly Record<string, unknown>[];
}

/** What an agency answers with; undefined where it answers nothing at all. */
export type Behaviour = (received: Received, response: ServerResponse) => Promise<unknown> | unknown;

export interface AgencyServer {
  readonly url: string;
  readonly received: Received[];
  behave: Behaviour;
  close(): Promise<void>;
}

/** Checks by hand what docs/federation.md says of a call: nothing of the product is used. */
export async function agencyServer(name: string, gatewayKeys: string, behave: Behaviour): Promise<AgencyServer> {
  const received: Received[] = [];
  const seen = new Set<unknown>();
  const server = createServer(async (request, response) => {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const body = Buffer.concat(chunks).toString("utf8");
      const { payload } = await jwtVerify(String(request.headers["x-hub-assertion"]), keysIn(gatewayKeys), {
        audience: name,
        typ: "hub-assertion+jwt",
        maxTokenAge: 60,
      });
      if (payload["bod"] !== createHash("sha256").update(body).digest("base64url")) throw new Error("another body");
      if (seen.has(payload.jti)) throw new Error("seen before");
      seen.add(payload.jti);
      const representations = Object.values(JSON.parse(body).variables).flat().filter(isReference);
      const call = { assertion: payload, headers: request.headers, body, representations };
      received.push(call);
      const answer = await agency.behave(call, response);
      if (answer !== undefined) response.setHeader("content-type", "application/json").end(JSON.stringify(answer));
    } catch (error) {
      response.writeHead(401).end(JSON.stringify({ errors: [{ message: String(error) }] }));
    }
  });
  await new Promise<void>((listening) => void server.listen(0, "127.0.0.1", listening));
  const bound: AddressInfo | string | null = server.address();
  const agency: AgencyServer = {
    url: `http://127.0.0.1:${typeof bound === "object" ? bound?.port : ""}/subgraph`,
    received,
    behave,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
  return agency;
}

const isReference = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && "__typename" in value;

const keysIn = (file: string) => createLocalJWKSet(JSON.parse(readFileSync(file, "utf8")));

/** The record that is referred to, as every question of the gateway asks for it. */
export const record = ({ __typename, id }: Record<string, unknown> = {}) => ({ __typename, id });

/** Level that the hub's relation gives a group: for this request, this viewer and this minor, or none. */
export async function levelIn(
  relationKeys: string,
  audience: string,
  { assertion }: Received,
  { id, relation }: Record<string, unknown>,
  row: string,
): Promise<unknown> {
  const { signed, minor, levels, root } = wordIn(String(relation));
  const { payload } = await jwtVerify(signed, keysIn(relationKeys), {
    audience,
    subject: String(assertion.sub),
    typ: "hub-relation+jwt",
  });
  if (payload["root"] !== root || minor !== id || payload["rid"] !== assertion["rid"])
    throw new Error("a relation of something else");
  return levels[row];
}
