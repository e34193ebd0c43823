import type { HubConfig } from "../../config.js";
import type { Activation } from "../../policy/activate.js";
import type { Store } from "../../store/store.js";

/** Works; works, and somebody should look; the hub is not ready until it is mended. */
export type State = "ok" | "watch" | "red";

/** English and Chinese. */
export type Said = readonly [en: string, zh: string];

export interface Found {
  readonly state: State;
  readonly said: Said;
  /** How to mend it; for whatever is not ok. */
  readonly mend?: Said | undefined;
  /** What it is to a server that runs, where it is red for a start: what was read before stays. */
  readonly running?: "watch" | undefined;
}

/** What the doctor finds at one of its checks. Nothing in it is about a person. */
export interface Finding extends Found {
  /** E.g. "row-security". */
  readonly check: string;
}

export interface Patient {
  readonly config: HubConfig;
  readonly store: Store;
  readonly activation: Activation;
}

/** Looks and changes nothing, waits for nobody when it is stopped. What it throws is red as well. */
export type Checks<Of> = Readonly<Record<string, (of: Of, stopping: AbortSignal) => Promise<Found>>>;

export const ok = (...said: Said): Found => ({ state: "ok", said });
export const watch = (said: Said, mend: Said): Found => ({ state: "watch", said, mend });
export const red = (said: Said, mend: Said): Found => ({ state: "red", said, mend });

const DAY = 86_400_000;
export const daysSince = (time: number): number => Math.floor((Date.now() - time) / DAY);
