import type { ResponsePath } from "graphql";
import type { Conferred } from "../viewer/context.js";

interface Wanted {
  readonly conferred: Conferred;
  readonly at: ResponsePath;
}

/**
 * The hub's words of one answer: asked for minor by minor while it is made, and signed a group at a time when all are known.
 * A promise for each would have graphql-js wait at every level of every child.
 */
export class Words {
  readonly #groups = new Map<string, { readonly audience: string; readonly wanted: Wanted[] }>();

  /** @param confer words for one subgraph about one group, by global id */
  constructor(
    private readonly confer: (audience: string, conferred: readonly Conferred[]) => ReadonlyMap<string, string>,
  ) {}

  /** @param at where in the answer its word is to stand */
  want(audience: string, row: string, conferred: Conferred, at: ResponsePath): void {
    const name = `${audience} ${row}`;
    const group = this.#groups.get(name) ?? { audience, wanted: [] };
    this.#groups.set(name, group);
    group.wanted.push({ conferred, at });
  }

  /** Puts each where it is to stand, if its minor is still there when the answer is made. */
  putInto(data: unknown): void {
    for (const { audience, wanted } of this.#groups.values()) {
      const minors = new Map(wanted.map(({ conferred }) => [conferred.id, conferred]));
      const words = this.confer(audience, [...minors.values()]);
      for (const { conferred, at } of wanted) {
        const minor = found(data, at.prev);
        if (isObject(minor)) Reflect.set(minor, at.key, words.get(conferred.id) ?? null);
      }
    }
  }
}

/** What stands there; nothing where an error has taken it away. */
const found = (data: unknown, at: ResponsePath | undefined): unknown => {
  if (at === undefined) return data;
  const within = found(data, at.prev);
  return isObject(within) ? Reflect.get(within, at.key) : undefined;
};
const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
