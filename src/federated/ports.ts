import { once } from "node:events";
import { createServer, type Server } from "node:net";

/**
 * Free ports of this machine, each the first of `sizes[i]` that follow one another. They stay free only as long as nobody
 * else takes them.
 * @param wanted one that is not given out, and must be free; 0 = none
 * @throws EADDRINUSE where it is not
 */
export async function freePorts(host: string, sizes: readonly number[], wanted: number): Promise<number[]> {
  const held: Server[] = [];
  try {
    if (wanted !== 0) held.push(await listenAt(host, wanted));
    const first: number[] = [];
    for (const size of sizes) first.push(await hold(size));
    return first;
  } finally {
    await Promise.all(held.map((server) => once(server.close(), "close")));
  }

  async function hold(size: number): Promise<number> {
    const port = await listening(0);
    if (port === undefined) throw new Error("No port is free");
    for (let next = 1; next < size; next += 1) if ((await listening(port + next)) === undefined) return hold(size);
    return port;
  }

  /** @returns undefined where somebody else has it */
  async function listening(port: number): Promise<number | undefined> {
    const server = await listenAt(host, port).catch(() => undefined);
    if (!server) return undefined;
    held.push(server);
    const address = server.address();
    return typeof address === "object" ? address?.port : undefined;
  }
}

async function listenAt(host: string, port: number): Promise<Server> {
  const server = createServer().listen(port, host);
  await once(server, "listening");
  return server;
}
