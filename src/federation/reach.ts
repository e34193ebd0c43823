import type { Logger } from "pino";
import { Agent, request } from "undici";
import { type CertificateFiles, credentialsKeptUp } from "./certificates.js";

/** One HTTP request. Whoever sends it reads the body or dumps it: until then its connection is taken. */
export type Request = (
  url: string | URL,
  options: NonNullable<Parameters<typeof request>[1]>,
) => ReturnType<typeof request>;

/**
 * Requests of a gateway, in half the time that `fetch` takes: they show its certificate to hub and agencies, and take none of
 * theirs but the authority's. Files that were changed are used for the next connection; those that are open end when
 * nobody has used them for some seconds.
 * @throws CertificateUnfit
 */
export function requestAmongUs(files: CertificateFiles | undefined, log: Pick<Logger, "error">): Request {
  if (!files) return request;
  const kept = credentialsKeptUp(files, log);
  let used = kept();
  let dispatcher = new Agent({ connect: used });
  return (url, options) => {
    const now = kept();
    if (now !== used) dispatcher = new Agent({ connect: now });
    used = now;
    return request(url, { ...options, dispatcher });
  };
}
