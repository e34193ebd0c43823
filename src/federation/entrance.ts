import type { Conferred } from "../viewer/context.js";
import type { TokenClaims } from "../viewer/token.js";
import type { Viewer } from "../viewer/viewer.js";
import type { Announced, Assertion } from "./assertion.js";

/** A subgraph as the hub's operator has registered it. */
export interface Registered {
  readonly name: string;
  /** Names of policy rows. */
  readonly holds: readonly string[];
}

/** How a subgraph lets its gateway in: of the hub, or of an agency. */
export interface Entrance {
  /**
   * By the head of a call; then `arrived` by its body.
   * @param token that was sent with it
   * @throws Refusal ASSERTION_REFUSED
   */
  verify(assertion: string | undefined, token: string | null): Promise<Announced>;
  /**
   * At an agency, which is given no token: who asks, by the assertion and its own directory.
   * @throws Refusal UNAUTHENTICATED nobody of that name, any more
   */
  readonly viewerOf?: (assertion: Assertion) => Promise<Viewer>;
  /**
   * At the hub: signs what a subgraph may show of one group to this viewer.
   * @returns by global id; without those of whom it is told nothing, not even that somebody asks
   */
  readonly confer?: (
    audience: string,
    asked: ConferredTo,
    conferred: readonly Conferred[],
  ) => ReadonlyMap<string, string>;
  /** At the hub: the subgraphs of an agency, by its key. */
  readonly registered?: (agency: string) => readonly Registered[];
}

export interface ConferredTo {
  readonly claims: TokenClaims;
  readonly requestId: string;
}
