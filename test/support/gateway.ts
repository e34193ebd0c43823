import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DocumentNode, type FieldNode, GraphQLError, Kind, OperationTypeNode, parse, print, visit } from "graphql";
import pino from "pino";
import { parseConfig } from "../../src/config.js";
import { compose } from "../../src/federation/compose.js";
import { publicFileOf, signingKeyIn } from "../../src/federation/keys.js";
import { policyInForce } from "../../src/server/foundation.js";
import { type GatewayOptions, openGateway } from "../../src/server/gateway/gateway.js";
import { agencySdl } from "../federation/agency-sdl.js";
import { agencyServer } from "../federation/agency-server.js";
import { asking, startHub, type TestHub, tokensAsTheyAre } from "./hub.js";

/** Where a hub finds the keys of the gateway that is put before it, and its own: for its environment. */
export async function gatewayKeysIn(folder: string): Promise<Readonly<Record<string, string>>> {
  signingKeyIn(join(folder, "gateway.json"));
  return {
    FEDERATION_GATEWAY_KEYS_FILE: publicFileOf(join(folder, "gateway.json")),
    FEDERATION_RELATION_KEY_FILE: join(folder, "relation.json"),
  };
}

/**
 * A gateway before a hub. A library keeps the opening hours of all agencies at home, and every second question asks for
 * those of one's own beside what it asks the hub: the gateway takes it apart and puts the answers together. What the
 * library says is taken out again, so that the answer is to be the hub's.
 * @param folder  that gatewayKeysIn was given
 * @param verify  the hub's own
 */
export async function gatewayBefore(
  hub: { readonly address: string },
  folder: string,
  { inForce, log = pino({ level: "silent" }), verify }: Pick<GatewayOptions, "inForce" | "log" | "verify">,
): Promise<{ readonly ask: TestHub["ask"]; close(): Promise<void> }> {
  const keys = publicFileOf(join(folder, "gateway.json"));
  const library = await agencyServer("library", keys, ({ representations }) => ({
    data: { _entities: representations.map(({ id }) => ({ __typename: "Agency", id, openingHours: OPEN })) },
  }));
  const env = { PORT: "0", HUB_DEMO: "1", HUB_DATA_DIR: folder };
  const decided = inForce ?? (await policyInForce(parseConfig(env, null)));
  const hubUrl = `${hub.address}/subgraph`;
  const supergraph = await compose({ ...decided, url: hubUrl }, [
    {
      name: "library",
      url: library.url,
      sdl: agencySdl('type Agency @key(fields: "id") { id: ID! openingHours: String }'),
      kernel: false,
      holds: new Set(),
    },
  ]);
  writeFileSync(join(folder, "supergraph.graphql"), supergraph);
  const config = parseConfig(env, JSON.stringify({ federation: { gateway: { hubUrl } } }));
  const gateway = await openGateway({ config, inForce: decided, log, verify });
  const ask = asking(gateway.address);
  return {
    ask: async (subject, query, options) => {
      const mixed = withOpeningHours(query);
      return mixed === null ? ask(subject, query, options) : withoutOpeningHours(await ask(subject, mixed, options));
    },
    close: async () => {
      await gateway.close();
      await library.close();
    },
  };
}

/** A hub as startHub makes it, asked through a gateway. */
export const startHubBehindGateway: typeof startHub = async (database, seed, inForce, log, environment, settings) => {
  const folder = mkdtempSync(join(tmpdir(), "gateway-"));
  const hub = await startHub(
    database,
    seed,
    inForce,
    log,
    { ...environment, ...(await gatewayKeysIn(folder)) },
    settings,
  );
  const gateway = await gatewayBefore(hub, folder, {
    verify: tokensAsTheyAre,
    ...(inForce ? { inForce } : {}),
    ...(log ? { log } : {}),
  });
  return {
    ...hub,
    ask: gateway.ask,
    close: async () => {
      await gateway.close();
      await hub.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

const OPEN = "9-17";
const OWN = "ownAgency";
const [ASKED] = fieldsOf(parse(`{ ${OWN}: viewer { agency { openingHours } } }`));

/** Every second question, whichever comes first: by its text. */
function withOpeningHours(query: string): string | null {
  if (Number(createHash("sha256").update(query).digest()[0]) % 2 === 0 || !ASKED) return null;
  const document = parsed(query);
  const isQuery = document?.definitions.some(
    (one) => one.kind === Kind.OPERATION_DEFINITION && one.operation === OperationTypeNode.QUERY,
  );
  if (!document || !isQuery) return null;
  return print(
    visit(document, {
      OperationDefinition: (operation) => ({
        ...operation,
        selectionSet: { ...operation.selectionSet, selections: [...operation.selectionSet.selections, ASKED] },
      }),
    }),
  );
}

function withoutOpeningHours(answer: Awaited<ReturnType<TestHub["ask"]>>) {
  const { data } = answer.body;
  if (!data) return answer;
  const { [OWN]: own, ...rest } = data;
  if (JSON.stringify(own) !== JSON.stringify({ agency: { openingHours: OPEN } }))
    throw new Error(`The library's part is ${JSON.stringify(own)}`);
  const body = { ...answer.body, data: rest };
  return { ...answer, body, text: JSON.stringify(body) };
}

function parsed(query: string): DocumentNode | null {
  try {
    return parse(query);
  } catch (error) {
    if (error instanceof GraphQLError) return null;
    throw error;
  }
}

function fieldsOf({ definitions }: DocumentNode): readonly FieldNode[] {
  return definitions.flatMap((one) =>
    one.kind === Kind.OPERATION_DEFINITION
      ? one.selectionSet.selections.flatMap((field) => (field.kind === Kind.FIELD ? [field] : []))
      : [],
  );
}
