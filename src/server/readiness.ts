import type { Logger } from "pino";
import { formatError } from "./format.js";

export interface Readily {
  readonly status: 200 | 503;
  readonly body: object;
}

/** Programs that say of themselves whether they are ready. */
const NAMES = { hub: "中枢", agency: "部门子图", gateway: "网关" } as const;
export type ProgramName = keyof typeof NAMES;

/** Milliseconds for which an answer stands: anybody may ask, and a flood of them is no work. */
const STANDS = 1_000;

/** Whether whoever balances the load should send anybody here. */
export class Readiness {
  /** It is on its way out: it answers, and asks for no more. */
  stopping = false;
  #known: { readonly until: number; readonly is: Promise<Readily> } | undefined;

  /**
   * @param name of the program that says so
   * @param ask  throws while it cannot answer
   * @param red  names of the doctor's checks that are red
   */
  constructor(
    private readonly name: ProgramName,
    private readonly ask: () => Promise<unknown>,
    private readonly red: () => readonly string[],
    private readonly log: Logger,
  ) {}

  now(): Promise<Readily> {
    const known = this.#known;
    if (known && known.until > Date.now()) return known.is;
    const is = this.#find();
    this.#known = { until: Number.POSITIVE_INFINITY, is }; // whoever asks meanwhile waits for the same answer
    is.finally(() => {
      this.#known = { until: Date.now() + STANDS, is };
    });
    return is;
  }

  /** From now on nobody is to be sent here. */
  stop(): void {
    this.stopping = true;
    this.#known = undefined;
  }

  async #find(): Promise<Readily> {
    const checks = this.stopping ? ["stopping"] : this.red();
    if (checks.length > 0) return { status: 503, body: { errors: [notReady(this.name, checks)] } };
    try {
      await this.ask();
      return { status: 200, body: { status: "ready" } };
    } catch (error) {
      return { status: 503, body: { errors: [formatError(error, this.log)] } };
    }
  }
}

/** The doctor has told the log already, once. */
const notReady = (name: ProgramName, checks: readonly string[]) => ({
  message: `The ${name} is not ready: ${checks.join(", ")}`,
  extensions: {
    code: "NOT_READY",
    messageZh: `${NAMES[name]}未就绪`,
    remedy: `Operator: ${name === "gateway" ? "" : `run \`doctor\` of the ${name}, or `}read the log; it says what is wrong and how to mend it`,
    checks,
  },
});
