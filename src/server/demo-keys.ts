import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exportJWK, generateKeyPair } from "jose";
import { z } from "zod";

const signingKey = z.object({
  kty: z.literal("EC"),
  crv: z.literal("P-256"),
  x: z.string(),
  y: z.string(),
  d: z.string(),
});
const demoKeys = z.object({ signing: signingKey, cookies: z.array(z.string()).min(1) });
export type DemoKeys = z.infer<typeof demoKeys>;

/** The file with the demo issuer's keys is there, but cannot be used. */
export class DemoKeysUnreadable extends Error {
  override readonly name = "DemoKeysUnreadable";
  readonly exitCode = 2;
}

/**
 * The demo issuer's signing key (ES256) and cookie keys: made once and kept, so that a token outlives a restart.
 * @param dataDir  keeps `demo-issuer-keys.json`, readable by its owner only
 * @throws DemoKeysUnreadable naming file and remedy
 */
export async function demoKeysIn(dataDir: string): Promise<DemoKeys> {
  const file = join(dataDir, "demo-issuer-keys.json");
  if (!existsSync(file)) await makeKeys(dataDir, file);
  try {
    return demoKeys.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (cause) {
    throw new DemoKeysUnreadable(`${file} cannot be used; delete it and start again (printed tokens become invalid)`, {
      cause,
    });
  }
}

async function makeKeys(dataDir: string, file: string): Promise<void> {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  const keys: DemoKeys = {
    signing: signingKey.parse(await exportJWK(privateKey)),
    cookies: [randomBytes(32).toString("base64")],
  };
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  // Whole or not at all: a process killed while it writes must not leave half a key.
  await writeFile(`${file}.new`, JSON.stringify(keys), { mode: 0o600 });
  await rename(`${file}.new`, file);
}
