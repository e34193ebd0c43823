import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { hubOf } from "../../src/agency/hub-door.js";
import { parseConfig } from "../../src/config.js";

describe("an agency whose identity provider takes the question and never answers", () => {
  it.each([
    ["before it is asked for a token", ""],
    ["before it gives one", "discovered"],
  ])("waits for it no longer than until it is stopped: %s", async (_when, discovered) => {
    const held: Socket[] = [];
    const silent = createServer((socket) => {
      held.push(socket);
      socket.on("error", () => {});
      socket.on("data", (asked) => {
        if (discovered && String(asked).startsWith("GET ")) socket.end(about(address));
      });
    }).listen(0, "127.0.0.1");
    await once(silent, "listening");
    const at = silent.address();
    const address = `http://127.0.0.1:${typeof at === "object" ? at?.port : ""}`;
    const folder = mkdtempSync(join(tmpdir(), "silent-"));
    const clientSecretFile = join(folder, "secret");
    writeFileSync(clientSecretFile, "of the school's system");
    const hub = { url: `${address}/graphql`, issuer: address, clientId: "school", clientSecretFile, purpose: "x" };
    const config = parseConfig({ HUB_DATA_DIR: folder }, JSON.stringify({ federation: { hub } }));

    const since = performance.now();
    const asked = hubOf(config, { stopping: AbortSignal.timeout(200) }).ask(z.unknown(), {
      query: "{ a }",
      variables: {},
    });
    await expect(asked).rejects.toMatchObject({ code: "HUB_UNAVAILABLE" });
    expect(performance.now() - since).toBeLessThan(3_000);

    for (const socket of held) socket.destroy();
    silent.close();
    rmSync(folder, { recursive: true });
  });
});

/** Where an issuer gives tokens (RFC 8414). */
function about(issuer: string): string {
  const body = JSON.stringify({ issuer, token_endpoint: `${issuer}/token` });
  return `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`;
}
