import {
  type GraphQLObjectType,
  getArgumentValues,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isListType,
  isNonNullType,
  type SelectionSetNode,
} from "graphql";
import { tooMuch } from "../errors.js";
import { below, collect, type Question } from "./collect.js";
import { pageIn, USUAL_PAGE } from "./page.js";
import { referencesIn } from "./reference.js";

/** Rows that a question may reach, as it is estimated, and that an answer may hold, as they are counted. */
const MOST_ROWS = 20_000;
/** What a list inside a record is taken for, before it is read: it has no pages, and it is never cut short. */
const NESTED = 10;

/** @throws Mistake COST_EXCEEDED */
export const checkRows = (rows: number): void => {
  if (rows > MOST_ROWS) throw tooMuch("rows", rows, MOST_ROWS);
};

type Variables = Question["variables"];

interface Part {
  readonly list: boolean;
  /** Size of the page that the field asks for, if it is a page. */
  first(variables: Variables): unknown;
  /** Length of a list that is as long as what it is asked for. */
  readonly references: ((variables: Variables) => number) | undefined;
  readonly below: readonly Part[];
}

/** Counts the rows that a question may reach: the sizes of pages and lists, multiplied down the nesting. */
export function rowCounter(
  question: Question,
  type: GraphQLObjectType,
  selectionSets: readonly SelectionSetNode[],
): (variables: Variables) => number {
  const parts = partsOf(question, type, selectionSets);
  return (variables) => count(parts, variables, 1, NESTED);
}

function partsOf(question: Question, type: GraphQLObjectType, selectionSets: readonly SelectionSetNode[]): Part[] {
  return [...collect(question, type, selectionSets).values()].flatMap((nodes) => {
    const [node] = nodes;
    const field = node && type.getFields()[node.name.value];
    const named = field && getNamedType(field.type);
    if (!node || !field || !isCompositeType(named)) return [];
    // Of an interface (`node`) the types are counted together: which one it is, only the record tells.
    const types = isAbstractType(named) ? question.schema.getPossibleTypes(named) : [named];
    const isPage = field.args.some(({ name }) => name === "first");
    return {
      list: isListType(isNonNullType(field.type) ? field.type.ofType : field.type),
      first: (variables) =>
        isPage ? (pageIn(getArgumentValues(field, node, variables)).size ?? USUAL_PAGE) : undefined,
      references: field.args.some(({ name }) => name === "representations")
        ? (variables) => referencesIn(getArgumentValues(field, node, variables)).length
        : undefined,
      below: types.flatMap((one) => partsOf(question, one, below(nodes))),
    };
  });
}

const count = (parts: readonly Part[], variables: Variables, above: number, page: number): number =>
  parts.reduce((rows, part) => {
    const first = part.first(variables);
    const here = part.list ? above * (part.references?.(variables) ?? page) : above;
    return (
      rows + (part.list ? here : 0) + count(part.below, variables, here, typeof first === "number" ? first : NESTED)
    );
  }, 0);
