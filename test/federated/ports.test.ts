import { once } from "node:events";
import { createServer } from "node:net";
import { freePorts } from "../../src/federated/ports.js";

const HOST = "127.0.0.1";
const listening = async (port: number) => {
  const server = createServer().listen(port, HOST);
  await once(server, "listening");
  return server;
};

describe("ports of the federated demo", () => {
  it("are free, and the hub's has its issuer's beside it", async () => {
    const [one = 0, pair = 0] = await freePorts(HOST, [1, 2], 0);
    const servers = [await listening(one), await listening(pair), await listening(pair + 1)];
    expect(new Set([one, pair, pair + 1]).size).toBe(3);
    for (const server of servers) server.close();
  });

  it("are not looked for where the one that was asked for is taken: somebody is told which", async () => {
    const taken = await listening(0);
    const address = taken.address();
    const port = typeof address === "object" && address ? address.port : 0;
    await expect(freePorts(HOST, [1], port)).rejects.toMatchObject({ code: "EADDRINUSE", port });
    taken.close();
  });
});
