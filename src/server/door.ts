import { randomUUID } from "node:crypto";
import { once } from "node:events";
import type { RequestListener } from "node:http";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { Logger } from "pino";
import { Mistake } from "../errors.js";
import { namesOf } from "../policy/between.js";
import type { Told } from "../viewer/context.js";
import { formatError, statusOf } from "./format.js";
import type { Guard } from "./guard.js";
import type { Readiness } from "./readiness.js";
import { codeOf } from "./sending.js";
import { answerUnreadable, checkHead, refusedByFastify, unknownPath, unreadablePath } from "./transport.js";

export interface DoorParts {
  readonly log: Logger;
  readonly maxBodyBytes: number;
  readonly readiness: Readiness;
  /** Versions of the policy that now decide what an answer shows, withholds or explains. */
  readonly versions: () => readonly string[];
  /**
   * Lets a request in, or not; not asked of what is open to anybody.
   * @throws Refusal UNAUTHENTICATED
   */
  readonly admit: (request: FastifyRequest) => Promise<void>;
  /** Of each request that asked to be let in, when it is answered. */
  readonly answered: (line: AccessLine, request: FastifyRequest, reply: FastifyReply) => void;
  /** Over TLS, for whoever has a certificate; without it over plain HTTP. */
  readonly guard?: Guard | undefined;
}

declare module "fastify" {
  interface FastifyRequest {
    /** Whether the request asked to be let in. */
    knocked: boolean;
    /** Role and post of whoever was let in. */
    who: { readonly role: string; readonly post: string } | null;
    told: Told;
  }
  interface FastifyContextConfig {
    /** Answered to anybody; every other path, known or not, is for whoever has a token. */
    open?: boolean;
    /** Names the policy to anybody. */
    policy?: boolean;
    /** `Cache-Control`, for what is the same for everybody; no-store by default. */
    cache?: string;
  }
}

/** Milliseconds for a request to arrive, for which a connection may be silent, and for which it is kept between two. */
const TIMES = { requestTimeout: 30_000, connectionTimeout: 60_000, keepAliveTimeout: 72_000 };
/** A request without a host is refused in our words: checkHead. */
const SERVER = { ...TIMES, requireHostHeader: false };

/** What stands before everything that is asked over HTTP: who has no token is told so before GraphQL is reached. */
export function openDoor(parts: DoorParts): FastifyInstance {
  const { log, maxBodyBytes, readiness, versions, admit, answered, guard } = parts;
  const app: FastifyInstance = Fastify({
    bodyLimit: maxBodyBytes,
    genReqId: () => randomUUID(),
    ...TIMES,
    ...(guard
      ? { serverFactory: (handle: RequestListener) => guard.serve(SERVER, handle).setTimeout(TIMES.connectionTimeout) }
      : { http: SERVER }),
    return503OnClosing: false, // what has been sent is answered
    clientErrorHandler: answerUnreadable,
    frameworkErrors: (_error, request, reply) => {
      request.told = nothingYet();
      dress(request, reply);
      refuse(unreadablePath(), request, reply);
    },
  });
  const refuse = (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const formatted = formatError(error, log, request.id);
    request.told.code = codeOf([formatted]);
    const status = error instanceof Mistake ? error.status : statusOf([formatted]);
    return reply.code(status).send({ errors: [formatted] });
  };

  app.decorateRequest("knocked", false);
  app.decorateRequest("who", null);
  app.decorateRequest("told");
  app.addHook("onRequest", async (request) => {
    request.told = nothingYet();
    if (request.routeOptions.config.open) return;
    request.knocked = true;
    await admit(request);
    checkHead(request);
  });
  app.addHook("onSend", async (request, reply) => {
    dress(request, reply);
    if (request.who || request.routeOptions.config.policy) reply.header("X-Hub-Policy", namesOf(versions()));
    // Who is told to go elsewhere loses no question on a connection that is closed under it.
    if (readiness.stopping || guard?.isOver(request.socket)) reply.header("Connection", "close");
  });
  app.addHook("onResponse", async (request, reply) => {
    // Anybody may ask for health, as often as he likes.
    if (request.knocked) answered(accessLine(request, reply), request, reply);
  });
  app.get("/healthz", { config: { open: true, policy: true } }, async () => ({ status: "alive" }));
  app.get("/readyz", { config: { open: true } }, async (_request, reply) => {
    const { status, body } = await readiness.now();
    return reply.code(status).send(body);
  });
  app.setNotFoundHandler(async (request, reply) => refuse(unknownPath(), request, reply));
  app.setErrorHandler(async (error: unknown, request, reply) =>
    refuse(refusedByFastify(error) ?? error, request, reply),
  );
  return app;
}

const nothingYet = (): Told => ({ kind: null, operation: null, purpose: null, code: null });

/** What every answer carries; last, so that nothing that Apollo sets for an answer outlives it. */
function dress(request: FastifyRequest, reply: FastifyReply): void {
  reply.header("X-Hub-Request-Id", request.id);
  reply.header("Cache-Control", request.routeOptions.config.cache ?? "no-store");
  reply.header("X-Content-Type-Options", "nosniff");
  if (reply.statusCode === 401) reply.header("WWW-Authenticate", "Bearer");
  if (reply.statusCode === 503) reply.header("Retry-After", "2");
}

/** Who asked what kind of question, without anybody's name and without the question: `operation` is in the disclosure log too. */
const accessLine = ({ id, method, routeOptions, who, told }: FastifyRequest, reply: FastifyReply) => ({
  requestId: id,
  method,
  route: routeOptions.url ?? null,
  status: reply.statusCode,
  role: who?.role ?? null,
  post: who?.post ?? null,
  ...told,
  ms: Math.round(reply.elapsedTime),
});

export type AccessLine = ReturnType<typeof accessLine>;

export const headerOf = ({ headers }: FastifyRequest, name: string): string | undefined => {
  const value = headers[name];
  return typeof value === "string" ? value : undefined;
};

/** Where a server listens. */
export interface Listening {
  readonly host: string;
  readonly port: number;
}

/** @returns the address; the port may have been the system's choice */
export async function listen(app: FastifyInstance, { host, port }: Listening): Promise<string> {
  await app.listen({ host, port });
  return `http://${host.includes(":") ? `[${host}]` : host}:${portOf(app.server.address())}`;
}

function portOf(address: string | AddressInfo | null): number {
  if (address === null || typeof address === "string") throw new TypeError("The hub listens on TCP");
  return address.port;
}

/** Said before a township is loaded rather than after. @throws Error EADDRINUSE */
export async function checkPort({ host, port }: Listening): Promise<void> {
  const probe = createServer().listen(port, host);
  await once(probe, "listening");
  probe.close();
  await once(probe, "close");
}

/** Milliseconds between "not ready" and the end of listening. */
const LEAD = 500;
/** Milliseconds that a closing server leaves to the questions that are being answered. */
const DRAIN = 10_000;

/** Before closing: says that nobody is to be sent here, and gives whoever has a connection the time to hear it. */
export async function drain(readiness: Readiness): Promise<void> {
  readiness.stop();
  await sleep(LEAD);
  await turn(); // what has arrived meanwhile is read before connections without a question are closed
}

/** Answers what has been asked, for a while. */
export async function closeDoor(app: FastifyInstance): Promise<void> {
  const cut = setTimeout(() => app.server.closeAllConnections(), DRAIN);
  await app.close();
  clearTimeout(cut);
}
