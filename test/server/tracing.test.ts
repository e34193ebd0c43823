import { once } from "node:events";
import { createServer } from "node:http";
import { z } from "zod";
import { startHub } from "../support/hub.js";
import { ask } from "./asking.js";
import { PERSONAL, town } from "./town.js";

const span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  attributes: z.array(z.object({ key: z.string() }).loose()),
});
const sent = z.object({
  resourceSpans: z.array(z.object({ scopeSpans: z.array(z.object({ spans: z.array(span) })) })),
});

describe("traces, where a collector is configured", () => {
  it("are a span a request and one a phase, with facts from closed lists and no value", async () => {
    const { spans, text } = await collected("{ minors { nodes { fullName } } }");
    const [request] = spans.filter(({ name }) => name === "request");
    expect(request?.attributes.map(({ key }) => key).sort()).toEqual(
      ["code", "kind", "method", "ms", "operation", "post", "purpose", "requestId", "role", "route", "status"]
        .filter((name) => name !== "code") // there was no error
        .map((name) => `hub.${name}`),
    );
    const phases = spans.filter(({ parentSpanId }) => parentSpanId === request?.spanId);
    expect(phases.map(({ name }) => name)).toEqual(["plan", "statement", "walk", "log"]);
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    for (const value of [...Object.values(PERSONAL), "fullName", "near/head", "SELECT"])
      expect(text).not.toContain(value);
  });

  it("that nobody takes hold up neither an answer nor the end", async () => {
    const hub = await startHub("embedded", town, undefined, undefined, {
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1",
    });
    expect(await ask(hub, "{ viewer { name } }")).toMatchObject({ status: 200, errors: [] });
    await hub.close();
  });

  async function collected(query: string) {
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
    const port = typeof address === "object" ? address?.port : undefined;
    const hub = await startHub("embedded", town, undefined, undefined, {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    });
    await ask(hub, query);
    await hub.close();
    collector.close();
    const spans = bodies.flatMap((body) =>
      sent
        .parse(JSON.parse(body))
        .resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)),
    );
    return { spans, text: bodies.join("\n") };
  }
});
