import type { Logger } from "pino";
import type { DataSource } from "typeorm";
import { Fault, Mistake } from "../errors.js";
import { tellHub } from "./events.js";
import type { Home } from "./home.js";
import { type HubDoor, RefusedByHub } from "./hub-door.js";
import { linkMinors } from "./link.js";
import type { Turn } from "./metrics.js";

/** Milliseconds between two turns, and between two that look at every link although nothing was told. */
const EVERY = 30_000;
const LINKS_EVERY = 3_600_000;

/**
 * While an agency serves: tells the hub what waits, and ties the minors that it knows by now. An hour without the hub is
 * an hour of waiting. Nothing of a child goes to the log.
 * @param hubUntil the hub, until the signal ends it
 * @param turned   hears what came of a turn: "OK", or the error's code
 */
export function keepInTouch(
  database: DataSource,
  home: Home,
  hubUntil: (stopping: AbortSignal) => HubDoor,
  log: Logger,
  turned: (turn: Turn, code: string) => void = () => {},
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const hub = hubUntil(stopping.signal);
  /** When every link is looked at. */
  let due = 0;
  let timer: NodeJS.Timeout | undefined;
  let turn = next();

  async function next(): Promise<void> {
    await tried("tell", "the hub could not be told", async () => {
      const told = await tellHub(database, home, hub);
      if (told.accepted > 0) {
        due = 0;
        log.info({ accepted: told.accepted }, "the hub has been told");
      }
      if (told.refused > 0) log.warn({ refused: told.refused }, "the hub has refused rows; a person must look at them");
    });
    // Also where the hub takes nothing: what it knows no more is not to be served meanwhile.
    if (Date.now() >= due)
      await tried("link", "the hub could not be asked for links", async () => {
        const { findings: _numbers, missing, ...counts } = await linkMinors(database, home, hub);
        due = Date.now() + LINKS_EVERY;
        log.info({ ...counts, withoutLink: missing }, "links");
      });
    if (stopping.signal.aborted) return;
    timer = setTimeout(() => {
      turn = next();
    }, EVERY);
    timer.unref();
  }

  async function tried(what: Turn, failed: string, work: () => Promise<void>): Promise<void> {
    if (stopping.signal.aborted) return;
    try {
      await work();
      turned(what, "OK");
    } catch (error) {
      if (stopping.signal.aborted) return;
      const known = error instanceof Fault || error instanceof Mistake || error instanceof RefusedByHub;
      const code = known ? error.code : undefined;
      turned(what, code ?? "INTERNAL_SERVER_ERROR");
      log.warn({ code, cause: error instanceof Error ? error.message : String(error) }, failed);
    }
  }

  return {
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await turn;
    },
  };
}
