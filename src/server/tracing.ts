import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import type { Phase } from "../viewer/context.js";

/** What a span says of a request: from closed lists, as the access line. */
export type SpanFacts = Readonly<Record<string, string | number | null>>;

export interface RequestTrace {
  /** Begins a phase. @returns ends it */
  phase(phase: Phase): (failed: boolean) => void;
  end(facts: SpanFacts, failed: boolean): void;
}

export interface Tracing {
  begin(): RequestTrace;
  /** Sends what is left. */
  close(): Promise<void>;
}

/** Milliseconds that a collector may take; a closing hub waits no longer for one that is gone. */
const PATIENCE = 2_000;

/**
 * Spans of requests and their phases for an OTLP collector. Nothing is registered globally, so no library adds spans of
 * its own with statements or addresses in them; and no caller's `traceparent` is taken over, which is a client's word.
 * @param endpoint base address, e.g. http://127.0.0.1:4318
 */
export function openTracing(endpoint: string): Tracing {
  const url = `${endpoint.replace(/\/$/, "")}/v1/traces`;
  const provider = new NodeTracerProvider({
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url, timeoutMillis: PATIENCE }))],
  });
  const tracer = provider.getTracer("minors-hub");
  return {
    begin() {
      const span = tracer.startSpan("request", { kind: SpanKind.SERVER }, ROOT_CONTEXT);
      const within = trace.setSpan(ROOT_CONTEXT, span);
      return {
        phase(phase) {
          const part = tracer.startSpan(phase, {}, within);
          return (failed) => {
            if (failed) part.setStatus({ code: SpanStatusCode.ERROR });
            part.end();
          };
        },
        end(facts, failed) {
          for (const [name, value] of Object.entries(facts))
            if (value !== null) span.setAttribute(`hub.${name}`, value);
          if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
          span.end();
        },
      };
    },
    close: () => provider.shutdown(),
  };
}
