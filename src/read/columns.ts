import type { Data, Shown } from "./row.js";

/** Finds what was shown below one value of the answer. */
export type Visit = (value: unknown, found: Shown[]) => void;

/** Columns of one SELECT; a value asked for twice is computed once. */
export class Columns {
  readonly #names = new Map<string, string>();
  readonly #visits = new Map<string, Visit>();

  /** @returns the column's name, which no client has chosen */
  add(sql: string, visit?: Visit): string {
    const name = this.#names.get(sql) ?? `c${this.#names.size}`;
    this.#names.set(sql, name);
    if (visit) this.#visits.set(name, visit);
    return name;
  }

  get size(): number {
    return this.#names.size;
  }

  visit(data: Data, found: Shown[]): void {
    for (const [name, visit] of this.#visits) visit(data[name], found);
  }

  shown(data: Data): Shown[] {
    const found: Shown[] = [];
    this.visit(data, found);
    return found;
  }

  toString(): string {
    return [...this.#names].map(([sql, name]) => `${sql} AS ${name}`).join(",\n       ") || "NULL AS none";
  }
}
