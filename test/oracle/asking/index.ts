import fc from "fast-check";
import type { GraphQLSchema } from "graphql";
import type { Coordinates } from "../../../src/policy/coordinates.js";
import { possibleLevels } from "../../../src/policy/decide.js";
import type { Policy, Post, Purpose } from "../../../src/policy/policy.js";
import { guarding } from "../naive/roots.js";
import type { Asking } from "../world/directory.js";
import { type Document, print } from "./document.js";
import { Inputs, type Supply } from "./inputs.js";
import { Selections } from "./selections.js";

/** A question: who asks, what for, and what. */
export interface Question {
  readonly asker: Asking;
  readonly purpose: string | undefined;
  readonly document: Document;
}

export interface Askable {
  readonly schema: GraphQLSchema;
  readonly coordinates: Coordinates;
  readonly policy: Policy;
  readonly askers: readonly Asking[];
  readonly supply: Supply;
}

/** Questions of everybody: mostly of what may be shown to them, now and then of anything. */
export class Questions {
  readonly #inputs: Inputs;
  readonly #selections = new Map<string, Selections>();

  constructor(private readonly world: Askable) {
    this.#inputs = new Inputs(world.supply);
  }

  any(): fc.Arbitrary<Question> {
    const { askers, policy } = this.world;
    const purposes = [...policy.purposes.values()];
    const pairs = askers.flatMap((asker) =>
      purposes.filter(({ roles }) => roles.has(asker.role)).map((purpose) => ({ asker, purpose })),
    );
    const fruitful = pairs.filter(({ asker, purpose }) => this.#shows(asker, purpose));
    const stated = fc.oneof(
      { weight: 20, arbitrary: fc.constantFrom(...fruitful) },
      { weight: 2, arbitrary: fc.constantFrom(...pairs) },
      {
        weight: 1,
        arbitrary: fc.record({ asker: fc.constantFrom(...askers), purpose: fc.constantFrom(undefined, ...purposes) }),
      },
    );
    return stated.chain(({ asker, purpose }) =>
      fc
        .oneof({ weight: 12, arbitrary: this.#of(asker, purpose) }, { weight: 1, arbitrary: this.#ofAnything() })
        .map((document) => ({ asker, purpose: purpose?.purpose, document })),
    );
  }

  /** Documents that may show something to whoever holds this post. */
  #of(asker: Asking, purpose: Purpose | undefined): fc.Arbitrary<Document> {
    const key = `${asker.role} ${asker.post} ${purpose?.purpose}`;
    const known =
      this.#selections.get(key) ??
      new Selections(this.world.schema, this.#inputs, (coordinate) => this.#mayShow(asker, purpose, coordinate));
    this.#selections.set(key, known);
    return known.question().map(print);
  }

  #ofAnything(): fc.Arbitrary<Document> {
    const known = this.#selections.get("") ?? new Selections(this.world.schema, this.#inputs, () => true);
    this.#selections.set("", known);
    return known.question(1).map(print);
  }

  #shows(asker: Asking, purpose: Purpose): boolean {
    return ["Query.minors", "Query.cases", "Query.incidents", "Query.opinionAlerts"].some((root) =>
      this.#mayShow(asker, purpose, root),
    );
  }

  #mayShow({ role, post: name }: Asking, purpose: Purpose | undefined, coordinate: string): boolean {
    const { policy, coordinates } = this.world;
    const post: Post | undefined = policy.post(role, name);
    const { rows, levels } = guarding(coordinates.get(coordinate) ?? { kind: "public" });
    if (rows.length === 0) return true;
    return rows.some((row) => {
      const possible = post && possibleLevels(policy, row, { role, post, purpose: purpose ?? null });
      return levels.some((level) => possible?.has(level));
    });
  }
}
