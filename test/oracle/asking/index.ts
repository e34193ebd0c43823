import fc from "fast-check";
import type { GraphQLSchema } from "graphql";
import type { Coordinates } from "../../../src/policy/coordinates.js";
import type { Policy, Purpose } from "../../../src/policy/policy.js";
import { CONNECTIONS } from "../naive/roots.js";
import type { Asking } from "../world/directory.js";
import { odds } from "./chance.js";
import { type Document, print } from "./document.js";
import { Inputs, type Supply } from "./inputs.js";
import { type Openness, OpennessOf } from "./openness.js";
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

/** Generators of so many posts and purposes. */
const MOST_KEPT = 60;

/** Questions of everybody: mostly of what may be shown to them, now and then of anything. */
export class Questions {
  readonly #inputs: Inputs;
  readonly #openness: OpennessOf;
  readonly #documents = new Map<string, fc.Arbitrary<Document>>();

  constructor(private readonly world: Askable) {
    this.#inputs = new Inputs(world.supply);
    this.#openness = new OpennessOf(world.policy, world.coordinates);
  }

  any(): fc.Arbitrary<Question> {
    const { askers, policy } = this.world;
    const purposes = [...policy.purposes.values()];
    const pairs = askers.flatMap((asker) =>
      purposes.filter(({ roles }) => roles.has(asker.role)).map((purpose) => ({ asker, purpose })),
    );
    const fruitful = pairs.filter(({ asker, purpose }) => this.#shows(asker, purpose));
    const mixed = fruitful.filter(({ asker, purpose }) => this.#showsPartly(asker, purpose));
    const stated = odds(
      [16, fc.constantFrom(...mixed)],
      [6, fc.constantFrom(...fruitful)],
      [2, fc.constantFrom(...pairs)],
      [1, fc.record({ asker: fc.constantFrom(...askers), purpose: fc.constantFrom(undefined, ...purposes) })],
    );
    return stated.chain(({ asker, purpose }) =>
      odds([9, this.#of(asker, purpose)], [1, this.#ofAnything()]).map((document) => ({
        asker,
        purpose: purpose?.purpose,
        document,
      })),
    );
  }

  /** Documents that may show something to whoever holds this post. */
  #of(asker: Asking, purpose: Purpose | undefined): fc.Arbitrary<Document> {
    const key = `${asker.role} ${asker.post} ${purpose?.purpose}`;
    return this.#made(key, 4, (coordinate) => this.#openness.of(asker, purpose, coordinate));
  }

  #ofAnything(): fc.Arbitrary<Document> {
    return this.#made("", 1, () => "open");
  }

  /** Kept for a while: what a generator is made of costs more than what it makes, and takes megabytes. */
  #made(key: string, depth: number, openness: (coordinate: string) => Openness): fc.Arbitrary<Document> {
    const made =
      this.#documents.get(key) ?? new Selections(this.world.schema, this.#inputs, openness).question(depth).map(print);
    this.#documents.delete(key);
    this.#documents.set(key, made);
    const [oldest] = this.#documents.keys();
    if (this.#documents.size > MOST_KEPT && oldest !== undefined) this.#documents.delete(oldest);
    return made;
  }

  /** Some kind of record may exist for him. */
  #shows(asker: Asking, purpose: Purpose): boolean {
    return Object.keys(CONNECTIONS).some((list) => this.#openness.of(asker, purpose, `Query.${list}`) !== "closed");
  }

  /** Some column of some kind of record he sees on some and not on others. */
  #showsPartly(asker: Asking, purpose: Purpose): boolean {
    return PARTLY.some((coordinate) => this.#openness.of(asker, purpose, coordinate) === "partly");
  }
}

const PARTLY = [
  "Minor.fullName",
  "Minor.birthDate",
  "Minor.homeAddress",
  "Minor.phone",
  "Case.kind",
  "SensitiveIncident.kind",
  "OpinionAlert.heat",
];
