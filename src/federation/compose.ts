import { composeServices } from "@theguild/federation-composition";
import { getNamedType, isAbstractType, isObjectType, parse } from "graphql";
import { withLeaves } from "../policy/activate.js";
import type { Guard } from "../policy/coordinates.js";
import { SchemaError } from "../policy/coordinates.js";
import { AT_GATEWAY, askers } from "../policy/decide.js";
import { FACT, submasks } from "../policy/facts.js";
import { levelsOf, rowsOf } from "../policy/say.js";
import type { TruthTables } from "../policy/tables.js";
import { namesGivenTwice } from "./agency-names.js";
import { type HubSide, readAgencySdl } from "./agency-sdl.js";
import type { AgencySubgraph } from "./handed-in.js";
import { HUB, isNameOfAgency, NAME_OF_AGENCY } from "./hub-subgraph.js";
import { neverOpen } from "./kept.js";
import { hubSdlOf } from "./subgraph.js";
import { schemaOfGateway, stampOf } from "./supergraph.js";

/** The subgraphs do not make one graph. Each finding names agency, type, field and rule. */
export class CompositionError extends Error {
  override readonly name = "CompositionError";
  readonly code = "COMPOSITION";
  readonly exitCode = 2;
  constructor(readonly findings: readonly string[]) {
    super(`The subgraphs do not compose. 子图无法合成。\n${findings.map((finding) => `  ${finding}`).join("\n")}`);
  }
}

/**
 * One graph of the hub and its agencies, as `hub gateway` serves it; nothing is fetched.
 * @returns the supergraph (Federation 2)
 * @throws CompositionError
 */
export async function compose(hub: HubSide, agencies: readonly AgencySubgraph[]): Promise<string> {
  refuseIf(agencies.filter(({ name }) => !isNameOfAgency(name)).map(({ name }) => `${name}: ${NAME_OF_AGENCY}`));
  const read = agencies.map((agency) => ({ ...agency, ...readAgencySdl(hub, agency) }));
  refuseIf([...read.flatMap(({ findings }) => findings), ...namesGivenTwice(hub.plain, read)]);
  const services = [
    { name: HUB, url: hub.url, typeDefs: parse(hubSdlOf(hub.plain)) },
    ...read.flatMap(({ name, url, document }) => (document ? [{ name, url, typeDefs: document }] : [])),
  ];
  const { supergraphSdl, errors } = composeServices(services);
  if (supergraphSdl === undefined)
    throw new CompositionError((errors ?? []).map(({ message }) => message.replace(/^\[(\S+)\] /, "$1, ")));
  await checkDecided(hub, supergraphSdl, read);
  return `${stampOf(hub.activation.policy)}\n${supergraphSdl}`;
}

/** What the gateway would refuse at its start, and what a subgraph that decides nothing may not show. */
async function checkDecided({ plain, activation }: HubSide, supergraph: string, agencies: readonly AgencySubgraph[]) {
  const { schema, added } = schemaOfGateway(plain, activation.policy, supergraph);
  refuseIf(
    [...added].flatMap(([coordinate, { agency }]) => {
      const [typeName = "", name = ""] = coordinate.split(".");
      const type = schema.getType(typeName);
      const leadsTo = isObjectType(type) ? getNamedType(type.getFields()[name]?.type) : undefined;
      if (isAbstractType(leadsTo))
        return [`${agency}, ${coordinate}: leads to ${leadsTo.name}, an interface or union, where no rule is asked`];
      const fields = isObjectType(leadsTo) ? Object.keys(leadsTo.getFields()) : [];
      const whose = fields.map((field) => added.get(`${leadsTo?.name}.${field}`)?.agency ?? HUB);
      const another = whose.find((one) => one !== agency);
      return another ? [`${agency}, ${coordinate}: leads to ${leadsTo?.name}, which ${another} answers for`] : [];
    }),
  );
  const named = (finding: string) => {
    const [, type = "", at = ""] = /^(\w+)(\.\w+)?/.exec(finding) ?? [];
    const of = [...added].find(([coordinate]) => (at ? coordinate === type + at : coordinate.startsWith(`${type}.`)));
    return `${of?.[1].agency ?? HUB}, ${finding}`;
  };
  const { coordinates, tables } = await withLeaves(activation, schema, new Map(), AT_GATEWAY).catch(
    (error: unknown) => {
      throw error instanceof SchemaError ? new CompositionError(error.findings.map(named)) : error;
    },
  );
  refuseIf(neverOpen(schema, coordinates, added.keys()).map(named));
  const plainOnes = new Set(agencies.filter(({ kernel }) => !kernel).map(({ name }) => name));
  refuseIf(
    [...added].flatMap(([coordinate, { agency: owner }]) => {
      const guard = coordinates.get(coordinate);
      return plainOnes.has(owner) && guard && !isStatic(tables, guard)
        ? [
            `${owner}, ${coordinate}: is of ${rowsOf(guard)
              .map(({ row }) => row)
              .join(
                " ",
              )}, which depends on the record; a subgraph without the kernel cannot decide it (kernel: true, if it is built with the agency kit)`,
          ]
        : [];
    }),
  );
}

/**
 * For every role, post and purpose always shown or never, whatever holds of the record. A conflict of interest does not
 * count: it hides the record that leads here.
 */
const isStatic = (tables: TruthTables, guard: Guard): boolean =>
  rowsOf(guard).every((row) =>
    [...askers(tables.policy)].every((asker) =>
      levelsOf(guard).every((level) => {
        const { mask, shown } = tables.of(row, level, asker);
        const combinations = [...submasks(mask & ~FACT.conflict)];
        return shown.size === 0 || combinations.every((facts) => shown.has(facts));
      }),
    ),
  );

function refuseIf(findings: readonly string[]): void {
  if (findings.length > 0) throw new CompositionError(findings);
}
