import { connect } from "node:net";

/** What one run is: the same requests, over and over, from several clients that each wait for their answer. */
export interface Run {
  readonly port: number;
  /** Whole HTTP requests. */
  readonly requests: readonly string[];
  readonly connections: number;
  /** Milliseconds from an answer to a client's next question; without it none. */
  readonly pause?: number;
  readonly seconds: number;
  /** Ends the run before its time. */
  readonly most: number;
}

export interface Measured {
  readonly answers: number;
  /** Answers a second. */
  readonly rate: number;
  /** Milliseconds within which half, and 99 of 100, were answered. */
  readonly p50: number;
  readonly p99: number;
}

/** The load generator, in a process of its own. Any answer but 200 ends the run. */
process.on("message", (run: Run) => {
  measure(run).then(
    (measured) => process.send?.(measured),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.on("disconnect", () => process.exit());

async function measure({ port, requests, connections, pause = 0, seconds, most }: Run): Promise<Measured> {
  const latencies: number[] = [];
  const started = performance.now();
  const until = started + seconds * 1000;
  let sent = 0;
  /** The next request, or undefined when the run is over. */
  const next = () => (sent < most && performance.now() < until ? requests[sent++ % requests.length] : undefined);
  await Promise.all(
    Array.from({ length: connections }, () => client(port, pause, next, (took) => latencies.push(took))),
  );
  const rate = latencies.length / ((performance.now() - started) / 1000);
  latencies.sort((a, b) => a - b);
  const at = (share: number) => Number((latencies[Math.floor(latencies.length * share)] ?? 0).toFixed(2));
  return { answers: latencies.length, rate, p50: at(0.5), p99: at(0.99) };
}

/** One keep-alive connection, which reads no more of an answer than where it ends. */
function client(
  port: number,
  pause: number,
  next: () => string | undefined,
  answered: (took: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    let asked = 0;
    let head = "";
    let missing = 0;
    const ask = () => {
      const request = next();
      if (request === undefined) {
        socket.end();
        resolve();
        return;
      }
      asked = performance.now();
      socket.write(request);
    };
    socket
      .on("connect", ask)
      .on("error", reject)
      .on("close", () => reject(new Error("The server has closed the connection")));
    socket.on("data", (chunk) => {
      if (missing === 0) {
        head += chunk.toString("latin1");
        const end = head.indexOf("\r\n\r\n");
        if (end < 0) return;
        const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
        if (!head.startsWith("HTTP/1.1 200") || length === undefined) {
          socket.destroy(new Error(`Not an answer of known length: ${head.slice(0, 600)}`));
          return;
        }
        missing = end + 4 + Number(length) - head.length;
        head = "";
      } else missing -= chunk.length;
      if (missing > 0) return;
      answered(performance.now() - asked);
      if (pause > 0) setTimeout(ask, pause);
      else ask();
    });
  });
}
