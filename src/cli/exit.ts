import { Fault, Mistake, Refusal } from "../errors.js";

/** The command was given wrongly. */
export class Misuse extends Error {
  readonly exitCode = 2;
}

/** The command was right, and it did not work out. */
export class Failed extends Error {
  readonly exitCode = 1;
}

/** Says what went wrong on standard error and ends the process: 2 = to be asked differently, 1 = it failed. */
export function exitWith(error: unknown): never {
  const { message, exitCode } = endingOf(error);
  console.error(message);
  process.exit(exitCode);
}

function endingOf(error: unknown): { readonly message: string; readonly exitCode: number } {
  if (!(error instanceof Error)) return { message: String(error), exitCode: 1 };
  const { message } = error;
  if ("exitCode" in error && typeof error.exitCode === "number") return { message, exitCode: error.exitCode };
  if (error instanceof Mistake || error instanceof Refusal || error instanceof Fault) {
    const { messageZh, remedy } = error.extensions;
    const exitCode = error instanceof Mistake ? 2 : 1;
    return { message: [message, messageZh, remedy].filter((text) => typeof text === "string").join(". "), exitCode };
  }
  if ("code" in error && error.code === "EADDRINUSE")
    return { message: `${message}. Stop what runs there, or choose another PORT. 端口已被占用。`, exitCode: 2 };
  // Nobody foresaw it: the place helps more than a short message.
  return { message: error.stack ?? message, exitCode: 1 };
}

const SIGNALS = ["SIGTERM", "SIGINT"] as const;

/** On a signal answers what has been asked, then closes: last opened, first closed. A second signal does not wait. */
export function stopOnSignal(server: { drain(): Promise<void>; close(): Promise<void> }): void {
  for (const signal of SIGNALS)
    process.once(signal, () => {
      for (const again of SIGNALS) process.once(again, () => process.exit(1));
      server
        .drain()
        .then(() => server.close())
        .then(() => process.exit(0), exitWith);
    });
}
