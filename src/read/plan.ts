import { GraphQLError, type GraphQLField, type OperationDefinitionNode } from "graphql";
import type { Asker } from "../policy/decide.js";
import { collect, type Question } from "./collect.js";
import { Columns } from "./columns.js";
import { Planner } from "./planner.js";
import { type Data, type Reader, Row, type Shown } from "./row.js";
import { checkRows, rowCounter } from "./rows.js";
import type { Binding } from "./statement.js";
import type { ReadWorld } from "./world.js";

/** A question, ready to be asked with any values of the same shape. */
export interface Plan {
  readonly text: string;
  /** Whether the database is asked at all. */
  readonly asks: boolean;
  /** How many rows the question may reach, with these variables. */
  rows(variables: Question["variables"]): number;
  bind(binding: Binding): (string | null)[];
  /** Where graphql-js begins to walk. */
  root(data: Data): Row;
  /**
   * What the answer shows of which record, for the disclosure log.
   * @throws Mistake COST_EXCEEDED the lists inside its records held more than they were taken for
   */
  shown(data: Data): Shown[];
}

/**
 * Plans a whole operation as one statement: rows that exist for the asker, decided values, nested lists as JSON.
 * @throws Refusal FIELD_NOT_SHARED a filter or an order on a field that can never be shown to the asker
 */
export function planOperation(
  world: ReadWorld,
  asker: Asker,
  operation: OperationDefinitionNode,
  question: Question,
): Plan {
  const rootType = question.schema.getRootType(operation.operation);
  if (!rootType) throw new GraphQLError(`This hub has no ${operation.operation}`);
  const planner = new Planner(world, asker, question);
  const columns = new Columns();
  const selection = new Map<string, Reader>();
  for (const [key, nodes] of collect(question, rootType, [operation.selectionSet])) {
    const [node] = nodes;
    const field: GraphQLField<unknown, unknown> | undefined = node && rootType.getFields()[node.name.value];
    const reader = node && field && planner.root(columns, field, node, nodes);
    if (reader) selection.set(key, reader);
  }
  return {
    text: `SELECT row_to_json(q)::text FROM (\nSELECT ${columns}\n) q`,
    asks: columns.size > 0,
    rows: rowCounter(question, rootType, [operation.selectionSet]),
    bind: (binding) => planner.parameters.bind(binding),
    root: (data) => new Row(data, selection),
    shown: (data) => {
      const shown = columns.shown(data);
      checkRows(shown.length);
      return shown;
    },
  };
}
