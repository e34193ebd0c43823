import { randomBytes } from "node:crypto";
import { type GraphQLError, getVariableValues, validate } from "graphql";
import { ENTITIES } from "../domain/index.js";
import type { Activation } from "../policy/activate.js";
import type { Asker } from "../policy/decide.js";
import { staticRefusals } from "../policy/refuse.js";
import { below, collect } from "../read/collect.js";
import { planOperation } from "../read/plan.js";
import { Questions } from "../read/questions.js";
import type { ReadWorld } from "../read/world.js";
import { IdCipher } from "../store/global-id.js";
import { describe } from "../store/store.js";
import { Misuse } from "./exit.js";
import type { Operation } from "./operation.js";

/**
 * The statement that the hub would send for this question of this asker, with its parameters as $1 ... Nothing is
 * asked of any database.
 * @throws Misuse the operation is not valid; Refusal what the hub would refuse before it plans
 */
export async function plannedSql(
  activation: Activation,
  { document, definition }: Operation,
  asker: Asker,
  raw: Readonly<Record<string, unknown>>,
): Promise<string> {
  const { schema, coordinates, tables } = activation;
  refuse(validate(schema, document));
  const { coerced, errors } = getVariableValues(schema, definition.variableDefinitions ?? [], raw);
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
