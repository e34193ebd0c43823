import { setMaxListeners } from "node:events";
import DataLoader from "dataloader";
import type { GraphQLFormattedError, GraphQLSchema } from "graphql";
import { z } from "zod";
import { Fault } from "../../errors.js";
import { HUB } from "../../federation/hub-subgraph.js";
import type { SigningKey } from "../../federation/keys.js";
import type { Request } from "../../federation/reach.js";
import { Circuit } from "./circuit.js";
import { contained } from "./contained.js";
import type { GatewayContext } from "./context.js";
import { MOST_REFERENCES, mostBytesOf, ownIn, type Reference, referenceTo } from "./entities.js";
import { isRecord } from "./nodes.js";
import type { Part } from "./plan.js";
import { type Caller, callSubgraph, NoAnswer, type WhyNot } from "./subgraph-call.js";

export interface SubgraphsOptions {
  /** The key that signs now. */
  readonly key: () => SigningKey;
  /** Shows them who the gateway is, and knows them. */
  readonly request: Request;
  readonly hubUrl: string;
  /** Milliseconds for which the hub may think. */
  readonly hubPatience: number;
  /** Of each subgraph. */
  readonly urls: ReadonlyMap<string, string>;
  /** What agencies may be asked for: `_entities`, and what they add. */
  readonly entities: GraphQLSchema;
  /** Version and hash of the policy that refuses here: the hub must go by the same. */
  readonly policy: string;
  /** Hears of each call that was in vain. */
  readonly missed: (subgraph: string, why: WhyNot) => void;
  /** Milliseconds for which an agency may think. */
  readonly patience: number;
  /** Milliseconds for which a subgraph that failed again and again is left alone. */
  readonly rest?: number;
}

/** Milliseconds: without the hub nobody is answered anything, so that somebody soon tries whether it is there again. */
const HUB_RESTS = 1_000;
const AGENCY_RESTS = 10_000;

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
   * @param change digest of the change that the client asks for; null: it changes nothing
   * @throws Fault HUB_UNAVAILABLE
   */
  async askHub(context: Caller, question: object, change: string | null): Promise<HubAnswer> {
    const { hubUrl, hubPatience, policy } = this.options;
    const heard = (versions: readonly string[]) => {
      this.hubGoesBy = versions;
    };
    const call = { name: HUB, url: hubUrl, own: true, versions: [policy], heard, change, question };
    let sent = false;
    const ask = async (signal: AbortSignal) => {
      sent = true;
      const answer = await callSubgraph(this.options, call, context, signal);
      if (isHubAnswer(answer)) return answer;
      throw new NoAnswer(HUB, "NO_GRAPHQL");
    };
    try {
      const circuit = this.#circuitOf(HUB);
      return await within(HUB, hubPatience, (signal) => circuit.call(askerOf(context), signal, () => ask(signal)));
    } catch (error) {
      if (error instanceof NoAnswer) this.options.missed(HUB, error.why);
      return hubUnavailable(error, sent && change !== null);
    }
  }

  /**
   * What agencies add to an answer of the hub's. An agency's failure is never more than its own part missing; what it
   * said of it goes no further.
   */
  async askAgencies(
    context: GatewayContext,
    places: ReadonlyMap<Part, readonly object[]>,
    variables: Readonly<Record<string, unknown>>,
  ): Promise<AgenciesAnswer> {
    const said = new Map<Part, Map<object, object>>();
    const missing = new Map<string, unknown>();
    const ask = async ([agency, parts]: readonly [string, readonly Part[]]) => {
      try {
        const answers = await within(agency, this.options.patience, (signal) =>
          this.#askAlike(context, agency, parts, places, variables, signal),
        );
        for (const [part, answer] of answers) said.set(part, answer);
      } catch (error) {
        const why = error instanceof NoAnswer ? error : new NoAnswer(agency, "UNFIT", error);
        this.options.missed(agency, why.why);
        missing.set(agency, why);
      }
    };
    await Promise.all(alike([...places.keys()], variables).map(ask));
    // Of an agency that has failed in one thing nothing is shown: half its part would look like the whole.
    return { of: (part, at) => (missing.has(part.agency) ? undefined : said.get(part)?.get(at)), missing };
  }

  /** @param parts that are the same in nobody's words, each with names of the client's own */
  async #askAlike(
    context: GatewayContext,
    agency: string,
    parts: readonly Part[],
    places: ReadonlyMap<Part, readonly object[]>,
    variables: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<Part, Map<object, object>>> {
    const asked = parts.flatMap((part) =>
      (places.get(part) ?? []).flatMap((at) => {
        const reference = referenceTo(part, at);
        return reference ? [{ part, at, reference }] : [];
      }),
    );
    const isOwn = ownIn(context);
    const recordsOf = (own: boolean) =>
      new DataLoader(
        async (references: readonly Reference[]) => {
          const data = await this.#askAgency(context, agency, parts, { own, references }, variables, signal);
          const read = parts.map((part) => contained(this.options.entities, part.words, references, data));
          return references.map((_, n) => new Map(parts.map((part, of) => [part, read[of]?.[n]])));
        },
        // The same record may stand at several places of an answer.
        { cacheKeyFn: ({ id }) => id, maxBatchSize: MOST_REFERENCES },
      );
    const [own, others] = [recordsOf(true), recordsOf(false)];
    const answers = new Map<Part, Map<object, object>>(parts.map((part) => [part, new Map()]));
    await Promise.all(
      asked.map(async ({ part, at, reference }) => {
        const record = (await (isOwn(reference) ? own : others).load(reference)).get(part);
        if (isRecord(record)) answers.get(part)?.set(at, record);
      }),
    );
    return answers;
  }

  /** @returns what the agency answers with, unread */
  async #askAgency(
    context: GatewayContext,
    name: string,
    [part]: readonly Part[],
    { own, references }: { readonly own: boolean; readonly references: readonly Reference[] },
    variables: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<object> {
    if (!part) throw new TypeError("Nobody asks for nothing");
    const { words, relation } = part;
    const call = {
      name,
      url: this.options.urls.get(name) ?? "",
      own,
      // The hub's words rest on these, and an agency that goes by others believes none of them.
      ...(relation !== undefined && this.hubGoesBy.length > 0 ? { versions: this.hubGoesBy } : {}),
      change: null,
      question: { query: words.query, variables: words.variables({ ...variables, [part.references]: references }) },
      mostBytes: mostBytesOf(references),
    };
    const answer = await this.#circuitOf(name).call(askerOf(context), signal, () =>
      callSubgraph(this.options, call, context, signal),
    );
    const read = agencyAnswer.safeParse(answer);
    if (!read.success) throw new NoAnswer(name, "NO_DATA");
    return read.data.data;
  }

  #circuitOf(name: string): Circuit {
    const { rest = name === HUB ? HUB_RESTS : AGENCY_RESTS } = this.options;
    const circuit = this.#circuits.get(name) ?? new Circuit(name, rest);
    this.#circuits.set(name, circuit);
    return circuit;
  }
}

/**
 * Calls of a subgraph that are given up after so many milliseconds, and once one of them has failed. AbortSignal.timeout
 * would keep its clock beyond the work.
 */
async function within<T>(name: string, milliseconds: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const patience = new AbortController();
  setMaxListeners(0, patience.signal); // each call listens
  const clock = setTimeout(() => patience.abort(), milliseconds);
  try {
    return await work(patience.signal);
  } finally {
    clearTimeout(clock);
    patience.abort(new NoAnswer(name, "GIVEN_UP"));
  }
}

/** For whom a subgraph is asked. Who it is that asks is the gateway's own question: where it is late, nobody's words are why. */
const askerOf = ({ asker, claims: { client, subject }, requestId }: Caller): string =>
  asker ? `${client} ${subject ?? ""}` : requestId;

/** Parts by what an agency is asked: the client's names make no call more. @returns agency and parts of each call */
function alike(
  parts: readonly Part[],
  variables: Readonly<Record<string, unknown>>,
): readonly (readonly [agency: string, parts: readonly Part[]])[] {
  const calls = new Map<string, Part[]>();
  for (const part of parts) {
    const same = JSON.stringify([part.agency, part.words.query, part.words.variables(variables)]);
    calls.set(same, [...(calls.get(same) ?? []), part]);
  }
  return [...calls.values()].flatMap((parts) => (parts[0] ? [[parts[0].agency, parts] as const] : []));
}

/** What agencies have added. */
export interface AgenciesAnswer {
  /** Fields of a record, by the client's keys. */
  of(part: Part, at: object): object | undefined;
  /** Agencies whose part is missing, and why. */
  readonly missing: ReadonlyMap<string, unknown>;
}

/**
 * The hub's own word on whether it is ready.
 * @throws Fault HUB_UNAVAILABLE
 */
export async function hubIsReady(hubUrl: string, request: Request): Promise<void> {
  const { status } = await request(new URL("/readyz", hubUrl), { signal: AbortSignal.timeout(2_000) }).catch(
    (error: unknown) => hubUnavailable(error),
  );
  if (status !== 200) hubUnavailable(new NoAnswer(HUB, "NOT_READY"));
}

/** @param changing whether it was sent a change, of which nobody can say now whether it was made */
function hubUnavailable(cause: unknown, changing = false): never {
  const operator = "operator: read the log of the gateway, it names the cause";
  throw new Fault(
    "HUB_UNAVAILABLE",
    changing
      ? {
          message: "The hub has not answered its gateway: whether the change was made is not known",
          messageZh: "中枢未应答网关,该更改是否已完成尚不清楚",
          remedy: `Send the same change again under the same Idempotency-Key: it is made once, and you are told what was done; ${operator}`,
        }
      : {
          message: "The hub does not answer its gateway",
          messageZh: "网关暂时无法连接中枢",
          remedy: `Ask again later; ${operator}`,
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
      remedy:
        "Take its fields for unknown, not for empty, and ask again later; the rest of the answer stands. " +
        "Operator: the gateway's log says why, under the request id",
    },
    cause,
  );
