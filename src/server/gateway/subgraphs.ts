import { getStitchedSchemaFromSupergraphSdl } from "@graphql-tools/federation";
import type { ExecutionResult } from "@graphql-tools/utils";
import {
  type FieldNode,
  type GraphQLFormattedError,
  type GraphQLSchema,
  getLocation,
  OperationTypeNode,
  print,
} from "graphql";
import { z } from "zod";
import { Fault } from "../../errors.js";
import { HUB } from "../../federation/hub-subgraph.js";
import type { SigningKey } from "../../federation/keys.js";
import { Relayed } from "../format.js";
import { Circuit } from "./circuit.js";
import { contained } from "./contained.js";
import type { GatewayContext } from "./context.js";
import {
  type EntitiesAsked,
  entitiesAsked,
  inParts,
  isOwn,
  isVouchedFor,
  mostBytesOf,
  type Reference,
} from "./entities.js";
import type { Words } from "./nobodys-words.js";
import type { Normalized } from "./normalized.js";
import { type Caller, callSubgraph, NoAnswer } from "./subgraph-call.js";

export interface SubgraphsOptions {
  /** The key that signs now. */
  readonly key: () => Promise<SigningKey>;
  readonly hubUrl: string;
  /** `join__Graph` -> name of the subgraph. */
  readonly graphs: ReadonlyMap<string, string>;
  /** Version and hash of the policy that refuses here: the hub must go by the same. */
  readonly policy: string;
  /** Milliseconds for which an agency may think. */
  readonly patience: number;
  /** Milliseconds for which an agency that failed again and again is left alone. */
  readonly rest?: number;
}

/** Milliseconds for which the hub may think: as long as a request may take to arrive. */
const HUB_PATIENCE = 30_000;

/** One question on its way through the subgraphs, and what they said of it. */
export class Errand {
  /** What the hub said beside its data, or instead of it. */
  readonly said: Relayed[] = [];
  /** The hub answered nothing: what it said is the answer. */
  refused = false;
  /** The question cannot be answered at all. */
  fault: Fault | undefined;
  /** Agencies whose part is missing. */
  readonly missing = new Map<string, unknown>();

  /**
   * @param roots  root fields by response key, in their order
   * @param asked  gives the client's names back
   */
  constructor(
    readonly context: GatewayContext,
    private readonly roots: ReadonlyMap<string, readonly FieldNode[]>,
    private readonly asked: Pick<Normalized, "path">,
  ) {}

  /**
   * An error of the hub at its place in the client's question. The engine asks under names and in lines of its own: a
   * root field alone by its name, several as `_v1_minor`.
   */
  inPlace({ path, locations: ofTheHub, ...error }: GraphQLFormattedError): GraphQLFormattedError {
    const { message, extensions } = error;
    const [root, ...below] = path ?? [];
    if (root === undefined || root === "_entities") return error;
    const [, nth = "0"] = /^_v(\d+)_/.exec(String(root)) ?? [];
    const [key, nodes] = [...this.roots][Number(nth)] ?? [root, []];
    const locations = nodes.flatMap(({ loc }) => (loc ? [getLocation(loc.source, loc.start)] : []));
    return {
      message,
      path: [key, ...this.asked.path(below)],
      ...(ofTheHub && below.length === 0 ? { locations } : {}),
      ...(extensions ? { extensions } : {}),
    };
  }
}

export interface HubAnswer {
  readonly data?: Readonly<Record<string, unknown>> | null | undefined;
  readonly errors?: readonly GraphQLFormattedError[] | undefined;
}
const hubAnswer = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z.array(z.object({ message: z.string(), extensions: z.object({ code: z.string() }) })).optional(),
});
// Tested and not parsed: what the hub says goes on in its own order.
const isHubAnswer = (value: unknown): value is HubAnswer => hubAnswer.safeParse(value).success;

const agencyAnswer = z.object({ data: z.looseObject({}), errors: z.array(z.unknown()).max(0).optional() });

/** The hub and its agencies, as the gateway asks them. */
export class Subgraphs {
  readonly #circuits = new Map<string, Circuit>();
  /** Versions of the policy that the hub last said it goes by. */
  hubGoesBy: readonly string[] = [];

  constructor(private readonly options: SubgraphsOptions) {}

  /**
   * A question to the hub alone.
   * @throws Fault HUB_UNAVAILABLE
   */
  async askHub(context: Caller, question: object, changes: boolean): Promise<HubAnswer> {
    const { key, hubUrl, policy } = this.options;
    const heard = (versions: readonly string[]) => {
      this.hubGoesBy = versions;
    };
    const call = { name: HUB, url: hubUrl, own: true, policy, heard, changes, question };
    const answer = await callSubgraph(key, call, context, AbortSignal.timeout(HUB_PATIENCE)).catch(hubUnavailable);
    if (!isHubAnswer(answer)) return hubUnavailable(new NoAnswer(HUB, "NO_GRAPHQL"));
    // The gateway's fault and not the user's: its key or its clock.
    if (answer.errors?.some(({ extensions }) => extensions?.["code"] === "ASSERTION_REFUSED"))
      return hubUnavailable(new NoAnswer(HUB, "ASSERTION_REFUSED"));
    return answer;
  }

  /**
   * The supergraph as one schema, whose fields are fetched from where they are. The context of an execution is an
   * `Errand`, which holds what went wrong: nothing of it is thrown.
   */
  stitched(supergraphSdl: string): GraphQLSchema {
    return getStitchedSchemaFromSupergraphSdl({
      supergraphSdl,
      batch: true, // one call of the hub for all root fields: one statement
      onSubschemaConfig: (config) => {
        const name = this.options.graphs.get(config.name) ?? config.name;
        const { schema, endpoint: url } = config;
        config.batch = name === HUB;
        config.executor = async ({ context, document, variables = {}, operationType }): Promise<ExecutionResult> => {
          if (!(context instanceof Errand)) throw new TypeError("A question is asked on an errand");
          if (name !== HUB) return this.#fromAgency(context, { name, url, schema }, entitiesAsked(document, variables));
          const changes = operationType === OperationTypeNode.MUTATION;
          return this.#fromHub(context, { query: print(document), variables }, changes);
        };
      },
    });
  }

  async #fromHub(errand: Errand, question: object, changes: boolean): Promise<ExecutionResult> {
    try {
      const { data, errors = [] } = await this.askHub(errand.context, question, changes);
      errand.said.push(...errors.map((error) => new Relayed(errand.inPlace(error))));
      errand.refused ||= !data;
      return { data: data ?? null };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      errand.fault = error;
      return { data: null };
    }
  }

  /** An agency's failure is never more than its own part missing; what it said of it goes no further. */
  async #fromAgency(errand: Errand, agency: Agency, { key, references, of }: EntitiesAsked): Promise<ExecutionResult> {
    const signal = AbortSignal.timeout(this.options.patience);
    const found = new Map<Reference, unknown>();
    const ask = async (part: readonly Reference[]) => {
      const entities = await this.#askAgency(errand.context, agency, part, of(part), signal);
      part.forEach((reference, n) => {
        found.set(reference, entities[n]);
      });
    };
    try {
      await Promise.all(inParts(references.filter(isVouchedFor)).map(ask));
      return { data: { [key]: references.map((reference) => found.get(reference) ?? null) } };
    } catch (error) {
      errand.missing.set(agency.name, error instanceof NoAnswer ? error : new NoAnswer(agency.name, "UNFIT", error));
      return { data: null };
    }
  }

  async #askAgency(
    context: GatewayContext,
    { name, url, schema }: Agency,
    references: readonly Reference[],
    words: Words,
    signal: AbortSignal,
  ): Promise<readonly unknown[]> {
    const { key } = this.options;
    const { client, subject } = context.claims;
    const call = {
      name,
      url,
      own: isOwn(references, context),
      changes: false,
      question: { query: words.query, variables: words.variables },
      mostBytes: mostBytesOf(references),
    };
    const answer = await this.#circuitOf(name).call(`${client} ${subject ?? ""}`, signal, () =>
      callSubgraph(key, call, context, signal),
    );
    const read = agencyAnswer.safeParse(answer);
    if (!read.success) throw new NoAnswer(name, "NO_DATA");
    return contained(schema, words, references, read.data.data);
  }

  #circuitOf(name: string): Circuit {
    const circuit = this.#circuits.get(name) ?? new Circuit(name, this.options.rest ?? 10_000);
    this.#circuits.set(name, circuit);
    return circuit;
  }
}

interface Agency {
  readonly name: string;
  readonly url: string;
  readonly schema: GraphQLSchema;
}

/**
 * The hub's own word on whether it is ready.
 * @throws Fault HUB_UNAVAILABLE
 */
export async function hubIsReady(hubUrl: string): Promise<void> {
  const response = await fetch(new URL("/readyz", hubUrl), { signal: AbortSignal.timeout(2_000) }).catch(
    hubUnavailable,
  );
  if (!response.ok) hubUnavailable(new NoAnswer(HUB, "NOT_READY"));
}

function hubUnavailable(cause: unknown): never {
  throw new Fault(
    "HUB_UNAVAILABLE",
    {
      message: "The hub does not answer its gateway",
      messageZh: "网关暂时无法连接中枢",
      remedy: "Ask again later; operator: read the log of the gateway, it names the cause",
    },
    cause,
  );
}

/** @param name of the subgraph, which the client knows by its fields; nothing of what was asked or sent */
export const agencyUnavailable = (name: string, cause: unknown) =>
  new Fault(
    "AGENCY_UNAVAILABLE",
    {
      message: `The subgraph "${name}" did not answer; its fields are empty in this answer`,
      messageZh: `子图“${name}”未能应答,本次回答中其字段为空`,
      agency: name,
      remedy: "Take its fields for unknown, not for empty, and ask again later; the rest of the answer stands",
    },
    cause,
  );
