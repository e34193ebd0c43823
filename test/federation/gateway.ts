import { randomUUID } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Assertion, assertionFor, digest, HEADER } from "../../src/federation/assertion.js";
import { publicFileOf, type SigningKey, signingKeyIn } from "../../src/federation/keys.js";

/** A gateway's keys in a folder of their own. */
export async function gatewayKeys(): Promise<{
  readonly key: SigningKey;
  readonly file: string;
  readonly publicFile: string;
}> {
  const file = join(mkdtempSync(join(tmpdir(), "gateway-")), "gateway.json");
  const key = signingKeyIn(file);
  return { key, file, publicFile: publicFileOf(file) };
}

export interface Call {
  /** The client's token, where it is passed on. */
  readonly as: string | null;
  readonly query: string;
  readonly variables?: object;
  readonly purpose?: string | null;
  readonly audience?: string;
  readonly requestId?: string;
}

/** A call of the hub as a gateway makes it; what goes over the wire can be changed after it was signed. */
export async function signedCall(
  key: SigningKey,
  { as, query, variables, purpose = "CASE_HANDLING", audience = "hub", requestId = randomUUID() }: Call,
  more: Partial<Assertion> = {},
): Promise<{ readonly headers: Readonly<Record<string, string>>; readonly body: string }> {
  const body = JSON.stringify({ query, variables });
  const assertion = await assertionFor(
    key,
    audience,
    { requestId, purpose, idempotencyKey: null, change: null, viewer: `request:${requestId}`, ...more },
    { body: digest(body), token: as },
  );
  return {
    headers: {
      "content-type": "application/json",
      ...(as === null ? {} : { authorization: `Bearer ${as}` }),
      [HEADER]: assertion,
    },
    body,
  };
}
