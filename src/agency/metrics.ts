import { Counter, Gauge, type Registry } from "prom-client";
import type { DataSource } from "typeorm";
import type { WhyRefused } from "../federation/signed-word.js";
import type { Whose } from "./home.js";
import { linkedOf, outboxOf } from "./state.js";

/** What an agency asks of the hub: to take what it tells, and for its links. */
export type Turn = "tell" | "link";

/**
 * What an agency that keeps rows at home counts beside what every server does. Labels come from closed lists, as there:
 * of a child or a person nothing becomes one.
 */
export class HomeMetrics {
  readonly #turns: Counter;
  readonly #refused: Counter;

  constructor(registry: Registry, database: DataSource, whose: Whose) {
    const registers = [registry];
    this.#turns = new Counter({
      name: "hub_turns_total",
      help: "Turns in which the hub was told, or asked for links, by what came of it",
      labelNames: ["turn", "code"],
      registers,
    });
    this.#refused = new Counter({
      name: "hub_relations_refused_total",
      help: "Words of the hub that did not hold here, by what was wrong with them",
      labelNames: ["why"],
      registers,
    });
    // A database that is away is no reason to tell nothing else: then there is no number.
    new Gauge({
      name: "hub_outbox_rows",
      help: "Rows that the hub is to be told of, and those that it has refused",
      labelNames: ["state"],
      registers,
      async collect() {
        this.reset();
        const outbox = await outboxOf(database, whose).catch(() => undefined);
        if (!outbox) return;
        this.set({ state: "waiting" }, outbox.waiting);
        this.set({ state: "refused" }, outbox.refused);
      },
    });
    new Gauge({
      name: "hub_outbox_oldest_seconds",
      help: "For how long the oldest row has waited to be told",
      registers,
      async collect() {
        const outbox = await outboxOf(database, whose).catch(() => undefined);
        this.set(outbox?.oldest ?? Number.NaN);
      },
    });
    new Gauge({
      name: "hub_links",
      help: "Minors with the hub's id, and those without: nothing is served of them",
      labelNames: ["state"],
      registers,
      async collect() {
        this.reset();
        const links = await linkedOf(database, whose).catch(() => undefined);
        if (!links) return;
        this.set({ state: "linked" }, links.linked);
        this.set({ state: "missing" }, links.missing);
      },
    });
  }

  /** @param code "OK", or that of the error */
  turned(turn: Turn, code: string): void {
    this.#turns.inc({ turn, code });
  }

  refused(why: WhyRefused): void {
    this.#refused.inc({ why });
  }
}
