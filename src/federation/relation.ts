import { SignJWT } from "jose";
import type { Conferred } from "../viewer/context.js";
import type { SigningKey } from "./keys.js";

/** Seconds for which a relation may live: as long as the call that asked for it. */
const LIFE_S = 60;
const TYPE = "hub-relation+jwt";

/** What a relation is bound to beside the minor. */
export interface RelationBinding {
  /** Subgraph that it is for. */
  readonly audience: string;
  /** Who asks, as that subgraph may know it; the same as in the assertion that brings it. */
  readonly viewer: string;
  /** Request of the client. */
  readonly requestId: string;
  /** Version and hash of the policy that gave the levels. */
  readonly policy: string;
}

/**
 * What only the hub knows of viewer and minor, for the agency that holds the groups: which are open, at which level.
 * It names no fact, purpose or person from outside that agency.
 */
export const relationFor = (
  key: SigningKey,
  { audience, viewer, requestId, policy }: RelationBinding,
  { id, levels }: Conferred,
): Promise<string> =>
  new SignJWT({ minor: id, levels, policy, rid: requestId })
    .setProtectedHeader({ alg: "EdDSA", kid: key.kid, typ: TYPE })
    .setSubject(viewer)
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime(`${LIFE_S}s`)
    .sign(key.sign);

/**
 * Who asks, as a subgraph may know it: its own people by name, everybody else by the request. Which of the others it is
 * would tell a school that the justice office cares for its pupil (policy row R35); the hub's log has it under the
 * same request id.
 */
export const viewerFor = (
  own: boolean,
  { client, subject }: { readonly client: string; readonly subject: string | null },
  requestId: string,
): string => {
  if (!own) return `request:${requestId}`;
  return subject === null ? `client:${client}` : `person:${subject}`;
};
