import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Logger } from "pino";
import { changeOf } from "../changed-file.js";

/** By what two machines know each other: files of PEM. */
export interface CertificateFiles {
  /** This machine's own certificate first, then what leads up to its authority. */
  readonly certificateFile: string;
  readonly keyFile: string;
  /** Whose certificates are taken of the other side. */
  readonly caFile: string;
}

/** The same as text, for Node's TLS. */
export interface Credentials {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}

/** A file holds no certificate or key, or not those that go together. */
export class CertificateUnfit extends Error {
  override readonly name = "CertificateUnfit";
  readonly code = "CERTIFICATE";
  readonly exitCode = 2;
}

/**
 * Whatever TLS would take in silence is told here: of a file without a certificate it would make an authority that signs
 * nobody, of an empty one all that are known to everybody.
 * @throws CertificateUnfit
 */
export function credentialsIn({ certificateFile, keyFile, caFile }: CertificateFiles): Credentials {
  const [own] = certificatesIn(certificateFile);
  if (!own?.checkPrivateKey(keyIn(keyFile)))
    throw new CertificateUnfit(
      `${keyFile} is not the key of the certificate in ${certificateFile}. Put both there again, as they were made together. 私钥与证书不匹配。`,
    );
  certificatesIn(caFile);
  return { cert: textIn(certificateFile), key: textIn(keyFile), ca: textIn(caFile) };
}

/**
 * What is in the files now: a certificate is renewed while it is in use. Where changed files do not fit, or not yet, what
 * was read before stays, and the log says so once.
 * @throws CertificateUnfit at the start
 */
export function credentialsKeptUp(files: CertificateFiles, log: Pick<Logger, "error">): () => Credentials {
  const changes = () => [files.certificateFile, files.keyFile, files.caFile].map(changeOf).join();
  let fit = changes();
  let told = fit;
  let latest = credentialsIn(files);
  return () => {
    const now = changes();
    if (now === fit) return latest;
    try {
      latest = credentialsIn(files);
      fit = now;
    } catch (error) {
      if (!(error instanceof CertificateUnfit)) throw error;
      if (now !== told) log.error({ code: error.code, why: error.message }, "certificate");
      told = now;
    }
    return latest;
  };
}

/** @throws CertificateUnfit there is none */
export function certificatesIn(file: string): X509Certificate[] {
  const blocks = textIn(file).match(/-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----/gs) ?? [];
  try {
    if (blocks.length > 0) return blocks.map((block) => new X509Certificate(block));
  } catch (cause) {
    throw new CertificateUnfit(`${file} holds a certificate that cannot be read (PEM). 证书无法解析。`, { cause });
  }
  throw new CertificateUnfit(`${file} holds no certificate (PEM). 文件中没有证书。`);
}

function keyIn(file: string): KeyObject {
  try {
    return createPrivateKey(textIn(file));
  } catch (cause) {
    if (cause instanceof CertificateUnfit) throw cause;
    throw new CertificateUnfit(`${file} holds no private key (PEM, without a passphrase). 文件中没有私钥。`, { cause });
  }
}

function textIn(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new CertificateUnfit(
      `${file} cannot be read by this user. Give it to the hub: chown, chmod. 文件无法读取。`,
      {
        cause,
      },
    );
  }
}
