import type { Asker } from "../../policy/decide.js";
import type { Told } from "../../viewer/context.js";
import type { TokenClaims } from "../../viewer/token.js";

/** Who asks, as the hub says. */
export interface KnownViewer {
  readonly role: Asker["role"];
  readonly post: Asker["post"];
}

/** What the gateway knows of a question. */
export interface GatewayContext {
  readonly requestId: string;
  readonly claims: TokenClaims;
  /** The access token, for the hub alone. */
  readonly token: string;
  readonly statedPurpose: string | undefined;
  readonly idempotencyKey: string | undefined;
  /** Set once the purpose is checked. */
  asker: Asker;
  readonly told: Told;
}
