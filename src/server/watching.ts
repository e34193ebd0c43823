import type { Phase, Timed } from "../viewer/context.js";
import type { Metrics } from "./metrics.js";
import type { SpanFacts, Tracing } from "./tracing.js";

/** One request under watch. */
export interface Watched {
  readonly timed: Timed;
  end(facts: SpanFacts & { readonly status: number }): void;
}

/** Times the phases of a request for metrics and, where a collector is configured, for traces. */
export function watch(metrics: Metrics, tracing: Tracing | undefined): Watched {
  const trace = tracing?.begin();
  return {
    async timed<T>(phase: Phase, work: () => T | Promise<T>): Promise<T> {
      const since = performance.now();
      const end = trace?.phase(phase);
      let failed = true;
      try {
        const done = await work();
        failed = false;
        return done;
      } finally {
        metrics.phase(phase, performance.now() - since);
        end?.(failed);
      }
    },
    end: (facts) => trace?.end(facts, facts.status >= 500),
  };
}
