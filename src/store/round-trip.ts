import type { Connection, Submittable } from "pg";

/** One prepared statement: the name stands for the text on every connection. */
export interface Prepared {
  readonly name: string;
  readonly text: string;
}

/** A statement with its values. */
export interface Step {
  readonly statement: Prepared;
  readonly values: readonly (string | null)[];
}

/** Names that a connection knows, and those it should forget. */
interface Known {
  readonly parsed: Set<string>;
  readonly forget: Set<string>;
}
const knownBy = new WeakMap<object, Known>();
function known(connection: object): Known {
  const of = knownBy.get(connection) ?? { parsed: new Set<string>(), forget: new Set<string>() };
  knownBy.set(connection, of);
  return of;
}

/**
 * Several prepared statements bound and executed before one Sync: one implicit transaction, one round trip, without
 * BEGIN and COMMIT. The first sets the viewer with `set_config(..., true)`, those after it run under row security.
 * `done` gives of each statement the first column of its row, as text; null where there is none. A statement gives one row at most.
 */
export class RoundTrip implements Submittable {
  readonly done: Promise<readonly (string | null)[]>;
  /** pg's: stops its clock for this query (`query_timeout`). */
  callback: () => void = () => {};
  #resolve: (texts: readonly (string | null)[]) => void = () => {};
  #reject: (error: Error) => void = () => {};
  #completed = 0;
  readonly #texts: (string | null)[];
  #known: Known | undefined;
  #error: Error | undefined;

  /** @param evicted names that no plan uses any more; asked once for each connection */
  constructor(
    readonly steps: readonly Step[],
    readonly evicted: Iterable<string>,
  ) {
    this.#texts = steps.map(() => null);
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  submit(connection: Connection): void {
    const names = known(connection);
    this.#known = names;
    connection.stream.cork();
    try {
      for (const name of this.evicted) if (names.parsed.has(name)) names.forget.add(name);
      for (const name of names.forget) connection.close({ type: "S", name }, true);
      for (const name of names.forget) names.parsed.delete(name);
      names.forget.clear();
      for (const { statement, values } of this.steps) {
        if (!names.parsed.has(statement.name)) {
          connection.parse({ ...statement, types: [] }, true);
          names.parsed.add(statement.name);
        }
        connection.bind({ statement: statement.name, values: [...values] }, true);
        connection.execute(null, true);
      }
      connection.sync();
    } finally {
      connection.stream.uncork();
    }
  }

  handleDataRow(message: { fields: (string | Buffer | null)[] }): void {
    const [first] = message.fields;
    this.#texts[this.#completed] ??= first?.toString() ?? null;
  }

  handleCommandComplete(): void {
    this.#completed++;
  }

  handleError(error: Error): void {
    // Whether the names were parsed before the error is not known: close them, which harms nothing, and parse again.
    for (const { statement } of this.steps) this.#known?.forget.add(statement.name);
    this.#error = error;
    this.callback();
    // A lost connection is never ready again.
    this.#reject(error);
  }

  handleReadyForQuery(): void {
    this.callback();
    if (!this.#error) this.#resolve(this.#texts);
  }

  handleRowDescription(): void {}
  handlePortalSuspended(): void {}
  handleEmptyQuery(): void {}
}
