import type { X509Certificate } from "node:crypto";
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
import { checkSigningKey, type PublicKey, publicKeySetIn, SigningKeyUnreadable } from "../../federation/keys.js";
import { jwksUrlOf } from "../issuer.js";
import { type Checks, daysSince, type Found, ok, red, type Said, watch } from "./finding.js";

/** Days before its end at which a certificate is told, and after which an issuer's file of keys is old. */
const DAYS = { certificate: 30, keys: 400 } as const;

const keySet = z.object({
  keys: z.array(z.object({ kty: z.enum(["EC", "RSA", "OKP"]), d: z.never().optional() })).min(1),
});

export const keys: Checks<HubConfig> = {
  async "id-key-file"({ keys: { file } }) {
    if (!existsSync(file)) return madeAtStart(file);
    const { mode, size, mtimeMs } = await stat(file);
    if (size < 16)
      return red(
        [`${file} is cut off`, `${file} 不完整`],
        ["Put the key back that was kept with the backups", "请从备份恢复标识密钥"],
      );
    const age = daysSince(mtimeMs);
    return isOwnersAlone(mode)
      ? ok(`The id key is ${age} days old; it lasts as long as the database`, `标识密钥已使用 ${age} 天,与数据库同寿命`)
      : red(...openToOthers(file));
  },

  async certificates({ doctor: { certificates }, federation: { tls } }) {
    return lasting(certificates, tls);
  },
};

/** Of a gateway. */
export const gateway: Checks<HubConfig> = {
  async "gateway-certificates"({ federation: { gateway } }) {
    return lasting([], gateway.tls);
  },

  async "gateway-key-file"({ federation: { gateway } }) {
    return signingKeyFound(gateway.keyFile);
  },
};

/** Of a hub that is asked by a gateway. */
export const federated: Checks<HubConfig> = {
  async "relation-key-file"({ federation: { gatewayKeysFile, relationKeyFile } }) {
    return gatewayKeysFile === undefined ? NO_GATEWAY : signingKeyFound(relationKeyFile);
  },

  ...atMostWatched({
    ...gateway,
    async "gateway-keys"({ federation: { gatewayKeysFile } }) {
      if (gatewayKeysFile === undefined) return NO_GATEWAY;
      const found = publicKeysFound("federation.gatewayKeysFile", gatewayKeysFile);
      return "wrong" in found
        ? found.wrong
        : ok(`${found.keys.length} of the gateway's`, `网关 ${found.keys.length} 个`);
    },
  }),
};

const NO_GATEWAY = ok("No gateway asks here (federation.gatewayKeysFile)", "未配置网关");

/** No hub is out of order for its gateway: who asks it alone is answered. */
function atMostWatched(checks: Checks<HubConfig>): Checks<HubConfig> {
  return Object.fromEntries(
    Object.entries(checks).map(([check, find]) => [
      check,
      async (config: HubConfig, stopping: AbortSignal): Promise<Found> => {
        const found = await find(config, stopping);
        return found.state === "red" ? { ...found, state: "watch" } : found;
      },
    ]),
  );
}

/** A key that signs: whoever has it speaks for its owner. */
async function signingKeyFound(file: string): Promise<Found> {
  if (!existsSync(file)) return madeAtStart(file);
  if (!isOwnersAlone((await stat(file)).mode)) return red(...openToOthers(file));
  try {
    checkSigningKey(file);
  } catch (error) {
    if (!(error instanceof SigningKeyUnreadable)) throw error;
    return red([error.message, error.message], ["As it says", "见上"]);
  }
  return ok(`${file} is its owner's alone`, `${file} 仅所有者可读`);
}

/** Keys of those whose words are taken here. @param name of the setting */
export function publicKeysFound(
  name: string,
  file: string | undefined,
): { readonly keys: readonly PublicKey[] } | { readonly wrong: Found } {
  let keys: readonly PublicKey[] = [];
  try {
    keys = publicKeySetIn(file ?? "");
  } catch {
    // As where there are none.
  }
  if (keys.length === 0)
    return {
      wrong: red(
        [`${name}: no public keys (Ed25519, each with a kid) at ${file}`, `${name}:${file} 中没有公钥`],
        [
          "Put the file there that was made beside the key: the gateway's gateway.public.json, the hub's relation.public.json",
          "请放入网关的 gateway.public.json 或中枢的 relation.public.json",
        ],
      ),
    };
  if (keys.some(({ isPrivate }) => isPrivate))
    return {
      wrong: red(
        [
          `${file} holds a private key: whoever reads it can speak for its owner`,
          `${file} 含私钥,读取者可冒充其所有者`,
        ],
        [
          "Tell the hub's operator, who changes the key, and take the public half",
          "请通知中枢运维人员更换密钥,并改用公钥文件",
        ],
      ),
    };
  return { keys };
}

export const isOwnersAlone = (mode: number): boolean => (mode & 0o077) === 0;
export const openToOthers = (file: string): [said: Said, mend: Said] => [
  [`${file} can be read by other users of the machine`, `${file} 可被其他用户读取`],
  [`chmod 600 ${file}`, `请执行 chmod 600 ${file}`],
];
const madeAtStart = (file: string): Found => ok(`${file} is made at the first start`, `${file} 将在首次启动时创建`);

/** Of whoever takes tokens. */
export const issuer: Checks<HubConfig> = {
  async "issuer-keys"({ oidc: { issuer, jwksFile }, demo }, stopping) {
    if (demo || issuer === undefined) return ok("The demo's own identity provider", "演示身份提供方");
    const mend = [
      "Correct OIDC_ISSUER or OIDC_JWKS_FILE; the keys are public ones (JWKS)",
      "请更正 OIDC_ISSUER 或 OIDC_JWKS_FILE,应为公钥",
    ] as const;
    if (jwksFile === undefined) {
      try {
        const url = await jwksUrlOf(issuer);
        const signal = AbortSignal.any([stopping, AbortSignal.timeout(5_000)]);
        keySet.parse(await (await fetch(url, { signal })).json());
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

const AT_PROXY: Said = ["Renew it, and load it in the proxy", "请续期并在代理中加载"];
const AMONG_US: Said = ["Put a renewed one in its place; it is read by itself", "请续期并替换该文件,系统会自动读取"];
const TAKE_OUT: Said = ["Take it out of the file; it is read by itself", "请将其移出该文件,系统会自动读取"];

/** How long certificates last. @param atProxy files of what is shown to people. @param amongUs what servers show each other */
function lasting(atProxy: readonly string[], amongUs: CertificateFiles | undefined): Found {
  try {
    if (amongUs) credentialsIn(amongUs);
    const files = [
      ...atProxy.map((file) => lastingIn(file, AT_PROXY)),
      ...(amongUs ? [lastingIn(amongUs.certificateFile, AMONG_US), lastingOf(amongUs.caFile)] : []),
    ].sort((one, other) => one.days - other.days);
    const worst =
      files.find(({ found }) => found.state === "red") ??
      files.find(({ found }) => found.state === "watch") ??
      files[0];
    return worst?.found ?? ok("None are configured", "未配置证书");
  } catch (error) {
    if (!(error instanceof CertificateUnfit)) throw error;
    return { ...red([error.message, error.message], AMONG_US), running: "watch" };
  }
}

/** Of a file, by the certificate that ends first. @throws CertificateUnfit */
function lastingIn(file: string, mend: Said): { readonly days: number; readonly found: Found } {
  const days = Math.min(...certificatesIn(file).map(daysLeft));
  return { days, found: foundOf(file, days, mend) };
}

/**
 * Of authorities: one that has ended signs nobody any more, and is in nobody's way beside one that has not.
 * @throws CertificateUnfit
 */
function lastingOf(caFile: string): ReturnType<typeof lastingIn> {
  const all = certificatesIn(caFile).map(daysLeft);
  const good = all.filter((days) => days >= 0);
  if (good.length === 0 || good.length === all.length) return lastingIn(caFile, AMONG_US);
  return {
    days: Math.min(...good),
    found: watch([`An authority in ${caFile} has ended`, `${caFile} 中有颁发机构证书已过期`], TAKE_OUT),
  };
}

function foundOf(file: string, days: number, mend: Said): Found {
  if (days < 0) return red([`A certificate in ${file} has ended`, `${file} 证书已过期`], mend);
  return days < DAYS.certificate
    ? watch([`A certificate in ${file} ends in ${days} days`, `${file} 证书将在 ${days} 天后过期`], mend)
    : ok(`The next one ends in ${days} days`, `最近到期:${days} 天后`);
}

const daysLeft = ({ validTo }: X509Certificate): number => -daysSince(Date.parse(validTo)) - 1;
