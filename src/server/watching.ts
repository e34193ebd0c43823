import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Logger } from "pino";
import type { HubConfig } from "../config.js";
import type { Phase, Timed } from "../viewer/context.js";
import type { AccessLine } from "./door.js";
import { causeOf } from "./format.js";
import type { Metrics } from "./metrics.js";
import type { SpanFacts, Tracing } from "./tracing.js";
import { unknownPath } from "./transport.js";

declare module "fastify" {
  interface FastifyRequest {
    watched: Watched | null;
  }
}

/** Where a collector is configured; else nothing of OpenTelemetry is loaded. */
export const tracingOf = async ({ tracing: { endpoint } }: Pick<HubConfig, "tracing">): Promise<Tracing | undefined> =>
  endpoint === undefined ? undefined : (await import("./tracing.js")).openTracing(endpoint);

/** Sends what is left; a collector that is gone keeps nobody from closing. */
export const closeTracing = async (tracing: Tracing | undefined, log: Pick<Logger, "warn">): Promise<void> =>
  tracing?.close().catch((error: unknown) => log.warn({ cause: causeOf(error) }, "traces"));

/** Not by address: behind a proxy everybody comes from loopback. Prometheus gets a token by client credentials. */
export function serveMetrics(app: FastifyInstance, metrics: Metrics): void {
  app.get("/metrics", async (request, reply) => {
    if (request.who?.role !== "OPERATOR") throw unknownPath();
    return reply.type(metrics.contentType).send(await metrics.told());
  });
}

/** A request has been answered: for metrics and, where a collector is configured, for traces. */
export function ended(metrics: Metrics, line: AccessLine, request: FastifyRequest, reply: FastifyReply): void {
  metrics.request(line.kind ?? "none", line.code ?? "OK", reply.elapsedTime);
  request.watched?.end(line);
}

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
