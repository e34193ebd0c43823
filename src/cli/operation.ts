import { readFileSync } from "node:fs";
import { type DocumentNode, GraphQLError, Kind, type OperationDefinitionNode, parse, type TypeNode } from "graphql";
import { Misuse } from "./exit.js";

/** A file with one operation, as in examples/. */
export interface Operation {
  readonly text: string;
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
  /** From the line `Purpose: X` of its description. */
  readonly purpose: string | undefined;
  /** From the line `Post: Y`, as in "school/class-teacher". */
  readonly post: string | undefined;
}

/** @throws Misuse no such file, no GraphQL, or not exactly one operation */
export function readOperation(file: string): Operation {
  const { text, document } = read(file);
  const [definition, ...more] = document.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION);
  if (!definition || more.length > 0)
    throw new Misuse(`${file}: write one operation a file, not ${more.length + (definition ? 1 : 0)}`);
  const said = definition.description?.value ?? "";
  const line = (name: string) => new RegExp(`^${name}: (\\S+)$`, "m").exec(said)?.[1];
  return { text, document, definition, purpose: line("Purpose"), post: line("Post") };
}

function read(file: string): { text: string; document: DocumentNode } {
  try {
    const text = readFileSync(file, "utf8");
    return { text, document: parse(text) };
  } catch (error) {
    if (error instanceof GraphQLError) throw new Misuse(`${file}:${error.locations?.[0]?.line}: ${error.message}`);
    throw new Misuse(`${file} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}

/**
 * `--var` options as variables: text, and JSON where the operation declares a number, a flag, a list or an object.
 * @throws Misuse
 */
export function variablesOf({ definition }: Operation, options: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    options.map((option) => {
      const [, name = "", value = ""] = /^(\w+)=(.*)$/s.exec(option) ?? [];
      const declared = definition.variableDefinitions?.find(({ variable }) => variable.name.value === name);
      if (!declared) throw new Misuse(`--var ${option}: write name=value for a variable that the operation declares`);
      if (!isJson(declared.type) && !/^[[{]/.test(value)) return [name, value];
      try {
        return [name, JSON.parse(value)];
      } catch {
        throw new Misuse(`--var ${option}: the value is no JSON`);
      }
    }),
  );
}

function isJson(type: TypeNode): boolean {
  if (type.kind === Kind.NON_NULL_TYPE) return isJson(type.type);
  return type.kind === Kind.LIST_TYPE || ["Int", "Float", "Boolean"].includes(type.name.value);
}
