import { isIPv4 } from "node:net";

/** Whether one address listens for the other as well. */
export const meet = (one: string, other: string): boolean =>
  one === other || [one, other].some((host) => host === "0.0.0.0" || host === "::");

export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIPv4(host) && host.startsWith("127."));
}

/** Who stands between could read children's data, and the users' tokens. */
export const OPEN_HTTP =
  "an https URL (http only on loopback); or federation.gateway.plainHttp, on a network that nobody else reads";
export function isOpenHttp(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === "http:" && !isLoopback(hostname.replace(/^\[|\]$/g, ""));
}

export const LOOPBACK_HTTP_ONLY = "the issuer's https URL (http only on loopback), without query or fragment";
export function isIssuer(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname, search, hash } = new URL(value);
  const safe = protocol === "https:" || (protocol === "http:" && isLoopback(hostname.replace(/^\[|\]$/g, "")));
  return safe && search === "" && hash === "";
}
