import type { Logger } from "pino";
import { causeOf } from "../format.js";
import { repeated } from "../repeated.js";
import type { Finding } from "./finding.js";

/** Milliseconds between two examinations of a running server. */
const EVERY = 60_000;

type Examination = (stopping: AbortSignal) => Promise<readonly Finding[]>;

/** Examines a server before it listens and every minute after: whatever is red keeps it from being ready. */
export class DoctorOnDuty {
  #findings: readonly Finding[] = [];
  #listens = false;
  readonly #stopping = new AbortController();
  #endRounds: () => Promise<void> = async () => {};
  #later: Promise<void> = Promise.resolve();

  constructor(
    private readonly examine: Examination,
    /** Hears each time what was found. */
    private readonly found: (findings: readonly Finding[]) => void,
    private readonly log: Logger,
    /** What waits for others: looked at once the server listens. */
    private readonly examineLater: Examination = async () => [],
  ) {}

  async start(): Promise<void> {
    await this.#examine();
    this.#endRounds = repeated(EVERY, () => this.#told(this.#examine()));
  }

  listening(): void {
    this.#listens = true;
    this.#later = this.#told(
      this.examineLater(this.#stopping.signal).then((findings) => this.#take([...this.#findings, ...findings])),
    );
  }

  /** Names of the checks that are red. */
  red(): string[] {
    return this.#findings.flatMap(({ check, state }) => (state === "red" ? check : []));
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([this.#endRounds(), this.#later]);
  }

  /** A database that is away says so itself on the next question, and is back sooner than the next round. */
  #told(examined: Promise<void>): Promise<void> {
    return examined.catch((error: unknown) => this.log.warn({ cause: causeOf(error) }, "doctor"));
  }

  async #examine(): Promise<void> {
    const { signal } = this.#stopping;
    const findings = await this.examine(signal);
    this.#take(this.#listens ? [...findings, ...(await this.examineLater(signal))] : findings);
  }

  #take(findings: readonly Finding[]): void {
    if (this.#stopping.signal.aborted) return;
    const before = new Map(this.#findings.map(({ check, state }) => [check, state]));
    this.#findings = findings.map((finding) => ({ ...finding, state: finding.running ?? finding.state }));
    for (const { check, state, said, mend } of this.#findings)
      if (state !== (before.get(check) ?? "ok")) this.log[LEVELS[state]]({ check, state, said, mend }, "doctor");
    this.found(this.#findings);
  }
}

const LEVELS = { ok: "info", watch: "info", red: "error" } as const;
