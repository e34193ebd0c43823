import {
  type BulkheadPolicy,
  bulkhead,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
  isBrokenCircuitError,
  isBulkheadRejectedError,
} from "cockatiel";
import { NoAnswer, type WhyNot } from "./subgraph-call.js";

/** Calls of one subgraph at once, and of one asker among them; as many again wait for a place, within their patience. */
const PLACES = 64;
const SHARE = 16;
const WAITING = 512;
/** Failures one after the other, after which the subgraph is left alone. */
const ENOUGH = 5;

/**
 * It has answered, or nobody waited for it. What is too large is the question's matter, and the next asker's is another;
 * what it refuses it goes on refusing until its operator has mended it, whoever leaves it alone.
 */
const NOT_BROKEN: readonly WhyNot[] = [
  "TOO_LARGE",
  "ASSERTION_REFUSED",
  "CLOCK",
  "OTHER_POLICY",
  "UNKNOWN_KEY",
  "GIVEN_UP",
];

/**
 * Calls of one subgraph: what is broken is left alone for a while, and nobody who asks much or slowly takes it from others.
 * A late answer may be the question's fault, so it counts once for each asker until the subgraph has answered anybody: it
 * takes several who waited in vain to call it broken. Then one call at a time finds out whether it is there again: what else its
 * asker asks waits for it, and nobody else does, nor for places that calls of before still hold.
 */
export class Circuit {
  readonly #late = new Set<string>();
  readonly #uncounted = new WeakSet<Error>();
  readonly #places = bulkhead(PLACES, WAITING);
  readonly #shares = new Map<string, BulkheadPolicy>();
  readonly #breaker: CircuitBreakerPolicy;
  #restsUntil = 0;
  /** Whose call finds out whether it is there again. */
  #trying: string | undefined;

  /** @param rest milliseconds for which a broken subgraph is left alone */
  constructor(
    private readonly name: string,
    rest: number,
  ) {
    this.#breaker = circuitBreaker(
      handleWhen((error) => !this.#uncounted.has(error)),
      { halfOpenAfter: rest, breaker: new ConsecutiveBreaker(ENOUGH) },
    );
    this.#breaker.onBreak(() => {
      this.#late.clear();
      this.#restsUntil = Date.now() + rest;
    });
  }

  /**
   * @param asker who asks, for as long as the call takes
   * @throws NoAnswer
   */
  async call<Answer>(asker: string, signal: AbortSignal, ask: () => Promise<Answer>): Promise<Answer> {
    const mayAsk = () => {
      signal.throwIfAborted();
      this.#refuseWhileItRests(asker);
    };
    try {
      mayAsk();
      const answer = this.#inTurn(asker, mayAsk, () => this.#breaker.execute(() => this.#asked(asker, ask), signal));
      return await Promise.race([answer, aborted(signal)]);
    } catch (error) {
      throw error instanceof NoAnswer ? error : new NoAnswer(this.name, whyNot(error, signal), error);
    }
  }

  /** @param mayAsk looked at by ourselves: a bulkhead that ends a waiting call by its signal forgets those behind it */
  async #inTurn<Answer>(asker: string, mayAsk: () => void, ask: () => Promise<Answer>): Promise<Answer> {
    const share = this.#shares.get(asker) ?? bulkhead(SHARE, WAITING);
    this.#shares.set(asker, share);
    try {
      return await share.execute(() => {
        mayAsk();
        return this.#places.execute(() => {
          mayAsk();
          return ask();
        });
      });
    } finally {
      if (share.executionSlots === SHARE && share.queueSlots === WAITING) this.#shares.delete(asker);
    }
  }

  #refuseWhileItRests(asker: string): void {
    const isTried = this.#breaker.state === CircuitState.HalfOpen && asker !== this.#trying;
    if (isTried || Date.now() < this.#restsUntil) throw new NoAnswer(this.name, "RESTING");
  }

  async #asked<Answer>(asker: string, ask: () => Promise<Answer>): Promise<Answer> {
    if (this.#breaker.state !== CircuitState.Closed) this.#trying = asker;
    try {
      const answer = await ask();
      this.#late.clear();
      return answer;
    } catch (error) {
      if (error instanceof NoAnswer && NOT_BROKEN.includes(error.why)) this.#uncounted.add(error);
      if (error instanceof NoAnswer && error.why === "LATE") {
        if (this.#late.has(asker) && this.#breaker.state === CircuitState.Closed) this.#uncounted.add(error);
        this.#late.add(asker);
      }
      throw error;
    }
  }
}

/** A bulkhead keeps who waits in it until it is his turn, also when his patience has ended. */
const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));

function whyNot(error: unknown, signal: AbortSignal): WhyNot {
  if (isBrokenCircuitError(error)) return "RESTING";
  if (isBulkheadRejectedError(error)) return "BUSY";
  return signal.aborted ? "LATE" : "UNFIT";
}
