import type { GraphQLRequestContext } from "@apollo/server";
import {
  type DocumentNode,
  execute,
  type FieldNode,
  type GraphQLObjectType,
  getVariableValues,
  type OperationDefinitionNode,
  OperationTypeNode,
} from "graphql";
import { operationHash } from "../disclosure/of-answer.js";
import { badUserInput } from "../errors.js";
import { namedIn } from "../federation/handed-in.js";
import { REFERENCE } from "../federation/subgraph.js";
import type { Activation } from "../policy/activate.js";
import type { Asker } from "../policy/decide.js";
import { isOutside } from "../policy/home.js";
import { type Collect, statedPurpose, staticRefusals } from "../policy/refuse.js";
import type { Told } from "../viewer/context.js";
import { checkVariables } from "./limits.js";
import type { Result } from "./sending.js";
import type { RoleViews } from "./views.js";

/** Who asks, and what he says of his question. */
export interface Asking {
  /** With the purpose once it is checked. */
  asker: Asker;
  readonly statedPurpose: string | undefined;
  readonly told: Told;
}

/** A valid question. */
export interface Stated {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly rootType: GraphQLObjectType;
  /** As they were sent, and as the schema reads them. */
  readonly raw: Record<string, unknown>;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly asker: Asker;
}

/**
 * Operation, purpose and variables of a valid document; sets the asker and what is told of the question.
 * @throws Mistake BAD_USER_INPUT, COST_EXCEEDED; Refusal PURPOSE_NOT_ALLOWED
 */
export function stated(
  activation: Activation,
  { document, operation, contextValue: context, request }: GraphQLRequestContext<Asking>,
): Stated | Required<Pick<Result, "errors">> {
  if (!document) throw new TypeError("Apollo calls this with a document");
  if (!operation) throw noSuchOperation();
  context.told.operation = operationHash(document);
  const purpose = isOutside(context.asker)
    ? context.asker.purpose
    : statedPurpose(activation, context.asker, context.statedPurpose);
  context.asker = activation.tables.same({ ...context.asker, purpose });
  context.told.purpose = purpose?.purpose ?? null;
  context.told.kind = operation.operation === OperationTypeNode.MUTATION ? "change" : "read";
  const { schema } = activation;
  const rootType = schema.getRootType(operation.operation);
  if (!rootType) throw badUserInput("query", `This hub has no ${operation.operation}`, "不支持该类操作", "Ask a query");
  const raw = request.variables ?? {};
  checkVariables(raw, referencesAsked(operation));
  const { coerced, errors } = getVariableValues(schema, operation.variableDefinitions ?? [], raw, {
    maxErrors: 10,
    hideSuggestions: true,
  });
  return errors ? { errors } : { document, operation, rootType, raw, variables: coerced, asker: context.asker };
}

/**
 * What is settled before a record is looked for: a question about the schema is answered, and one that can never be
 * answered is refused.
 * @returns undefined where neither is so
 * @throws Mistake BAD_USER_INPUT
 */
export function settled(
  activation: Activation,
  views: RoleViews,
  { document, operation, rootType, raw, asker }: Stated,
  collect: Collect,
  { told }: Asking,
): Result | Promise<Result> | undefined {
  const fields = collect(rootType, null);
  if (introspects(fields)) {
    told.kind = "schema";
    return execute({
      schema: views.of(asker),
      document,
      operationName: operation.name?.value ?? null,
      variableValues: raw,
    });
  }
  if (operation.operation === OperationTypeNode.MUTATION) checkOneChange(fields);
  // Who comes from outside has been refused by the gateway, which knows of what role he is; here he has none.
  if (isOutside(asker)) return undefined;
  const refusals = staticRefusals(activation, activation.schema, asker, rootType, collect);
  return refusals.length > 0 ? { errors: refusals } : undefined;
}

/** Variables that hold references: what `_Any` reads of one is flat and bounded. */
const referencesAsked = ({ variableDefinitions = [] }: OperationDefinitionNode): string[] =>
  variableDefinitions.flatMap(({ variable, type }) => (namedIn(type) === REFERENCE ? [variable.name.value] : []));

/** One change a transaction: of two, one could fail and leave the other done. */
function checkOneChange(fields: ReadonlyMap<string, readonly FieldNode[]>): void {
  const changes = [...fields.values()].filter(([node]) => node?.name.value !== "__typename");
  if (changes.length > 1)
    throw badUserInput(
      "query",
      "An operation changes one thing: a single mutation field",
      "一次操作只能包含一个变更字段",
      "Send each change by itself, with an Idempotency-Key of its own",
    );
}

/** @throws Mistake BAD_USER_INPUT the schema is asked for beside records: it is answered from the role's view, they are not */
function introspects(fields: ReadonlyMap<string, readonly FieldNode[]>): boolean {
  const names = [...fields.values()].flatMap(([field]) => field?.name.value ?? []);
  const about = names.filter((name) => name === "__schema" || name === "__type");
  if (about.length > 0 && names.some((name) => !name.startsWith("__")))
    throw badUserInput(
      "query",
      "The schema is asked for together with records",
      "不能同时查询模式与数据",
      "Ask for __schema and __type in a question of their own",
    );
  return about.length > 0;
}

const noSuchOperation = () =>
  badUserInput(
    "operationName",
    "operationName names no operation of the document, or is missing where there are several",
    "operationName 与文档中的操作不符",
    "Send the name of one operation of the document",
  );
