import type { EntityManager } from "typeorm";
import type { Policy, Role } from "../../policy/policy.js";
import type { IdCipher } from "../../store/global-id.js";
import type { Columns, Row } from "./column.js";
import type { KnownAgency } from "./known.js";
import type { Said } from "./report.js";

/** What an import runs with. */
export interface Importing {
  /** Of the import's transaction. */
  readonly manager: EntityManager;
  readonly policy: Policy;
  /** By the operator's codes. */
  readonly agencies: ReadonlyMap<string, KnownAgency>;
  /** null: the operator. */
  readonly agency: KnownAgency | null;
  /** Makes column `ref` of a new record. */
  readonly ids: IdCipher;
  /** Key of a new row; in the demo always the same for the same number. */
  readonly newId: (register: string, key: string) => string;
  /** Puts minors on the log, whatever becomes of the rows that they are found by. */
  readonly noted: (minors: readonly string[]) => void;
}

/** A row that is to be written. */
export interface Item<C extends Columns> {
  readonly line: number;
  /** Its number in the register. */
  readonly key: string;
  /** Of its record: known, or new. */
  readonly id: string;
  readonly row: Row<C>;
}

/** A record that an import has written. */
export interface Written {
  readonly type: string;
  readonly id: string;
}

/** Says what is wrong with a cell of a row. */
export type Refuse = (column: string, said: Said) => void;

/**
 * A file that somebody keeps, and how its rows become records. docs/registers.md
 * Methods, not functions in properties: TypeScript then lets a register of certain columns stand for one of any.
 */
export interface Register<C extends Columns> {
  readonly name: string;
  /** The operator's; or of every agency that writes a policy row, or one of several, or of those among them of one kind. */
  readonly keeper: "operator" | { readonly writes: string | readonly string[]; readonly only?: Role };
  /** Relations that have no command yet: invented ones only. */
  readonly demoOnly?: boolean;
  readonly columns: C;
  /** Columns that make up the number of a row. */
  readonly key: readonly string[];
  /** Columns that together no second row of a file may say; the key is such anyhow. */
  readonly unique?: readonly string[];
  /** What a row is, where it is a record of its own: type in `register_key`, and table. */
  readonly record?: { readonly type: string; readonly table: string };
  /** Why an agency that could write the groups keeps no such register all the same: of its file nothing is looked up. */
  unwelcome?(agency: KnownAgency, policy: Policy): Said | null;
  /** Records that a row is about, where it is none of its own: they stand in the log. */
  about?(row: Row<C>): readonly Written[];
  /** What a row as a whole must be. */
  check?(row: Row<C>, refuse: Refuse, importing: Importing): void;
  /** Records that are there though no import has made them. @returns number -> key of the record */
  existing?(items: readonly Item<C>[], importing: Importing): Promise<ReadonlyMap<string, string>>;
  /** Ends what a complete file has no row of any more. Only where leaving a row out can mean that. */
  end?(gone: readonly { readonly key: string; readonly record: string | null }[], importing: Importing): Promise<void>;
  /** @param refuse what only the database knows; then nothing of these items is written after all */
  write(
    items: { readonly fresh: readonly Item<C>[]; readonly changed: readonly Item<C>[] },
    importing: Importing,
    refuse: (line: number, column: string, said: Said) => void,
  ): Promise<void>;
}
