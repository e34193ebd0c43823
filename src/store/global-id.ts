import {
  type Cipher,
  createCipheriv,
  createDecipheriv,
  createHmac,
  type Decipher,
  hkdfSync,
  randomBytes,
} from "node:crypto";
import { isRecordType, RECORDS, type RecordType } from "./record-types.js";

export type IdType = RecordType | "Agency";
/** Letter of each type in a global id. */
const LETTERS: ReadonlyMap<IdType, string> = new Map<IdType, string>([
  ...RECORDS.map(({ type, letter }) => [type, letter] as const),
  ["Agency", "A"],
]);
const TYPES: ReadonlyMap<string, IdType> = new Map([...LETTERS].map(([type, letter]) => [letter, type]));
if (TYPES.size < LETTERS.size) throw new TypeError("Two record types have one letter: src/store/record-types.ts");
export const isIdType = (type: string): type is IdType => type === "Agency" || isRecordType(type);

/** Ids that are remembered at most. */
const KEPT = 20_000;

/**
 * Global ids and cursors. A key is a UUIDv7 and tells the time of making; what leaves the hub is the type and one AES
 * block of the key under the hub's id key: stable, opaque, without a second index.
 */
export class IdCipher {
  // One block at a time in ECB: the ciphers have no state, and making one costs more than the block.
  readonly #cipher: Cipher;
  readonly #decipher: Decipher;
  readonly #cursorKey: Buffer;
  readonly #digestKey: Buffer;
  readonly #tokenKey: Buffer;
  /** Tells the hub's id key from another without telling anything of it. */
  readonly fingerprint: string;
  /** By key: a record of an answer is named in the answer and in its log line, and soon in the next one. */
  readonly #lately = new Map<string, string>();

  /** @param secret at least 16 random bytes, the same on every hub of one database */
  constructor(secret: Buffer) {
    const idKey = Buffer.from(hkdfSync("sha256", secret, "", "minors-hub id", 16));
    this.#cipher = createCipheriv("aes-128-ecb", idKey, null).setAutoPadding(false);
    this.#decipher = createDecipheriv("aes-128-ecb", idKey, null).setAutoPadding(false);
    this.#cursorKey = Buffer.from(hkdfSync("sha256", secret, "", "minors-hub cursor", 32));
    this.#digestKey = Buffer.from(hkdfSync("sha256", secret, "", "minors-hub digest", 32));
    this.#tokenKey = Buffer.from(hkdfSync("sha256", secret, "", "minors-hub identity", 32));
    this.fingerprint = Buffer.from(hkdfSync("sha256", secret, "", "minors-hub fingerprint", 16)).toString("hex");
  }

  /** The encrypted key, as a UUID: column `ref`. */
  ref(key: string): string {
    return asUuid(this.#block(key));
  }

  /** Tells a text from another without letting anybody guess it back: a plain hash of an identity number would. */
  digest(text: string): Buffer {
    return createHmac("sha256", this.#digestKey).update(text).digest();
  }

  /** What a child is found by, under a key of its own: whoever reads the digests of requests cannot compare them with it. */
  token = (text: string): Buffer => createHmac("sha256", this.#tokenKey).update(text).digest();

  encode(type: IdType, key: string): string {
    const block = this.#lately.get(key) ?? this.#block(key).toString("base64url");
    if (this.#lately.size >= KEPT) this.#lately.clear();
    this.#lately.set(key, block);
    return `${LETTERS.get(type)}${block}`;
  }

  /** @returns null for anything that is not an id of this hub; whether such a record exists is not asked */
  decode(id: string): { type: IdType; key: string } | null {
    const type = TYPES.get(id.slice(0, 1));
    const block = Buffer.from(id.slice(1), "base64url");
    if (!type || block.length !== 16 || id !== id.slice(0, 1) + block.toString("base64url")) return null;
    return { type, key: asUuid(this.#decipher.update(block)) };
  }

  #block(key: string): Buffer {
    return this.#cipher.update(key.replaceAll("-", ""), "hex");
  }

  /** @param place what the cursor is good for: list and order */
  sealCursor(place: string, values: readonly (string | null)[]): string {
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", this.#cursorKey, nonce).setAAD(Buffer.from(place));
    const sealed = Buffer.concat([cipher.update(JSON.stringify(values), "utf8"), cipher.final()]);
    return Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString("base64url");
  }

  /** @returns null for a cursor that this hub did not make for this place */
  openCursor(place: string, cursor: string): (string | null)[] | null {
    const bytes = Buffer.from(cursor, "base64url");
    // Buffer skips signs that are not of the alphabet, and bits that do not count.
    if (bytes.length < 29 || cursor !== bytes.toString("base64url")) return null;
    try {
      const decipher = createDecipheriv("aes-256-gcm", this.#cursorKey, bytes.subarray(0, 12))
        .setAAD(Buffer.from(place))
        .setAuthTag(bytes.subarray(-16));
      const text = Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString("utf8");
      return JSON.parse(text);
    } catch {
      return null; // not authentic: a caller's mistake, not a fault
    }
  }
}

function asUuid(bytes: Buffer): string {
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
