import { type DocumentNode, Kind } from "graphql";
import { decodeJwt, errors } from "jose";
import { z } from "zod";
import { viewerFor } from "../../federation/relation.js";
import type { GatewayContext } from "./context.js";
import { inNobodysWords, keyOf, type Words } from "./nobodys-words.js";

/** What the engine asks an agency for: records by reference, and nothing else. */
export interface EntitiesAsked {
  /** Response key of `_entities`. */
  readonly key: string;
  readonly references: readonly Reference[];
  /** The question of some of them, as the agency may read it. */
  of(references: readonly Reference[]): Words;
}

const reference = z.looseObject({ __typename: z.string(), id: z.string(), relation: z.string().nullish() });
export type Reference = z.output<typeof reference>;

/** @throws TypeError the engine asks in another way than it used to */
export function entitiesAsked(document: DocumentNode, variables: Readonly<Record<string, unknown>>): EntitiesAsked {
  const roots = document.definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION ? definition.selectionSet.selections : [],
  );
  const [root] = roots;
  const [argument] = root?.kind === Kind.FIELD ? (root.arguments ?? []) : [];
  if (
    roots.length !== 1 ||
    root?.kind !== Kind.FIELD ||
    root.name.value !== "_entities" ||
    argument?.value.kind !== Kind.VARIABLE
  )
    throw new TypeError("An agency is asked for entities alone");
  // Where the client has a variable of its usual name, the engine takes another one.
  const name = argument.value.name.value;
  return {
    key: keyOf(root),
    references: z.array(reference).parse(variables[name]),
    of: (references) => inNobodysWords(document, { ...variables, [name]: references }),
  };
}

/** Of a child of whom the hub gives no word, the agency is not even asked. */
export const isVouchedFor = (reference: Reference): boolean =>
  !("relation" in reference) || typeof reference.relation === "string";

/** Whether the asker is one of the agency's own people: the hub says so, in each of its words for this call. */
export const isOwn = (references: readonly Reference[], { claims, requestId }: GatewayContext): boolean =>
  references.every(({ relation }) => subjectOf(relation) === viewerFor(true, claims, requestId));

/** Read and not verified: it comes from the hub itself, and whoever is asked verifies it. */
function subjectOf(relation: string | null | undefined): string | undefined {
  try {
    return relation ? decodeJwt(relation).sub : undefined;
  } catch (error) {
    if (error instanceof errors.JWTInvalid) return undefined;
    throw error;
  }
}

/** References of one call: what an agency's limits, its question's rows and the reading of its answer are good for. */
const MOST_REFERENCES = 200;
export const inParts = (references: readonly Reference[]): readonly (readonly Reference[])[] =>
  Array.from({ length: Math.ceil(references.length / MOST_REFERENCES) }, (_, n) =>
    references.slice(n * MOST_REFERENCES, (n + 1) * MOST_REFERENCES),
  );

/**
 * Largest answer that is read, in bytes. Reading the worst that fits takes the one thread 12 ms where one child was asked
 * for, and 0.3 s where 200 were.
 */
export const mostBytesOf = (references: readonly Reference[]): number =>
  Math.min(2 * 1024 * 1024, 256 * 1024 + references.length * 10 * 1024);
