import type { GraphQLObjectType } from "graphql";
import type { EntityMetadata } from "typeorm";
import { tableSql } from "../facts/say.js";
import type { Facts } from "../policy/facts.js";
import type { PolicyRow, ShownLevel } from "../policy/policy.js";
import type { TruthTable } from "../policy/tables.js";
import type { RecordType } from "../store/record-types.js";
import { literal, quote } from "./statement.js";

/** A table whose rows are decided: its alias, and the facts that the rules of the selected fields ask for. */
export class Source {
  bits: Facts = 0;
  /** Levels at which the selection can show something, by policy row. */
  readonly asked = new Map<PolicyRow, Set<ShownLevel>>();

  constructor(
    readonly record: RecordType,
    readonly type: GraphQLObjectType,
    readonly entity: EntityMetadata,
    readonly alias: string,
    /** At an agency: the record's id at the hub, and what the hub tells of it: policy row -> bits, as jsonb. */
    readonly atHome?: { readonly id: string; readonly told: string } | undefined,
  ) {}

  get facts(): string {
    return `${this.alias}_facts.facts`;
  }

  /** The condition under which a leaf shows the row. */
  when(table: TruthTable): string {
    this.bits |= table.mask;
    return tableSql(
      table,
      this.atHome ? `(${this.facts} | coalesce((${this.atHome.told}->>${literal(table.row)})::int, 0))` : this.facts,
    );
  }

  ask(row: PolicyRow, levels: readonly ShownLevel[]): void {
    const asked = this.asked.get(row) ?? new Set();
    for (const level of levels) asked.add(level);
    this.asked.set(row, asked);
  }
}

/** Facts of a row and what is told of it, for whoever walks it. */
export const factsOf = (source: Source): string =>
  `${source.facts} AS f${source.atHome ? `, ${source.atHome.told} AS t` : ""}`;

/** The table under its alias. */
export const tableOf = ({ entity, alias }: Source): string => `${quote(entity.tableName)} ${alias}`;
