import { skewOf } from "../../federation/clocks.js";
import type { Fetch } from "../../federation/reach.js";
import { namesIn } from "../../policy/between.js";

/** Another server of the federation, as it tells anybody who asks whether it is alive. */
export interface Peer {
  /** Versions of the policy that it goes by. */
  readonly versions: readonly string[];
  /** Seconds by which its clock and ours differ. */
  readonly skew: number;
}

/** @returns undefined where it does not answer, or is no server of the kernel */
export async function peerAt(url: string, fetch: Fetch): Promise<Peer | undefined> {
  const before = Date.now();
  const answer = await fetch(new URL("/healthz", url), { redirect: "error", signal: AbortSignal.timeout(2_000) }).catch(
    () => undefined,
  );
  const said = answer?.headers.get("x-hub-policy");
  return answer && said ? { versions: namesIn(said), skew: skewOf(answer.headers.get("date"), before) } : undefined;
}

/** "2 7ecc7f40e98a, 1 ..." */
export const shortly = (versions: readonly string[]): string =>
  versions.map((version) => version.replace(/^(\d+ .{12}).*$/, "$1")).join(", ");
