import type { Logger } from "pino";
import { causeOf } from "./format.js";

/** Ends one thing that was opened. */
export type Closer = () => Promise<unknown>;

/**
 * Last opened, first closed. What fails to close keeps nothing else open.
 * @throws what failed first, after all are closed
 */
export async function closeInTurn(opened: readonly Closer[]): Promise<void> {
  const failed: unknown[] = [];
  for (const close of [...opened].reverse()) await close().catch((error: unknown) => failed.push(error));
  if (failed.length > 0) throw failed[0];
}

/** Of a server that fails to start: why it does is said by whoever calls, what does not close by the log. */
export const closeUnstarted = (opened: readonly Closer[], log: Pick<Logger, "warn">): Promise<void> =>
  closeInTurn(opened).catch((error: unknown) => log.warn({ cause: causeOf(error) }, "closing"));

/** All at once: none waits for another. @throws as `closeInTurn` */
export async function closeTogether(opened: readonly Closer[]): Promise<void> {
  const closed = await Promise.allSettled(opened.map((close) => close()));
  const failed = closed.find((one) => one.status === "rejected");
  if (failed) throw failed.reason;
}
