import { randomBytes } from "node:crypto";
import { type GraphQLError, getVariableValues, validate } from "graphql";
import type { HubConfig } from "../config.js";
import { ENTITIES } from "../domain/index.js";
import { staticRefusals } from "../policy/refuse.js";
import { below, collect } from "../read/collect.js";
import { planOperation } from "../read/plan.js";
import { Questions } from "../read/questions.js";
import type { ReadWorld } from "../read/world.js";
import { policyInForce } from "../server/foundation.js";
import { IdCipher } from "../store/global-id.js";
import { describe } from "../store/store.js";
import { Misuse } from "./exit.js";
import type { Operation } from "./operation.js";
import { holderOf, purposeOf } from "./words.js";

/**
 * The statement that the hub would send for this question of this asker, with its parameters as $1 ... Nothing is
 * asked of any database.
 * @throws Misuse the operation is not valid; Refusal what the hub would refuse before it plans
 */
export async function plannedSql(
  config: HubConfig,
  { document, definition }: Operation,
  asked: {
    readonly as: string;
    readonly purpose: string | undefined;
    readonly variables: Readonly<Record<string, unknown>>;
  },
): Promise<string> {
  const { activation } = await policyInForce(config);
  const { schema, coordinates, tables, policy } = activation;
  const { role, post } = holderOf(policy, asked.as);
  const purpose = asked.purpose === undefined ? null : purposeOf(policy, role, asked.purpose);
  const asker = { role, post, purpose };
  refuse(validate(schema, document));
  const { coerced, errors } = getVariableValues(schema, definition.variableDefinitions ?? [], asked.variables);
  refuse(errors ?? []);

  const dataSource = await describe(ENTITIES);
  const world: ReadWorld = {
    schema,
    coordinates,
    tables,
    ids: new IdCipher(randomBytes(32)), // ids are parameters, and parameters are not printed
    directory: { agency: () => null, division: () => null },
    entity: (target) => dataSource.getMetadata(target),
  };
  const question = new Questions(world, new Map(), () => {}).question({ document, variables: coerced ?? {} });
  const root = schema.getRootType(definition.operation);
  if (!root) throw new Misuse(`The hub has no ${definition.operation}`);
  const [refusal] = staticRefusals(activation, schema, asker, root, (type, nodes) =>
    collect(question, type, nodes ? below(nodes) : [definition.selectionSet]),
  );
  if (refusal) throw refusal;
  return planOperation(world, asker, definition, question).text;
}

function refuse(errors: readonly GraphQLError[]): void {
  if (errors.length > 0) throw new Misuse(errors.map(({ message }) => message).join("\n"));
}
