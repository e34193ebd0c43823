import { createHash, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeJwt, decodeProtectedHeader, generateKeyPair, importJWK, type JWTPayload, SignJWT } from "jose";
import { z } from "zod";
import type { Sent } from "../wire.js";
import { wordIn, wordOf } from "../word.js";
import type { Forgery } from "./format.js";

const HEADER = "x-hub-assertion";
type Signer = Forgery["by"] | "hub";

/**
 * A call as somebody could send it who has seen the true one, or who holds a key: signed by hand, with nothing of the
 * product.
 * @param folder with the keys of hub and gateway
 */
export async function forged(
  folder: string,
  sent: Sent,
  earlier: Sent | undefined,
  { headers, replace, question, relation, assertion, by, to, of }: Forgery,
): Promise<Sent> {
  let { body } = sent;
  if (replace) {
    if (!body.includes(replace[0])) throw new Error(`"${replace[0]}" is not in the call`);
    body = body.replaceAll(...replace);
  }
  if (question) body = JSON.stringify(question);
  const resigned: Record<string, string> = {};
  if (relation !== undefined) {
    const before = earlier && relationsIn(earlier.body);
    body = JSON.stringify(await withRelations(JSON.parse(body), relation, before));
  }
  if (question || relation !== undefined || assertion) {
    const bod = createHash("sha256").update(body).digest("base64url");
    const claims = { bod, jti: randomUUID(), aud: to ?? of, ...assertion };
    resigned[HEADER] = await resign(
      sent.headers[HEADER] ?? "",
      claims,
      relation === undefined ? (by ?? "gateway") : "gateway",
    );
  }
  const all: Record<string, string | null> = { ...sent.headers, ...resigned, ...headers };
  return {
    headers: Object.fromEntries(
      Object.entries(all).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
    ),
    body,
  };

  async function withRelations(
    value: unknown,
    change: NonNullable<Forgery["relation"]> | null,
    before: string[] | undefined,
  ) {
    return mapRelations(value, async (word, n) => {
      if (change === null) return null;
      if (change === "earlier") return before?.[n] ?? null;
      const { signed, ...told } = wordIn(word);
      const {
        minor = told.minor,
        levels = told.levels,
        byTheHub = told.byTheHub,
        assigned = told.assigned,
        ...claims
      } = change;
      return wordOf({ minor, levels, byTheHub, assigned }, (root) => resign(signed, { root, ...claims }, by ?? "hub"));
    });
  }

  async function resign(word: string, changes: Readonly<Record<string, unknown>>, signer: Signer): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const claims: JWTPayload = { ...decodeJwt(word), iat: now, exp: now + 60 };
    for (const [name, value] of Object.entries(changes))
      claims[name] = (name === "iat" || name === "exp") && typeof value === "number" ? now + value : value;
    const head = { ...decodeProtectedHeader(word), alg: "EdDSA" };
    if (signer === "nobody")
      return `${[{ ...head, alg: "none" }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".")}.`;
    return new SignJWT(claims).setProtectedHeader(head).sign(await keyOf(signer));
  }

  async function keyOf(signer: Signer) {
    if (signer === "stranger") return (await generateKeyPair("EdDSA", { crv: "Ed25519" })).privateKey;
    const file = join(folder, signer === "hub" ? "relation.json" : "gateway.json");
    return importJWK(JSON.parse(readFileSync(file, "utf8")).keys[0], "EdDSA");
  }
}

const referring = z.looseObject({ __typename: z.string(), relation: z.string() });

/** The hub's words in a call, whatever the gateway calls the variable. */
function relationsIn(body: string): string[] {
  const found: string[] = [];
  JSON.parse(body, (_key, value: unknown) => {
    const reference = referring.safeParse(value);
    if (reference.success) found.push(reference.data.relation);
    return value;
  });
  return found;
}

async function mapRelations(
  value: unknown,
  change: (word: string, n: number) => Promise<string | null>,
): Promise<unknown> {
  let n = 0;
  const mapped = async (one: unknown): Promise<unknown> => {
    if (Array.isArray(one)) return Promise.all(one.map(mapped));
    if (typeof one !== "object" || one === null) return one;
    const reference = referring.safeParse(one);
    if (reference.success) return { ...one, relation: await change(reference.data.relation, n++) };
    const entries = await Promise.all(Object.entries(one).map(async ([key, inner]) => [key, await mapped(inner)]));
    return Object.fromEntries(entries);
  };
  return mapped(value);
}
