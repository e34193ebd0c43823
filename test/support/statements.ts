import { jest } from "@jest/globals";
import pg from "pg";
import { RoundTrip } from "../../src/store/round-trip.js";

/** One thing that was sent to a database: what a question reads in one round trip, a line of the log, or anything else. */
export interface Sent {
  readonly kind: "read" | "log" | "other";
  readonly texts: readonly string[];
}

/**
 * What one answer asks of the databases of all servers in this process, in its order: of several times the fewest, for
 * what servers do in rounds only adds to it.
 */
export async function statements(answer: () => Promise<unknown>): Promise<readonly Sent[]> {
  await answer(); // once for what is kept: who asks, the plan, the prepared statement
  const times = [await sentFor(answer), await sentFor(answer), await sentFor(answer)];
  return times.reduce((fewest, one) => (one.length < fewest.length ? one : fewest));
}

async function sentFor(answer: () => Promise<unknown>): Promise<readonly Sent[]> {
  const sent = jest.spyOn(pg.Client.prototype, "query");
  try {
    await answer();
    return sent.mock.calls.map(([first]: readonly unknown[]): Sent => {
      if (first instanceof RoundTrip)
        return { kind: "read", texts: first.steps.map(({ statement }) => statement.text) };
      return { kind: String(first).includes("disclosure_") ? "log" : "other", texts: [String(first)] };
    });
  } finally {
    sent.mockRestore();
  }
}
