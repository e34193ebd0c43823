import { type KeysByFact, placesOf } from "../facts/keys.js";
import type { FactParameters } from "../facts/say.js";
import type { ToldByRow } from "../policy/home.js";
import { arrayText } from "../store/array-text.js";
import type { RecordType } from "../store/record-types.js";
import type { Viewer } from "../viewer/viewer.js";
import type { Reference } from "./reference.js";

/** What differs between two questions of one plan: the values that are bound. */
export interface Binding {
  readonly viewer: Viewer;
  readonly variables: Readonly<Record<string, unknown>>;
  keys(type: RecordType): KeysByFact;
  /** At an agency: what the hub tells of the records that are referred to. */
  readonly told?: ReadonlyMap<Reference, ToldByRow> | undefined;
  /** Key of the record that a command has made or changed. */
  readonly changed?: string | undefined;
}

type Value = (binding: Binding) => string | null;

/** Collects the parameters of one statement while its text is written. */
export class Parameters {
  readonly #places = new Map<string, number>();
  readonly #values: Value[] = [];

  /**
   * @param name  the same name is the same parameter
   * @param cast  PostgreSQL type
   * @returns     "$3::bigint[]"
   */
  add(name: string, cast: string, value: Value): string {
    const place = this.#places.get(name) ?? this.#values.push(value);
    this.#places.set(name, place);
    return `$${place}::${cast}`;
  }

  bind(binding: Binding): (string | null)[] {
    return this.#values.map((value) => value(binding));
  }
}

/** What the facts of this type's rows are told of the viewer: his places, and his keys. */
export function factParameters(parameters: Parameters, record: RecordType): FactParameters {
  const keys = (kind: "steady" | "timed") => (fact: number) =>
    parameters.add(`keys ${record} ${fact} ${kind}`, "bigint[]", (binding) =>
      arrayText(binding.keys(record).get(fact)?.[kind] ?? []),
    );
  return {
    places: () => parameters.add(`places ${record}`, "int8multirange", ({ viewer }) => placesOf(viewer, record)),
    steady: keys("steady"),
    timed: keys("timed"),
  };
}

export const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
