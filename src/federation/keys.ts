import { randomUUID } from "node:crypto";
import { existsSync, linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { type CryptoKey, exportJWK, generateKeyPair, importJWK } from "jose";
import { z } from "zod";

/** A key that signs for others to check: Ed25519 (RFC 8037). */
export interface SigningKey {
  readonly kid: string;
  readonly sign: CryptoKey;
}

/** The file holds no key that signs. */
export class SigningKeyUnreadable extends Error {
  override readonly name = "SigningKeyUnreadable";
  readonly code = "SIGNING_KEY";
  readonly exitCode = 2;
}

const privateKeys = z.object({
  keys: z
    .array(
      z.object({
        kty: z.literal("OKP"),
        crv: z.literal("Ed25519"),
        x: z.string(),
        d: z.string(),
        kid: z.string().min(1),
      }),
    )
    .min(1),
});
type PrivateKey = z.output<typeof privateKeys>["keys"][number];

/** The public halves of a file of keys lie beside it: what others need to check. */
export const publicFileOf = (file: string): string => file.replace(/(\.json)?$/, ".public.json");

/**
 * The first key of a JWK set (RFC 7517); the others are still checked by whoever has the public file, so that a key is
 * changed by putting a new one before it. Makes the file where there is none, and the public one beside it.
 * @throws SigningKeyUnreadable
 */
export async function signingKeyIn(file: string): Promise<SigningKey> {
  if (!existsSync(file)) writeNew(file, JSON.stringify({ keys: [await newKey()] }));
  const keys = privateKeysIn(file);
  const open = publicFileOf(file);
  // Whole or not at all: whoever checks reads it meanwhile.
  const whole = `${open}.${process.pid}.new`;
  writeFileSync(whole, JSON.stringify({ keys: keys.map(({ d: _secret, ...half }) => half) }));
  renameSync(whole, open);
  const [first] = keys;
  const sign = first && (await importJWK(first, "EdDSA"));
  if (!first || !sign || sign instanceof Uint8Array) throw unreadable(file);
  return { kid: first.kid, sign };
}

/**
 * The same, read again whenever the file was changed: a key is changed while it is in use.
 * @returns the key that signs now
 * @throws SigningKeyUnreadable, at the start and where a changed file is none
 */
export async function signingKeysIn(file: string): Promise<() => Promise<SigningKey>> {
  const read = async () => {
    const changed = changeOf(file);
    return { key: await signingKeyIn(file), changed };
  };
  let latest = await read();
  return async () => {
    if (changeOf(file) !== latest.changed) latest = await read();
    return latest.key;
  };
}
export const changeOf = (file: string): number | undefined => statSync(file, { throwIfNoEntry: false })?.mtimeMs;

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

async function newKey(): Promise<object> {
  const { privateKey, publicKey } = await generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true });
  const [secret, open] = await Promise.all([exportJWK(privateKey), exportJWK(publicKey)]);
  return { ...secret, alg: "EdDSA", use: "sig", kid: String(open.x).slice(0, 12) };
}

function privateKeysIn(file: string): PrivateKey[] {
  try {
    return privateKeys.parse(JSON.parse(readFileSync(file, "utf8"))).keys;
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

const unreadable = (file: string, cause?: unknown) =>
  new SigningKeyUnreadable(
    `${file} holds no private Ed25519 keys as a JWK set. Move it away, and a new one is made; whoever checks needs its ` +
      `public half again. 签名密钥文件无法读取。`,
    { cause },
  );
