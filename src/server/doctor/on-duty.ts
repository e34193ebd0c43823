import type { Logger } from "pino";
import { causeOf } from "../format.js";
import type { Metrics } from "../metrics.js";
import type { Finding } from "./finding.js";
import { tell } from "./told.js";

/** Milliseconds between two examinations of a running server. */
const EVERY = 60_000;

/** Examines a server before it listens and every minute after: whatever is red keeps it from being ready. */
export class DoctorOnDuty {
  #findings: readonly Finding[] = [];
  #round: NodeJS.Timeout | undefined;
  #examining: Promise<void> = Promise.resolve();

  constructor(
    private readonly examine: () => Promise<readonly Finding[]>,
    /** Where it is told what was found last. */
    private readonly dataDir: string,
    private readonly metrics: Metrics,
    private readonly log: Logger,
  ) {}

  async start(): Promise<void> {
    await this.#examine();
    this.#round = setInterval(() => {
      // A database that is away says so itself on the next question, and is back sooner than the next round.
      this.#examining = this.#examine().catch((error: unknown) => this.log.warn({ cause: causeOf(error) }, "doctor"));
    }, EVERY).unref();
  }

  /** Names of the checks that are red. */
  red(): string[] {
    return this.#findings.flatMap(({ check, state }) => (state === "red" ? check : []));
  }

  async stop(): Promise<void> {
    clearInterval(this.#round);
    await this.#examining;
  }

  async #examine(): Promise<void> {
    const before = new Map(this.#findings.map(({ check, state }) => [check, state]));
    this.#findings = await this.examine();
    this.metrics.examined(this.#findings);
    for (const { check, state, said, mend } of this.#findings)
      if (state !== (before.get(check) ?? "ok")) this.log[LEVELS[state]]({ check, state, said, mend }, "doctor");
    tell(this.dataDir, this.#findings);
  }
}

const LEVELS = { ok: "info", watch: "info", red: "error" } as const;
