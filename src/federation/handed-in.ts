import { type DirectiveNode, Kind, type TypeNode } from "graphql";

/** What an agency hands in for composition. */
export interface AgencySubgraph {
  readonly name: string;
  readonly url: string;
  readonly sdl: string;
  /** Decides by the policy: built with the agency kit. */
  readonly kernel: boolean;
  /** Policy rows that the hub registers for it: `federation.agencies.<name>.holds`. */
  readonly holds: ReadonlySet<string>;
}

/** @param at type and field, or what else the rule is about */
export type Refuse = (at: string, rule: string) => void;

/** Root types, under which names nothing else is looked for. */
export const ROOTS = ["Query", "Mutation", "Subscription"];

export function textOf({ arguments: args = [] }: DirectiveNode, argument: string): string | undefined {
  const value = args.find(({ name }) => name.value === argument)?.value;
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined;
}

export const namedIn = (type: TypeNode): string =>
  type.kind === Kind.NAMED_TYPE ? type.name.value : namedIn(type.type);
