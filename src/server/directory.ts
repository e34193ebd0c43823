import type { IdCipher } from "../store/global-id.js";
import type { Store } from "../store/store.js";

interface DivisionRow {
  readonly code: string;
  readonly name: string;
}
interface AgencyView {
  readonly id: string;
  readonly kind: string;
  readonly name: string;
  readonly division: DivisionRow | null;
  readonly legalBasisKind: string;
  readonly legalBasisDocument: string;
  readonly creditCode: string | null;
  readonly dutyPhone: string | null;
}

/** Agencies and divisions in memory: dimension tables never belong in the statement. */
export class MemoryDirectory {
  #agencies = new Map<string, AgencyView>();
  #divisions = new Map<string, DivisionRow>();

  private constructor(
    private readonly store: Store,
    private readonly ids: IdCipher,
  ) {}

  static async open(store: Store, ids: IdCipher): Promise<MemoryDirectory> {
    const directory = new MemoryDirectory(store, ids);
    await directory.refresh();
    return directory;
  }

  /** Reads both tables again: every 30 seconds, so that an import of another process is seen too. */
  async refresh(): Promise<void> {
    const divisions = await this.store.query<DivisionRow>("SELECT code::text, name FROM division ORDER BY code");
    const agencies = await this.store.query<Record<string, string>>(
      "SELECT id, kind, name, division::text, legal_basis_kind, legal_basis_document, credit_code, duty_phone FROM agency ORDER BY kind, name",
    );
    this.#divisions = new Map(divisions.map((row) => [row.code, row]));
    this.#agencies = new Map(
      agencies.map((row) => [
        row["id"] ?? "",
        {
          id: this.ids.encode("Agency", row["id"] ?? ""),
          kind: row["kind"] ?? "",
          name: row["name"] ?? "",
          division: this.division(row["division"] ?? ""),
          legalBasisKind: row["legal_basis_kind"] ?? "",
          legalBasisDocument: row["legal_basis_document"] ?? "",
          creditCode: row["credit_code"] ?? null,
          dutyPhone: row["duty_phone"] ?? null,
        },
      ]),
    );
  }

  agency = (id: string): AgencyView | null => this.#agencies.get(id) ?? null;
  division = (code: string): DivisionRow | null => this.#divisions.get(code) ?? null;
  agencies = (): readonly AgencyView[] => [...this.#agencies.values()];
  divisions = (): readonly DivisionRow[] => [...this.#divisions.values()];
}
