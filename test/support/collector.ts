import { once } from "node:events";
import { createServer } from "node:http";
import { z } from "zod";

const span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  attributes: z.array(z.object({ key: z.string(), value: z.object({ stringValue: z.string().optional() }).loose() })),
});
const sent = z.object({
  resourceSpans: z.array(z.object({ scopeSpans: z.array(z.object({ spans: z.array(span) })) })),
});
export type Span = z.infer<typeof span>;

/** Takes traces as an OTLP collector does. */
export interface Collector {
  readonly endpoint: string;
  spans(): Span[];
  /** All bytes that have come. */
  text(): string;
  close(): void;
}

export async function startCollector(): Promise<Collector> {
  const bodies: string[] = [];
  const collector = createServer(async (request, answer) => {
    expect(request.url).toBe("/v1/traces");
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    bodies.push(Buffer.concat(chunks).toString());
    answer.setHeader("content-type", "application/json").end("{}");
  }).listen(0, "127.0.0.1");
  await once(collector, "listening");
  const address = collector.address();
  return {
    endpoint: `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`,
    spans: () =>
      bodies.flatMap((body) =>
        sent
          .parse(JSON.parse(body))
          .resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)),
      ),
    text: () => bodies.join("\n"),
    close: () => void collector.close(),
  };
}
