import { constants, type X509Certificate } from "node:crypto";
import type { RequestListener } from "node:http";
import { createServer, type Server, type ServerOptions } from "node:https";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import type { Logger } from "pino";
import { type CertificateFiles, type Credentials, credentialsKeptUp } from "../federation/certificates.js";
import type { Metrics } from "./metrics.js";

/** Before a door: whoever has no certificate of the authority is sent away in the handshake, and nothing of his is read. */
export interface Guard {
  serve(options: ServerOptions, handle: RequestListener): Server;
  /**
   * Whether the certificate of a connection has ended, or was looked at by files that have been replaced: its next answer
   * is its last.
   */
  isOver(socket: Socket): boolean;
}

export interface GuardOptions extends CertificateFiles {
  /** The one name that the certificate must bear; without it any of the authority is good. */
  readonly clientName?: string | undefined;
}

/** Milliseconds that somebody of whom nothing is known yet may take. */
const HANDSHAKE = 10_000;

/** @throws CertificateUnfit */
export function guardOf({ clientName, ...files }: GuardOptions, log: Logger, metrics: Metrics): Guard {
  const kept = credentialsKeptUp(files, log);
  let used = kept();
  /** Until when, in milliseconds. */
  let letIn = new WeakMap<Socket, number>();
  let server: Server | undefined;
  const renew = () => {
    const now = kept();
    if (now === used) return;
    used = now;
    letIn = new WeakMap();
    server?.setSecureContext(contextOf(now));
  };
  const sendAway = (why: string | undefined) => {
    metrics.certificateRefused();
    log.warn({ code: "CERTIFICATE_REFUSED", why }, "refused");
  };
  return {
    isOver(socket) {
      renew();
      return (letIn.get(socket) ?? 0) < Date.now();
    },
    serve(options, handle) {
      const asked = { requestCert: true, rejectUnauthorized: true, handshakeTimeout: HANDSHAKE };
      server = createServer({ ...options, ...contextOf(used), ...asked }, handle);
      // Before TLS takes the connection up.
      server.prependListener("connection", renew);
      // What Node finds wrong with a certificate it notes at the connection, and ends it.
      server.on("tlsClientError", ({ code }: NodeJS.ErrnoException, { authorizationError }) => {
        // Somebody only looked whether the port answers.
        if (code === "ECONNRESET" && !authorizationError) return;
        sendAway(authorizationError ? String(authorizationError) : code);
      });
      // Before HTTP reads from it.
      server.prependListener("secureConnection", (socket: TLSSocket) => {
        const certificate = socket.getPeerX509Certificate();
        if (certificate && (clientName === undefined || bears(certificate, clientName))) {
          letIn.set(socket, Date.parse(certificate.validTo));
          return;
        }
        sendAway("ANOTHER_NAME");
        socket.destroy();
      });
      return server;
    },
  };
}

/**
 * Whoever asks is a gateway of this release: nothing older has to be understood. Of each connection the certificate is
 * looked at: what was kept of one before would outlive it.
 */
const contextOf = (credentials: Credentials) =>
  ({ ...credentials, minVersion: "TLSv1.3", secureOptions: constants.SSL_OP_NO_TICKET }) as const;

const bears = (certificate: X509Certificate, name: string): boolean =>
  certificate.checkHost(name, { subject: "never", wildcards: false }) !== undefined;
