import { join } from "node:path";
import { z } from "zod";
import { isIssuer, isOpenHttp, LOOPBACK_HTTP_ONLY, meet, OPEN_HTTP } from "./address.js";
import { host, httpUrl, port, section, text, whole } from "./words.js";

const AN_AGENCY = "the agency's global id, or a list of them";
/** By what two machines of a federation know each other. PEM files, read again when they change. */
const certificates = {
  /** What is shown to the other side, with what leads up to its authority. */
  certificateFile: text("a PEM file with this machine's certificate"),
  keyFile: text("a PEM file with the certificate's private key"),
  /** Whose certificates are taken of the other side, and nobody else's. */
  caFile: text("a PEM file with the certificates of the authority that signs the other side's"),
};

/** Hub, agencies and gateway as one graph: docs/federation.md. */
export const federation = section({
  /** The gateway's public keys (JWKS, Ed25519): with them the hub is a subgraph as well, at /subgraph. */
  gatewayKeysFile: text("a file with the gateway's public keys (JWKS)").optional(),
  /** Mutual TLS: /subgraph is to be had here alone, by whoever shows a certificate of the authority. */
  tls: section({
    /** Default: `server.host`. */
    host: host.optional(),
    port,
    ...certificates,
    /** One name (DNS, subject alternative) that the certificate must bear, where the authority signs for others as well. */
    clientName: z.hostname("the DNS name in the gateway's certificate").optional(),
  }).optional(),
  /** With what the hub signs for agencies' subgraphs. Default: `relation.json` in the data folder; made if missing. */
  relationKeyFile: text("a file with the hub's signing keys (JWKS)").optional(),
  /** Name of this subgraph, where it is an agency's; a hub is "hub". */
  name: text("the name that the hub has registered").optional(),
  /** Code of the agency that this is, where others of its kind keep their records in the same database. */
  agency: text("the agency's code in the register agencies").optional(),
  /** The hub's public keys (JWKS, Ed25519), where this is an agency: whose word it takes for who may see what. */
  hubKeysFile: text("a file with the hub's public keys (JWKS)").optional(),
  /** The hub, where this is an agency: its own system there tells it what it must know, and asks it for links. */
  hub: section({
    url: httpUrl("the http(s) URL of the hub's /graphql"),
    /** Who gives that system its tokens: OAuth 2.0, client credentials. */
    issuer: z.string(LOOPBACK_HTTP_ONLY).refine(isIssuer, LOOPBACK_HTTP_ONLY),
    clientId: text("the agency's client id at the issuer"),
    clientSecretFile: text("a file with the client's secret"),
    /** For which it brings its registers and asks for links: one that opens all that it writes. */
    purpose: text("a purpose of purposes.csv"),
  }).optional(),
  /** Subgraphs of agencies: whose people they know by name, and policy rows that they hold at home. */
  agencies: z
    .record(
      z.string(),
      section({
        /** Of several, where one subgraph has the records of all: schools of one township, say. */
        agency: z
          .union([text(AN_AGENCY), z.array(text(AN_AGENCY)).min(1)], AN_AGENCY)
          .transform((one) => (typeof one === "string" ? [one] : one)),
        holds: z.array(text("a policy row"), "a list of policy rows").min(1, "at least one policy row"),
      }),
      "subgraphs with agency and holds",
    )
    .default({}),
  /** For `hub compose` and `hub gateway`; the hub itself reads none of it. */
  gateway: section({
    /** The hub's own subgraph. */
    hubUrl: httpUrl("the http(s) URL of the hub's /subgraph").default("http://127.0.0.1:4000/subgraph"),
    /** Subgraphs of agencies by name; the schema as its agency hands it in. */
    subgraphs: z
      .record(
        z.string(),
        section({
          url: httpUrl("the http(s) URL of the agency's /subgraph"),
          schemaFile: text("a file with the agency's schema (SDL)"),
          /** Decides by the same policy: built with the agency kit. Others may add only what needs no decision. */
          kernel: z.boolean("true where it is built with the agency kit").default(false),
        }),
        "subgraphs with url, schemaFile and kernel",
      )
      .default({}),
    /** What `hub compose` writes. Default: `supergraph.graphql` in the data folder. */
    supergraphFile: text("a file for the supergraph").optional(),
    /** With what the gateway signs its calls. Default: `gateway.json` in the data folder; made if missing. */
    keyFile: text("a file with the gateway's signing keys (JWKS)").optional(),
    /** Whether subgraphs elsewhere than on this machine may be asked over http: on a network that nobody else reads. */
    plainHttp: z.boolean("true or false").default(false),
    /** Mutual TLS: what hub and agencies are shown, and whose certificates are taken of them. */
    tls: section(certificates).optional(),
    /** Milliseconds for which an agency may think. */
    patience: whole(100, 20_000).default(3_000),
    /** Milliseconds for which the hub may think: an import plan of 20,000 rows takes its time. */
    hubPatience: whole(100, 240_000).default(30_000),
  }).prefault({}),
});

type Said = z.output<typeof federation>;

/** What the rest of the settings says of it. */
interface Around {
  readonly server: { readonly host: string; readonly port: number };
  readonly database: { readonly dataDir: string };
}

/** With what it has by default. */
export const federationWith = ({ tls, gateway, ...said }: Said, { server, database }: Around) => ({
  ...said,
  tls: tls && { ...tls, host: tls.host ?? server.host },
  relationKeyFile: said.relationKeyFile ?? join(database.dataDir, "relation.json"),
  gateway: {
    ...gateway,
    supergraphFile: gateway.supergraphFile ?? join(database.dataDir, "supergraph.graphql"),
    keyFile: gateway.keyFile ?? join(database.dataDir, "gateway.json"),
  },
});

/** What no setting says by itself. */
export function refuseFederation(
  { federation, server }: Pick<Around, "server"> & { readonly federation: ReturnType<typeof federationWith> },
  refuse: (path: string, message: string) => void,
): void {
  const { gatewayKeysFile, hubKeysFile, tls, gateway, hub } = federation;
  if (tls && tls.port !== 0 && tls.port === server.port && meet(tls.host, server.host))
    refuse("federation.tls.port", "another port than server.port, where everybody else asks: a port has one door");
  if (tls && gatewayKeysFile === undefined)
    refuse("federation.tls", "FEDERATION_GATEWAY_KEYS_FILE beside it: a certificate alone lets nobody ask");
  if (hubKeysFile !== undefined && hubKeysFile === gatewayKeysFile)
    refuse("federation.hubKeysFile", "another file than the gateway's: whoever has its key could speak for the hub");
  const { hubUrl, subgraphs, plainHttp } = gateway;
  const urls = [
    ["hubUrl", hubUrl],
    ...Object.entries(subgraphs).map(([name, { url }]) => [`subgraphs.${name}.url`, url]),
  ];
  for (const [key = "", url = ""] of urls)
    if (!plainHttp && isOpenHttp(url)) refuse(`federation.gateway.${key}`, OPEN_HTTP);
  if (hub && !plainHttp && isOpenHttp(hub.url)) refuse("federation.hub.url", OPEN_HTTP);
}
