import type { IncomingHttpHeaders } from "node:http";
import type { Logger } from "pino";
import { Agent, type Dispatcher } from "undici";
import { type CertificateFiles, credentialsKeptUp } from "./certificates.js";

/** One HTTP request. */
export interface Sent {
  /** Default: GET. */
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Ends it, and the reading of what comes back. */
  readonly signal: AbortSignal;
  /** Largest body that is read. */
  readonly mostBytes?: number;
}

/** What came back, read to its end. */
export interface Received {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** @throws BodyTooLarge; the signal's reason; and what the connection fails with */
export type Request = (url: string | URL, sent: Sent) => Promise<Received>;

/** More came back than anybody reads. */
export class BodyTooLarge extends Error {
  override readonly name = "BodyTooLarge";
}

/** Shows nothing, and takes any certificate that the system takes. */
export const plainRequest: Request = (url, sent) => received(PLAIN, url, sent);

/**
 * Requests of a gateway: they show its certificate to hub and agencies, and take none of theirs but the authority's. Files
 * that were changed are used for the next connection; those that are open end when nobody has used them for some seconds.
 * @throws CertificateUnfit
 */
export function requestAmongUs(files: CertificateFiles | undefined, log: Pick<Logger, "error">): Request {
  if (!files) return plainRequest;
  const kept = credentialsKeptUp(files, log);
  let used = kept();
  let dispatcher = new Agent({ connect: used });
  return (url, sent) => {
    const now = kept();
    if (now !== used) dispatcher = new Agent({ connect: now });
    used = now;
    return received(dispatcher, url, sent);
  };
}

/** The process's own is of the undici that Node.js comes with, which knows no such handlers as ours. */
const PLAIN = new Agent();

/** Without undici's own `request`, whose body is a stream: making and reading one takes longer than all else. */
function received(
  dispatcher: Dispatcher,
  url: string | URL,
  { method = "GET", headers = {}, body, signal, mostBytes = Number.POSITIVE_INFINITY }: Sent,
): Promise<Received> {
  const { origin, pathname, search } = new URL(url);
  return new Promise((resolve, reject) => {
    let head: Omit<Received, "text"> = { status: 0, headers: {} };
    const chunks: Buffer[] = [];
    let bytes = 0;
    let connection: Dispatcher.DispatchController | undefined;
    const end = (error: Error) => {
      const taken = connection;
      connection = undefined;
      signal.removeEventListener("abort", late);
      reject(error);
      taken?.abort(error);
    };
    const late = () => end(signal.reason);
    if (signal.aborted) return late();
    signal.addEventListener("abort", late);
    dispatcher.dispatch(
      { origin, path: pathname + search, method, headers, body: body ?? null },
      {
        onRequestStart(controller) {
          connection = controller;
          if (signal.aborted) late();
        },
        onResponseStart(_controller, status, headers) {
          head = { status, headers };
        },
        onResponseData(_controller, chunk) {
          bytes += chunk.length;
          if (bytes > mostBytes) end(new BodyTooLarge());
          else chunks.push(chunk);
        },
        onResponseEnd() {
          signal.removeEventListener("abort", late);
          resolve({ ...head, text: Buffer.concat(chunks).toString("utf8") });
        },
        onResponseError: (_controller, error) => end(error),
      },
    );
  });
}
