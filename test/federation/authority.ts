import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { CertificateFiles } from "../../src/federation/certificates.js";

const FOR = { server: "serverAuth", client: "clientAuth" } as const;

export interface Wanted {
  readonly use: keyof typeof FOR;
  /** DNS name; the loopback address always. */
  readonly name?: string;
  /** Days from now to its end. */
  readonly days?: number;
}

/** An authority of its own, by the commands of docs/operating.md. */
export class Authority {
  readonly folder = mkdtempSync(join(tmpdir(), "authority-"));
  readonly caFile = this.#file("ca.pem");
  #made = 0;

  constructor() {
    const ca = ["-days", "3650", "-subj", "/CN=authority", "-keyout", this.#file("ca.key"), "-out", this.caFile];
    openssl("req", "-x509", ...NEW_KEY, ...ca);
  }

  /** @returns its files, and the authority's as that of the other side */
  certificate({ use, name = "gateway.example", days = 30 }: Wanted): CertificateFiles {
    this.#made += 1;
    const [key, request, says, certificate] = ["key", "csr", "says", "pem"].map((end) =>
      this.#file(`${this.#made}.${end}`),
    );
    if (!key || !request || !says || !certificate) throw new TypeError("Four files");
    openssl("req", ...NEW_KEY, "-subj", "/CN=us", "-keyout", key, "-out", request);
    writeFileSync(says, `subjectAltName=DNS:${name},IP:127.0.0.1\nextendedKeyUsage=${FOR[use]}\n`);
    const signer = ["-extfile", says, "-CA", this.caFile, "-CAkey", this.#file("ca.key")];
    openssl("x509", "-req", "-in", request, ...signer, "-days", String(days), "-out", certificate);
    return { certificateFile: certificate, keyFile: key, caFile: this.caFile };
  }

  /** A certificate that nobody but its holder signed. */
  selfSigned(): CertificateFiles {
    const [keyFile, certificateFile] = [this.#file("self.key"), this.#file("self.pem")];
    openssl("req", "-x509", ...NEW_KEY, "-subj", "/CN=us", "-keyout", keyFile, "-out", certificateFile);
    return { certificateFile, keyFile, caFile: this.caFile };
  }

  #file(name: string): string {
    return join(this.folder, name);
  }
}

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
const openssl = (...args: string[]) => execFileSync("openssl", args, { stdio: ["ignore", "ignore", "pipe"] });
