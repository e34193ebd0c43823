import { startCollector } from "../support/collector.js";
import { startHub } from "../support/hub.js";
import { ask } from "./asking.js";
import { PERSONAL, town } from "./town.js";

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
    const collector = await startCollector();
    const hub = await startHub("embedded", town, undefined, undefined, {
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    });
    await ask(hub, query);
    await hub.close();
    collector.close();
    return { spans: collector.spans(), text: collector.text() };
  }
});
