import { createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID } from "node:crypto";
import { existsSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createSigner } from "fast-jwt";
import { z } from "zod";
import { readWhenChanged } from "../changed-file.js";

/** A key that signs for others to check: Ed25519 (RFC 8037). */
export interface SigningKey {
  readonly kid: string;
  /** @param typ sort of the token. @returns it, compact (RFC 7515) */
  sign(typ: string, claims: Readonly<Record<string, unknown>>): string;
}

/** The file holds no key that signs. */
export class SigningKeyUnreadable extends Error {
  override readonly name = "SigningKeyUnreadable";
  readonly code = "SIGNING_KEY";
  readonly exitCode = 2;
}

const publicKey = z.object({
  kty: z.literal("OKP"),
  crv: z.literal("Ed25519"),
  x: z.string(),
  kid: z.string().min(1),
});
const publicKeys = z.object({ keys: z.array(publicKey.extend({ d: z.string().optional() })) });
const privateKeys = z.object({ keys: z.array(publicKey.extend({ d: z.string() })).min(1) });
type PrivateKey = z.output<typeof privateKeys>["keys"][number];

/** The public halves of a file of keys lie beside it: what others need to check. */
export const publicFileOf = (file: string): string => file.replace(/(\.json)?$/, ".public.json");

/**
 * The first key of a JWK set (RFC 7517); the others are still checked by whoever has the public file, so that a key is
 * changed by putting a new one before it. Makes the file where there is none, and the public one beside it.
 * @throws SigningKeyUnreadable
 */
export function signingKeyIn(file: string): SigningKey {
  if (!existsSync(file)) writeNew(file, JSON.stringify({ keys: [newKey()] }));
  const keys = privateKeysIn(file);
  const [first] = keys;
  if (!first) throw unreadable(file);
  const key = signingKey(file, first);
  const open = publicFileOf(file);
  // Whole or not at all: whoever checks reads it meanwhile.
  const whole = `${open}.${process.pid}.new`;
  writeFileSync(whole, JSON.stringify({ keys: keys.map(({ d: _secret, ...half }) => half) }));
  renameSync(whole, open);
  return key;
}

/** Whether a file holds a key that signs; makes and changes nothing. @throws SigningKeyUnreadable */
export function checkSigningKey(file: string): void {
  for (const key of privateKeysIn(file)) signingKey(file, key);
}

function signingKey(file: string, { kid, ...jwk }: PrivateKey): SigningKey {
  const signers = new Map<string, (claims: Readonly<Record<string, unknown>>) => string>();
  try {
    const key = createPrivateKey({ key: jwk, format: "jwk" }).export({ type: "pkcs8", format: "pem" });
    const signer = (typ: string) => createSigner({ key, algorithm: "EdDSA", kid, header: { alg: "EdDSA", typ } });
    return {
      kid,
      sign(typ, claims) {
        const sign = signers.get(typ) ?? signer(typ);
        signers.set(typ, sign);
        return sign(claims);
      },
    };
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

/**
 * The same, read again whenever the file was changed: a key is changed while it is in use.
 * @returns the key that signs now
 * @throws SigningKeyUnreadable, at the start and where a changed file is none
 */
export function signingKeysIn(file: string): () => SigningKey {
  const key = readWhenChanged(file, signingKeyIn);
  key();
  return key;
}

/** A key of whoever signs, as others have it. */
export interface PublicKey {
  readonly kid: string;
  readonly pem: string;
  /** The file holds its private half, too: it is not the public one. */
  readonly isPrivate: boolean;
}

/** @returns all of a JWK set. @throws what reading the file throws */
export const publicKeySetIn = (file: string): PublicKey[] =>
  publicKeys.parse(JSON.parse(readFileSync(file, "utf8"))).keys.map(({ kid, d, ...key }) => ({
    kid,
    pem: createPublicKey({ key, format: "jwk" }).export({ type: "spki", format: "pem" }).toString(),
    isPrivate: d !== undefined,
  }));

/**
 * Public keys of a JWK set, read again whenever the file was changed: a key is taken back while it is in use.
 * @returns of each `kid` its key, as PEM
 * @throws as `publicKeySetIn`
 */
export const publicKeysIn = (file: string): (() => ReadonlyMap<string, string>) =>
  readWhenChanged(file, () => new Map(publicKeySetIn(file).map(({ kid, pem }) => [kid, pem])));

/** Whole or not at all; where two processes start at once, the first one's stays. */
function writeNew(file: string, text: string): void {
  const whole = `${file}.${randomUUID()}.new`;
  writeFileSync(whole, text, { mode: 0o600 });
  try {
    linkSync(whole, file);
  } catch (error) {
    if (!existsSync(file)) throw error;
  } finally {
    rmSync(whole);
  }
}

function newKey(): object {
  const { privateKey } = generateKeyPairSync("ed25519");
  const jwk = privateKey.export({ format: "jwk" });
  return { ...jwk, alg: "EdDSA", use: "sig", kid: String(jwk.x).slice(0, 12) };
}

function privateKeysIn(file: string): PrivateKey[] {
  try {
    return privateKeys.parse(JSON.parse(readFileSync(file, "utf8"))).keys;
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "EACCES")
      throw new SigningKeyUnreadable(
        `${file} is another user's. Ask as the one who signs with it. 无权读取签名密钥文件。`,
        { cause },
      );
    throw unreadable(file, cause);
  }
}

const unreadable = (file: string, cause?: unknown) =>
  new SigningKeyUnreadable(
    `${file} holds no private Ed25519 keys as a JWK set. Move it away, and a new one is made; whoever checks needs its ` +
      `public half again. 签名密钥文件无法读取。`,
    { cause },
  );
