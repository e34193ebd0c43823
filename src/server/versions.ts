import type { FastifyInstance, RouteHandlerMethod } from "fastify";
import type { HubConfig } from "../config.js";
import { activate, edgeOpenings } from "../policy/activate.js";
import { between, irreconcilable, nameOf } from "../policy/between.js";
import { loadPolicy } from "../policy/load.js";
import type { Policy } from "../policy/policy.js";
import type { Query } from "../store/store.js";
import type { PolicyInForce } from "./foundation.js";

/** Milliseconds for which the version before holds beside a new one. */
const BOTH_HOLD = 600_000;

/** What decides here: the policy by itself, or for a while the stricter answer of it and the version before. */
export interface Versions {
  /** All that may come to decide. */
  readonly all: readonly PolicyInForce[];
  now(): PolicyInForce;
  /** Versions that the answers of now rest on. */
  names(): readonly string[];
}

/** The two versions differ in more than who sees what. */
export class VersionsIrreconcilable extends Error {
  override readonly name = "VersionsIrreconcilable";
  readonly code = "POLICY_VERSIONS";
  readonly exitCode = 2;
  constructor(findings: readonly string[]) {
    super(
      `policy.previous: the two versions cannot hold at once; take it out, and start hub, gateway and agencies together. ` +
        `两个政策版本不能并行,请移除 policy.previous 并同时重启各服务。\n${findings.map((finding) => `  ${finding}`).join("\n")}`,
    );
  }
}

/**
 * @param query as the serving login
 * @throws VersionsIrreconcilable, and what the previous folder is refused with
 */
export async function versionsOf(config: HubConfig, inForce: PolicyInForce, query: Query): Promise<Versions> {
  const { policy } = inForce.activation;
  await query(
    `INSERT INTO policy_started (policy)
     SELECT $1::text
      WHERE $1 IS DISTINCT FROM (SELECT policy FROM policy_started ORDER BY change DESC LIMIT 1)`,
    [nameOf(policy)],
  );
  const beside = await besideIt(config, policy, query);
  return versionsBeside(inForce, beside?.previous, () => beside !== undefined && new Date() < beside.until);
}

/**
 * @param bothHold whether the version before still holds
 * @throws VersionsIrreconcilable
 */
export async function versionsBeside(
  inForce: PolicyInForce,
  previous: Policy | undefined,
  bothHold: () => boolean,
): Promise<Versions> {
  const { activation, plain } = inForce;
  const { policy } = activation;
  if (!previous) return { all: [inForce], now: () => inForce, names: () => [nameOf(policy)] };
  const findings = irreconcilable(policy, previous);
  if (findings.length > 0) throw new VersionsIrreconcilable(findings);
  const both = { plain, activation: await activate(policy, plain, between(activation.at, previous)) };
  const [openings, ofBoth] = [activation, both.activation].map((one) => JSON.stringify(edgeOpenings(one)));
  // They are in the database, and relations have travelled over them.
  if (openings !== ofBoth) throw new VersionsIrreconcilable(["relations travel over other edges"]);
  return {
    all: [inForce, both],
    now: () => (bothHold() ? both : inForce),
    names: () => [nameOf(policy), ...(bothHold() ? [nameOf(previous)] : [])],
  };
}

/** The version before, where the configuration names another one. */
export async function previousOf(
  { policy: { previous: directory } }: HubConfig,
  policy: Policy,
): Promise<Policy | undefined> {
  const previous = directory === undefined ? undefined : await loadPolicy(directory);
  return previous && nameOf(previous) !== nameOf(policy) ? previous : undefined;
}

/** The version before and until when it holds; undefined where none does. */
export async function besideIt(
  config: HubConfig,
  policy: Policy,
  query: Query,
): Promise<{ readonly previous: Policy; readonly until: Date } | undefined> {
  const previous = await previousOf(config, policy);
  if (!previous) return undefined;
  const [started] = await query<{ since: Date }>(
    "SELECT since FROM policy_started WHERE policy = $1 ORDER BY change DESC LIMIT 1",
    [nameOf(policy)],
  );
  const until = started && new Date(started.since.getTime() + BOTH_HOLD);
  return until && new Date() < until ? { previous, until } : undefined;
}

/** Something that changes when the version before no longer holds. */
export interface Phased<Made> {
  now(): Made;
  /** Makes something else of each. */
  each<Other>(make: (made: Made) => Promise<Other> | Other): Promise<Phased<Other>>;
}

/** Makes something for each of them. */
export const forEach = <Made>(
  { all, now }: Versions,
  make: (inForce: PolicyInForce) => Promise<Made> | Made,
): Promise<Phased<Made>> => phased(all, now, make);

async function phased<Of, Made>(
  all: readonly Of[],
  now: () => Of,
  make: (of: Of) => Promise<Made> | Made,
): Promise<Phased<Made>> {
  const made = new Map<Of, Made>();
  for (const of of all) made.set(of, await make(of));
  const present = () => {
    const one = made.get(now());
    if (one === undefined) throw new TypeError("Nothing was made for what holds now");
    return one;
  };
  return { now: present, each: (other) => phased([...made.values()], present, other) };
}

/** A route whose handler changes with them. */
export const routed = (handlers: Phased<RouteHandlerMethod>): RouteHandlerMethod =>
  function (this: FastifyInstance, request, reply) {
    return handlers.now().call(this, request, reply);
  };
