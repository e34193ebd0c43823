import { skewOf } from "../../federation/clocks.js";
import type { Request } from "../../federation/reach.js";
import { namesIn } from "../../policy/between.js";

/** Another server of the federation, as it tells anybody who asks whether it is alive. */
export interface Peer {
  /** Versions of the policy that it goes by. */
  readonly versions: readonly string[];
  /** Seconds by which its clock and ours differ. */
  readonly skew: number;
}

/** @returns undefined where it does not answer, or is no server of the kernel */
export async function peerAt(url: string, request: Request): Promise<Peer | undefined> {
  const before = Date.now();
  try {
    const { headers } = await request(new URL("/healthz", url), { signal: AbortSignal.timeout(2_000) });
    const { "x-hub-policy": said, date } = headers;
    return typeof said === "string"
      ? { versions: namesIn(said), skew: skewOf(typeof date === "string" ? date : null, before) }
      : undefined;
  } catch {
    return undefined;
  }
}

/** "2 7ecc7f40e98a, 1 ..." */
export const shortly = (versions: readonly string[]): string =>
  versions.map((version) => version.replace(/^(\d+ .{12}).*$/, "$1")).join(", ");
