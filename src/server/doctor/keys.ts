import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { z } from "zod";
import type { HubConfig } from "../../config.js";
import {
  type CertificateFiles,
  CertificateUnfit,
  certificatesIn,
  credentialsIn,
} from "../../federation/certificates.js";
import { jwksUrlOf } from "../issuer.js";
import { type Checks, daysSince, type Found, ok, red, type Said, watch } from "./finding.js";

/** Days before its end at which a certificate is told, and after which an issuer's file of keys is old. */
const DAYS = { certificate: 30, keys: 400 } as const;

const keySet = z.object({
  keys: z.array(z.object({ kty: z.enum(["EC", "RSA", "OKP"]), d: z.never().optional() })).min(1),
});

export const keys: Checks<HubConfig> = {
  async "id-key-file"({ keys: { file } }) {
    if (!existsSync(file)) return ok(`${file} is made at the first start`, `${file} 将在首次启动时创建`);
    const { mode, size, mtimeMs } = await stat(file);
    if (size < 16)
      return red(
        [`${file} is cut off`, `${file} 不完整`],
        ["Put the key back that was kept with the backups", "请从备份恢复标识密钥"],
      );
    const age = daysSince(mtimeMs);
    return (mode & 0o077) === 0
      ? ok(`The id key is ${age} days old; it lasts as long as the database`, `标识密钥已使用 ${age} 天,与数据库同寿命`)
      : red(
          [`${file} can be read by other users of the machine`, `${file} 可被其他用户读取`],
          [`chmod 600 ${file}`, `chmod 600 ${file}`],
        );
  },

  async certificates({ doctor: { certificates }, federation: { tls } }) {
    return lasting([...certificates.map((file) => ({ file, mend: AT_PROXY })), ...(tls ? amongUs(tls) : [])]);
  },
};

/** Of whoever is asked about what its gateway shows: at a hub. */
export const gateway: Checks<HubConfig> = {
  async "gateway-certificates"({ federation: { gateway } }) {
    try {
      const { state, said, mend } = lasting(gateway.tls ? amongUs(gateway.tls) : []);
      // No hub is out of order for what its gateway shows.
      return state === "red" ? watch(said, mend ?? AMONG_US) : { state, said, mend };
    } catch (error) {
      if (!(error instanceof CertificateUnfit)) throw error;
      return watch([error.message, error.message], AMONG_US);
    }
  },
};

/** Of whoever takes tokens. */
export const issuer: Checks<HubConfig> = {
  async "issuer-keys"({ oidc: { issuer, jwksFile }, demo }) {
    if (demo || issuer === undefined) return ok("The demo's own identity provider", "演示身份提供方");
    const mend = [
      "Correct OIDC_ISSUER or OIDC_JWKS_FILE; the keys are public ones (JWKS)",
      "请更正 OIDC_ISSUER 或 OIDC_JWKS_FILE,应为公钥",
    ] as const;
    if (jwksFile === undefined) {
      try {
        keySet.parse(await (await fetch(await jwksUrlOf(issuer), { signal: AbortSignal.timeout(5_000) })).json());
      } catch {
        // Keys that were fetched before are good for a while: no reason to turn everybody away.
        return watch(["The identity provider does not show its keys now", "身份提供方暂不提供公钥"], mend);
      }
      return ok("The identity provider shows its keys", "身份提供方公钥可用");
    }
    try {
      keySet.parse(JSON.parse(await readFile(jwksFile, "utf8")));
    } catch {
      return red([`${jwksFile} is no set of public keys`, `${jwksFile} 不是公钥集`], mend);
    }
    const age = daysSince((await stat(jwksFile)).mtimeMs);
    return age > DAYS.keys
      ? watch(
          [`The identity provider's keys are ${age} days old`, `身份提供方公钥已 ${age} 天未更新`],
          ["Ask for the present ones", "请获取最新公钥"],
        )
      : ok(`The identity provider's keys are ${age} days old`, `身份提供方公钥已使用 ${age} 天`);
  },
};

/** A file of certificates, and what is done when one of them ends. */
interface Shown {
  readonly file: string;
  readonly mend: Said;
}
const AT_PROXY: Said = ["Renew it, and load it in the proxy", "请续期并在代理中加载"];
const AMONG_US: Said = ["Put a renewed one in its place; it is read by itself", "请续期并替换该文件,系统会自动读取"];

/** @throws CertificateUnfit */
function amongUs(files: CertificateFiles): Shown[] {
  credentialsIn(files);
  return [files.certificateFile, files.caFile].map((file) => ({ file, mend: AMONG_US }));
}

/** By the one that ends first. @throws CertificateUnfit */
function lasting(shown: readonly Shown[]): Found {
  const [next] = shown
    .flatMap(({ file, mend }) => certificatesIn(file).map(({ validTo }) => ({ file, mend, days: daysUntil(validTo) })))
    .sort((one, other) => one.days - other.days);
  if (!next) return ok("None are configured", "未配置证书");
  const { file, mend, days } = next;
  if (days < 0) return red([`A certificate in ${file} has ended`, `${file} 证书已过期`], mend);
  return days < DAYS.certificate
    ? watch([`A certificate in ${file} ends in ${days} days`, `${file} 证书将在 ${days} 天后过期`], mend)
    : ok(`The next one ends in ${days} days`, `最近到期:${days} 天后`);
}

const daysUntil = (time: string): number => -daysSince(Date.parse(time)) - 1;
