import type { Pool } from "pg";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Activation } from "../policy/activate.js";
import type { OperationKind, Phase } from "../viewer/context.js";
import type { Finding } from "./doctor/finding.js";

/** Seconds. From a tiny answer to the longest that the hub lets anybody wait. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * What the hub counts, for Prometheus. Labels come from closed lists: kinds, codes, phases, checks. Nothing that was
 * sent and nothing of a person becomes one.
 */
export class Metrics {
  /** For what only some servers count. */
  readonly registry = new Registry();
  readonly #requests = this.#counter(
    "hub_requests_total",
    "Requests that were answered, by kind and code",
    "kind",
    "code",
  );
  readonly #seconds = this.#histogram(
    "hub_request_seconds",
    "From the head of a request to its answer",
    SECONDS,
    "kind",
  );
  readonly #phases = this.#histogram("hub_phase_seconds", "Where the time of a request goes", SECONDS, "phase");
  readonly #batches = this.#histogram(
    "hub_log_batch_lines",
    "Lines committed to the disclosure log at once",
    [1, 2, 5, 10, 25, 50, 100],
  );
  readonly #certificates = this.#counter(
    "hub_certificates_refused_total",
    "Connections that were ended for want of a certificate of the gateway's authority",
  );
  readonly #checks = this.#gauge("hub_doctor_check", "What the doctor last found: 0 ok, 1 to watch, 2 red", "check");

  /** @param pool connections to the database; a gateway has none */
  constructor(pool: Pool | undefined, { policy, tables }: Activation) {
    collectDefaultMetrics({ register: this.registry });
    this.#gauge("hub_policy_info", "The policy in force", "version", "hash").set(
      { version: policy.version, hash: policy.hash.slice(0, 12) },
      1,
    );
    this.#gauge("hub_activation_seconds", "What asking the rule tree took at the start").set(
      tables.milliseconds / 1000,
    );
    if (!pool) return;
    new Gauge({
      name: "hub_pool_connections",
      help: "Connections to the database, and requests that wait for one",
      labelNames: ["state"],
      registers: [this.registry],
      collect() {
        this.set({ state: "open" }, pool.totalCount);
        this.set({ state: "idle" }, pool.idleCount);
        this.set({ state: "waited_for" }, pool.waitingCount);
      },
    });
  }

  /** @param kind "none": it did not come as far as a question; @param code "OK" or that of the first error */
  request(kind: OperationKind | "none", code: string, milliseconds: number): void {
    this.#requests.inc({ kind, code });
    this.#seconds.observe({ kind }, milliseconds / 1000);
  }

  phase(phase: Phase, milliseconds: number): void {
    this.#phases.observe({ phase }, milliseconds / 1000);
  }

  certificateRefused(): void {
    this.#certificates.inc();
  }

  logged(lines: number): void {
    this.#batches.observe(lines);
  }

  examined(findings: readonly Finding[]): void {
    for (const { check, state } of findings) this.#checks.set({ check }, { ok: 0, watch: 1, red: 2 }[state]);
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** The text that Prometheus reads. */
  told(): Promise<string> {
    return this.registry.metrics();
  }

  #counter(name: string, help: string, ...labelNames: string[]): Counter {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  #gauge(name: string, help: string, ...labelNames: string[]): Gauge {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }

  #histogram(name: string, help: string, buckets: number[], ...labelNames: string[]): Histogram {
    return new Histogram({ name, help, buckets, labelNames, registers: [this.registry] });
  }
}
