import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** One call of a subgraph, as a gateway sent it. */
export interface Sent {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What comes back instead of what the subgraph answers. */
export type Fault =
  | { readonly cut: true }
  | { readonly silent: true }
  | {
      readonly status?: number | undefined;
      readonly body?: string | undefined;
      readonly headers?: Readonly<Record<string, string>> | undefined;
      /** Milliseconds later. */
      readonly late?: number | undefined;
      /** Bytes of blanks before it. */
      readonly padded?: number | undefined;
    };

export interface Wire {
  /** Of the subgraph, for the gateway. */
  readonly url: string;
  readonly sent: Sent[];
  fault: Fault | undefined;
  close(): Promise<void>;
}

/** What lies between a gateway and a subgraph: it keeps what the gateway sends, and can answer in the subgraph's place. */
export async function wireTo(subgraph: string): Promise<Wire> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const sent = { headers: headersOf(request.headers), body: Buffer.concat(chunks).toString("utf8") };
    // Whether it is alive is no question to it.
    if (request.method === "POST") wire.sent.push(sent);
    const { fault } = wire;
    if (fault && "silent" in fault) return;
    if (fault && "cut" in fault) return void response.destroy();
    try {
      const answered = await fetch(new URL(request.url ?? "", subgraph), {
        method: request.method ?? "POST",
        headers: sent.headers,
        ...(request.method === "POST" ? { body: sent.body } : {}),
      });
      const text = await answered.text();
      const headers = new Headers({ ...Object.fromEntries(answered.headers), ...fault?.headers });
      for (const name of HOP_BY_HOP) headers.delete(name);
      if (fault?.late) await sleep(fault.late);
      const padding = " ".repeat(fault?.padded ?? 0);
      response
        .writeHead(fault?.status ?? answered.status, Object.fromEntries(headers))
        .end(padding + (fault?.body ?? text));
    } catch {
      response.destroy();
    }
  });
  await new Promise<void>((listening) => void server.listen(0, "127.0.0.1", listening));
  const bound: AddressInfo | string | null = server.address();
  const wire: Wire = {
    url: `http://127.0.0.1:${typeof bound === "object" ? bound?.port : ""}/subgraph`,
    sent: [],
    fault: undefined,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
  return wire;
}

const HOP_BY_HOP = ["connection", "keep-alive", "transfer-encoding", "content-length", "content-encoding"];

/** Those that a call is made of, without what belongs to its connection. */
const headersOf = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      typeof value === "string" && ![...HOP_BY_HOP, "host"].includes(name) ? [[name, value]] : [],
    ),
  );
