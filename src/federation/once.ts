import type { Prepared, Step } from "../store/round-trip.js";
import type { Query } from "../store/store.js";

/** Nobody waits for the disk: what a crash loses of it are the calls of its last moment. */
const REMEMBER: Prepared = {
  name: "assertion_seen",
  text: `INSERT INTO assertion_seen SELECT $1::text, $2::timestamptz
          WHERE set_config('synchronous_commit', 'off', true) IS NOT NULL ON CONFLICT DO NOTHING RETURNING jti`,
};

/**
 * A call that is answered once: the database remembers it, for every process of this subgraph, before anything is changed
 * and before an answer leaves. In the round trip of what the answer reads, it costs none of its own.
 */
export class Once {
  readonly #values: readonly [string, string];
  #remembered: Promise<void> | undefined;

  /** @param seen the refusal of a call that was answered before */
  constructor(
    jti: string,
    until: Date,
    private readonly query: Query,
    private readonly seen: () => Error,
  ) {
    this.#values = [jti, until.toISOString()];
  }

  /** @throws Refusal it was answered before; and what the database throws */
  remembered(): Promise<void> {
    this.#remembered ??= this.#byItself();
    return this.#remembered;
  }

  /**
   * Remembers it with what a question reads; where that fails nothing is, and `remembered` does it.
   * @param read runs the step after its own, and has what each of them gives
   * @throws Refusal it was answered before; and what `read` throws
   */
  async within(read: (step: Step) => Promise<readonly (string | null)[]>): Promise<string | null> {
    const [text = null, first = null] = await read({ statement: REMEMBER, values: this.#values });
    this.#remembered = this.#found(first !== null);
    await this.#remembered;
    return text;
  }

  async #byItself(): Promise<void> {
    const found = await this.query(REMEMBER.text, [...this.#values]);
    return this.#found(found.length > 0);
  }

  async #found(first: boolean): Promise<void> {
    if (!first) throw this.seen();
  }
}
