import { connect, createServer, type Socket } from "node:net";

/** What has gone to the database since the last look. */
export interface Counted {
  /** Statements of questions: each Sync or simple query is one round trip. */
  readonly questions: number;
  /** Batches of the disclosure log. */
  readonly log: number;
}

/** Of one question asked several times: what a server does in rounds only adds to it. */
export async function fewest(take: () => Promise<Counted>): Promise<Counted> {
  const times = [await take(), await take(), await take()];
  return {
    questions: Math.min(...times.map(({ questions }) => questions)),
    log: Math.min(...times.map(({ log }) => log)),
  };
}

/** A loopback proxy in front of PostgreSQL that counts round trips and changes nothing. */
export async function countingProxy(to: {
  host: string;
  port: number;
}): Promise<{ port: number; take(): Counted; close(): void }> {
  let counted = { questions: 0, log: 0 };
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const database = connect({ ...to, noDelay: true });
    client.setNoDelay(true);
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket
        .on("error", () => {})
        .on("close", () => {
          client.destroy();
          database.destroy();
        });
    }
    database.pipe(client);
    let pending = Buffer.alloc(0);
    let started = false;
    let ofLog = false;
    client.on("data", (chunk: Buffer) => {
      database.write(chunk);
      pending = Buffer.concat([pending, chunk]);
      for (;;) {
        // The first message of a connection has no type.
        const at = started ? 1 : 0;
        if (pending.length < at + 4) return;
        const length = at + pending.readInt32BE(at);
        if (pending.length < length) return;
        const message = pending.subarray(0, length);
        pending = pending.subarray(length);
        const type = started ? String.fromCharCode(message[0] ?? 0) : "";
        started = true;
        if (message.includes("disclosure_segment")) ofLog = true;
        if (type !== "S" && type !== "Q") continue;
        counted = ofLog ? { ...counted, log: counted.log + 1 } : { ...counted, questions: counted.questions + 1 };
        ofLog = false;
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new TypeError("A proxy listens on TCP");
  return {
    port: address.port,
    take() {
      const taken = counted;
      counted = { questions: 0, log: 0 };
      return taken;
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
