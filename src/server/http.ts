import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Logger } from "pino";
import { type Announced, type Arrived, digest, HEADER, refused } from "../federation/assertion.js";
import type { Entrance } from "../federation/entrance.js";
import { Words } from "../federation/words.js";
import { accessOf, explanationOf } from "../policy/access.js";
import { expectationOf } from "../policy/explain.js";
import { isOutside, outsider } from "../policy/home.js";
import type { HubContext } from "../viewer/context.js";
import type { TokenClaims } from "../viewer/token.js";
import type { Viewer } from "../viewer/viewer.js";
import { type AnsweringParts, answer } from "./answering.js";
import { type GraphqlLimits, graphqlOver } from "./apollo.js";
import { closeTogether } from "./closing.js";
import type { MemoryDirectory } from "./directory.js";
import { closeDoor, headerOf, type Listening, listen, openDoor } from "./door.js";
import { type SignIn, serveExplorer } from "./explorer.js";
import { type Guard, type GuardOptions, guardOf } from "./guard.js";
import type { Metrics } from "./metrics.js";
import type { Readiness } from "./readiness.js";
import { sending } from "./sending.js";
import type { Tracing } from "./tracing.js";
import { type Phased, routed } from "./versions.js";
import { ended, serveMetrics, watch } from "./watching.js";

export interface HttpParts {
  readonly server: Listening;
  /** Where a gateway asks, if it must show a certificate. */
  readonly tls: (Listening & GuardOptions) | undefined;
  /** @throws Refusal UNAUTHENTICATED */
  readonly verify: (bearer: string | undefined) => Promise<TokenClaims>;
  readonly viewerOf: (claims: TokenClaims) => Promise<Viewer>;
  /** What answers whoever has a token, at /graphql; an agency's subgraph has none. */
  readonly alone:
    | {
        readonly answering: Phased<AnsweringParts>;
        /** How people sign in to the explorer; null = they cannot. */
        readonly signIn: () => SignIn | null;
      }
    | undefined;
  /** What answers a gateway at /subgraph; undefined where the configuration names none. */
  readonly subgraph: (Entrance & { readonly answering: Phased<AnsweringParts> }) | undefined;
  /** Versions of the policy that decide now. */
  readonly versions: () => readonly string[];
  readonly log: Logger;
  readonly directory: MemoryDirectory;
  readonly limits: GraphqlLimits & { readonly maxBodyBytes: number };
  readonly readiness: Readiness;
  readonly metrics: Metrics;
  readonly tracing: Tracing | undefined;
}

declare module "fastify" {
  interface FastifyRequest {
    /** Who the token says it is. */
    claims: TokenClaims | null;
    viewer: Viewer | null;
    /** Digest of the body, and what the gateway says of the call: at /subgraph. */
    digest: string;
    announced: Announced | null;
    assertion: Arrived | null;
  }
  interface FastifyContextConfig {
    /** The gateway's assertion lets in, and no token beside it. */
    byAssertion?: boolean;
  }
}

/** Where a server listens; a port may have been the system's choice. */
export interface Addresses {
  /** The door that is open to everybody. */
  readonly address: string;
  /** The door of gateways that show a certificate; undefined where none is asked for. */
  readonly guardedAddress: string | undefined;
}

/** All at which a hub or an agency may be asked. */
export interface Doors {
  listen(): Promise<Addresses>;
  close(): Promise<void>;
}

/**
 * The hub over HTTP: GraphQL at /graphql, for a gateway at /subgraph, health beside it. At an agency its gateway is let
 * in by an assertion alone, and whoever has a token to what the operator may see. Where a certificate is to be shown as
 * well, /subgraph has a door of its own.
 * @throws CertificateUnfit
 */
export async function createHttp(parts: HttpParts): Promise<Doors> {
  const { alone, subgraph, log, metrics, server, tls } = parts;
  const atSubgraph = { byAssertion: !alone };
  const app = doorOf(parts);
  const guarded = subgraph && tls && doorOf(parts, guardOf(tls, log, metrics));
  const graphql = async (door: FastifyInstance, answering: Phased<AnsweringParts>, limits: GraphqlLimits) =>
    routed(
      await answering.each((over) =>
        graphqlOver<HubContext>(door, {
          schema: over.activation.schema,
          limits,
          log,
          answering: sending(log, (request) => answer(over, request)),
          contextOf: (request) => contextOf(parts, over, request),
        }),
      ),
    );
  if (alone) {
    app.all("/graphql", await graphql(app, alone.answering, parts.limits));
    serveExplorer(app, alone.signIn);
  }
  serveMetrics(app, metrics);
  if (subgraph)
    await (guarded ?? app).register(async (calls) => {
      const read = calls.getDefaultJsonParser("error", "error");
      calls.addContentTypeParser<Buffer>("application/json", { parseAs: "buffer" }, (request, body, done) => {
        request.digest = digest(body);
        read(request, body.toString("utf8"), done);
      });
      calls.addHook("onRequest", async (request) => {
        const token = request.headers.authorization?.replace(/^Bearer +/i, "") ?? null;
        request.announced = await subgraph.verify(headerOf(request, HEADER), token);
      });
      calls.addHook("preHandler", async (request) => {
        if (!request.announced) throw new TypeError("No body is read before its assertion");
        const assertion = request.announced.arrived(request.digest);
        request.id = assertion.requestId;
        request.assertion = assertion;
        if (!request.viewer && subgraph.viewerOf) letIn(request, await subgraph.viewerOf(assertion));
      });
      // Who has come so far is the gateway: it sends a relation of half a kilobyte with each of many references.
      const bodyLimit = 4 * parts.limits.maxBodyBytes;
      calls.post(
        "/subgraph",
        { bodyLimit, config: atSubgraph },
        await graphql(calls, subgraph.answering, withAdditions(parts.limits)),
      );
    });
  if (guarded) app.post("/subgraph", { onRequest: asksWithoutCertificate, config: atSubgraph }, asksWithoutCertificate);
  return {
    listen: async () => {
      const guardedAddress = guarded && tls && (await listen(guarded, tls)).replace(/^http/, "https");
      return { address: await listen(app, server), guardedAddress };
    },
    close: async () => {
      await closeTogether([app, ...(guarded ? [guarded] : [])].map((door) => () => closeDoor(door)));
    },
  };
}

/** Told apart from a path that is not there: whoever set the gateway up finds the reason in the subgraph's log. */
const asksWithoutCertificate = async (): Promise<never> => {
  throw refused("asked where no certificate is shown");
};

/** A door with all that stands before a question, and nothing behind it yet. */
function doorOf(parts: HttpParts, guard?: Guard): FastifyInstance {
  const { log, metrics, readiness } = parts;
  const app = openDoor({
    log,
    maxBodyBytes: parts.limits.maxBodyBytes,
    readiness,
    versions: parts.versions,
    guard,
    admit: async (request) => {
      request.watched = watch(metrics, parts.tracing);
      if (request.routeOptions.config.byAssertion) return;
      request.claims = await parts.verify(request.headers.authorization);
      letIn(request, await parts.viewerOf(request.claims));
    },
    answered: (line, request, reply) => {
      ended(metrics, line, request, reply);
      log.info(line, "answered");
    },
  });
  app.decorateRequest("claims", null);
  app.decorateRequest("viewer", null);
  app.decorateRequest("digest", "");
  app.decorateRequest("announced", null);
  app.decorateRequest("assertion", null);
  app.decorateRequest("watched", null);
  return app;
}

/** The gateway has held a client's question to the limits, and adds ids, relations and names of its own. */
const withAdditions = ({ maxDepth, maxTokens }: GraphqlLimits): GraphqlLimits => ({
  maxDepth: maxDepth + 1,
  maxAliases: Number.POSITIVE_INFINITY, // as many as there are tokens
  maxFields: 10_000,
  maxTokens: 8 * maxTokens,
});

function letIn(request: FastifyRequest, viewer: Viewer): void {
  request.viewer = viewer;
  request.who = { role: viewer.agency.role, post: viewer.post.post };
}

function contextOf(
  { directory, subgraph }: HttpParts,
  { activation, questions, counts }: AnsweringParts,
  request: FastifyRequest,
): HubContext {
  const { assertion, claims, viewer, watched } = request;
  if (!viewer || !watched) throw new TypeError("The hooks let nobody pass without a viewer");
  const { agency, post } = viewer;
  return {
    requestId: request.id,
    viewer,
    asker: isOutside(viewer) ? outsider(agency.role) : { role: agency.role, post, purpose: null },
    // The gateway's word stands for the client's headers: nobody on the way can change it.
    statedPurpose: assertion ? (assertion.purpose ?? undefined) : headerOf(request, "x-hub-purpose"),
    told: request.told,
    timed: watched.timed,
    assertion,
    idempotencyKey: assertion ? (assertion.idempotencyKey ?? undefined) : headerOf(request, "idempotency-key"),
    purposes: [...activation.policy.purposes.values()].filter(({ roles }) => roles.has(agency.role)),
    // Apollo hands out a copy of this object, and the purpose is stated on the copy.
    expect(coordinate) {
      return expectationOf(activation, this.asker, coordinate);
    },
    explain(coordinate) {
      return explanationOf(activation, this.asker, coordinate);
    },
    access: (role) => accessOf(activation, role),
    directory,
    keyOf: (type, id) => {
      const decoded = questions.world.ids.decode(id);
      return decoded?.type === type ? decoded.key : null;
    },
    words: new Words((audience, conferred) => {
      if (!subgraph?.confer || !assertion || !claims) throw new TypeError("Only the hub's subgraph has a relation");
      return subgraph.confer(audience, { claims, requestId: assertion.requestId }, conferred);
    }),
    subgraphs: subgraph?.registered?.(agency.id) ?? [],
    counted: new Set(),
    count(subject, asked) {
      this.counted.add(subject.group);
      return this.timed("statement", () => counts.of(subject, asked, this.asker, viewer));
    },
    change: () => {
      throw new TypeError("Only a mutation changes anything");
    },
    onRecord: () => {
      throw new TypeError("The question is not checked yet");
    },
  };
}
