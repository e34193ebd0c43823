import { Agency, Division } from "../../../src/domain/directory/index.js";
import type { IdCipher } from "../../../src/store/global-id.js";
import type { Data } from "./data.js";

/** An agency as every member agency sees it. */
export type AgencyView = Omit<Agency, "no" | "division"> & { readonly division: Division | null };

/** Agencies and divisions, which are no secret. */
export class Directory {
  #agencies: Promise<Map<string, AgencyView>> | undefined;
  #divisions: Promise<Map<string, Division>> | undefined;

  constructor(
    private readonly data: Data,
    private readonly ids: IdCipher,
  ) {}

  async agencies(): Promise<readonly AgencyView[]> {
    return [...(await this.#allAgencies()).values()];
  }
  async agency(id: string): Promise<AgencyView | null> {
    return (await this.#allAgencies()).get(id) ?? null;
  }
  async divisions(): Promise<readonly Division[]> {
    return [...(await this.#allDivisions()).values()];
  }
  async division(code: string): Promise<Division | null> {
    return (await this.#allDivisions()).get(code) ?? null;
  }

  #allDivisions() {
    this.#divisions ??= this.data
      .all(Division)
      .then((rows) => new Map(inOrder(rows, ({ code }) => code).map((row) => [row.code, row])));
    return this.#divisions;
  }

  #allAgencies() {
    this.#agencies ??= Promise.all([this.data.all(Agency), this.#allDivisions()]).then(
      ([rows, divisions]) =>
        new Map(
          inOrder(rows, ({ kind, name }) => `${kind} ${name}`).map((row) => [
            row.id,
            { ...row, id: this.ids.encode("Agency", row.id), division: divisions.get(row.division) ?? null },
          ]),
        ),
    );
    return this.#agencies;
  }
}

const inOrder = <T>(rows: readonly T[], key: (row: T) => string): T[] =>
  [...rows].sort((a, b) => Buffer.from(key(a)).compare(Buffer.from(key(b))));
