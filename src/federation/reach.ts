import type { Logger } from "pino";
import { Agent, type Dispatcher, fetch } from "undici";
import { type CertificateFiles, credentialsKeptUp } from "./certificates.js";

export type Fetch = typeof fetch;

/**
 * `fetch` of a gateway: shows its certificate to hub and agencies, and takes none of theirs but the authority's. Files that
 * were changed are used for the next connection; those that are open end when nobody has used them for some seconds.
 * @throws CertificateUnfit
 */
export function fetchAmongUs(files: CertificateFiles | undefined, log: Pick<Logger, "error">): Fetch {
  if (!files) return fetch;
  const kept = credentialsKeptUp(files, log);
  let used = kept();
  let dispatcher: Dispatcher = new Agent({ connect: used });
  return (input, init) => {
    const now = kept();
    if (now !== used) dispatcher = new Agent({ connect: now });
    used = now;
    return fetch(input, { ...init, dispatcher });
  };
}
