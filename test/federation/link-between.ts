import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { HubDoor } from "../../src/agency/hub-door.js";

/** The line between an agency and its hub: every byte goes through, until somebody cuts it. */
export interface Line {
  readonly url: string;
  /**
   * CUT: nobody is there. SILENT: nobody answers. STOPS: no change comes through. LOSES: the hub is asked, and its answer
   * to a change does not arrive.
   */
  state: "UP" | "CUT" | "SILENT" | "STOPS" | "LOSES";
  /** Changes that came through to the hub: the name of the operation, register and Idempotency-Key. */
  readonly changes: { readonly register: string; readonly key: string }[];
  close(): Promise<void>;
}

export async function lineTo(hub: string): Promise<Line> {
  const server = createServer(async (request, response) => {
    if (line.state === "CUT") return request.socket.destroy();
    if (line.state === "SILENT") return;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString("utf8");
    const key = request.headers["idempotency-key"];
    if (line.state === "STOPS" && key !== undefined) return request.socket.destroy();
    const { authorization = "", "x-hub-purpose": purpose } = request.headers;
    const answer = await fetch(`${hub}/graphql`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization,
        ...(typeof purpose === "string" ? { "x-hub-purpose": purpose } : {}),
        ...(typeof key === "string" ? { "idempotency-key": key } : {}),
      },
      body,
    });
    const text = await answer.text();
    if (typeof key === "string") {
      line.changes.push({ register: JSON.parse(body).variables.input.register, key });
      if (line.state === "LOSES") return request.socket.destroy();
    }
    response.writeHead(answer.status, { "content-type": "application/json" }).end(text);
  });
  await new Promise<void>((listening) => void server.listen(0, "127.0.0.1", listening));
  const bound: AddressInfo | string | null = server.address();
  const line: Line = {
    url: `http://127.0.0.1:${typeof bound === "object" ? bound?.port : ""}/graphql`,
    state: "UP",
    changes: [],
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
  return line;
}

/** The hub's door, behind which something happens when the hub has answered and nobody has heard it yet. */
export const andThen = (door: HubDoor, meanwhile: () => Promise<unknown>): HubDoor => ({
  async ask(answer, asking) {
    const said = await door.ask(answer, asking);
    await meanwhile();
    return said;
  },
});
