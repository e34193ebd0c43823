import { type Asker, AT_HUB, type Decider, isShown } from "./decide.js";
import { FACT, type Facts, submasks } from "./facts.js";
import { GIVEN_LEVELS, type GivenLevel, type Policy, type PolicyRow, SHOWN_LEVELS, type ShownLevel } from "./policy.js";
import { deny, leafName, type RuleTree } from "./tree.js";

/** One leaf's answers for one asker: shown when `(facts & mask)` is among `shown`. */
export interface TruthTable {
  /** Policy row that the leaf is about. */
  readonly row: string;
  readonly mask: Facts;
  readonly shown: ReadonlySet<Facts>;
}
const never = ({ row }: PolicyRow): TruthTable => ({ row, mask: 0, shown: new Set() });

/** A leaf threw, or shows less where more holds: the policy is not activated. */
export class ActivationError extends Error {
  readonly code = "ACTIVATION";
  readonly exitCode = 2;
}

const asking = {
  debug: true, // a leaf that throws, throws
  allowExternalErrors: false,
  fallbackRule: deny,
  hashFunction: () => "",
};

/** `resolve` of a leaf without what no leaf looks at. */
interface Askable {
  resolve(parent: object, args: object, context: object, info: object, options: object): Promise<unknown>;
}

const askerKey = ({ role, post, purpose }: Asker) => `${role}/${post.post}/${purpose?.purpose ?? ""}`;

/**
 * What the rule tree answers, asked once: every leaf, for every role, post and purpose, over every combination of
 * the facts that its cell names. Finite, so complete. Statements, refusals and explanations come from here.
 */
export class TruthTables {
  #tables = new Map<string, Map<string, TruthTable>>();
  readonly #askers = new Map<string, Asker>();
  /** Leaf answers that were asked for. */
  asks = 0;
  milliseconds = 0;

  constructor(
    readonly policy: Policy,
    private readonly decider: Decider = AT_HUB,
  ) {}

  /**
   * @param before an activation of the same policy: leaves that stand in both trees have answered already
   * @throws ActivationError
   */
  async ask(tree: RuleTree, before?: { readonly tree: RuleTree; readonly tables: TruthTables }): Promise<void> {
    const started = performance.now();
    for (const [name, leaf] of tree.leaves) {
      const answered = before?.tree.leaves.get(name) === leaf ? before.tables.#tables.get(name) : undefined;
      if (answered) {
        this.#tables.set(name, answered);
        continue;
      }
      const [rowName = "", level] = name.split(".");
      const row = this.policy.rows.get(rowName);
      if (!row || !isLevel(level)) throw new ActivationError(`${name} names no row and level of the policy`);
      const byAsker = new Map<string, TruthTable>();
      for (const asker of this.decider.askers(this.policy)) {
        const table = await this.#askOne(name, leaf, row, level, asker);
        if (table.shown.size > 0) byAsker.set(askerKey(asker), table);
      }
      this.#tables.set(name, byAsker);
    }
    this.milliseconds = performance.now() - started;
  }

  async #askOne(name: string, leaf: Askable, row: PolicyRow, level: GivenLevel, asker: Asker): Promise<TruthTable> {
    const mask = this.decider.named(row, asker);
    const shown = new Set<Facts>();
    for (const facts of submasks(mask)) {
      this.asks++;
      try {
        if ((await leaf.resolve({ facts }, {}, { asker }, {}, asking)) === true) shown.add(facts);
      } catch (error) {
        throw new ActivationError(`${name} throws for ${askerKey(asker)} at facts ${facts}`, { cause: error });
      }
    }
    this.#refuseLessForMore(name, row, level, asker, mask, shown);
    return { row: row.row, mask, shown };
  }

  /** More facts never show less, but where another shown level of the cell takes over, or a fact narrows. */
  #refuseLessForMore(name: string, row: PolicyRow, level: GivenLevel, asker: Asker, mask: Facts, shown: Set<Facts>) {
    const narrowing = FACT.conflict | FACT.minorAuthor;
    for (const less of shown)
      for (const more of submasks(mask & ~narrowing & ~less)) {
        if (shown.has(less | more)) continue;
        const instead = this.decider.level(row, asker, less | more);
        if (this.decider.narrows && instead === "-") continue;
        if (instead === level || !isShown(instead))
          throw new ActivationError(
            `${name} shows less for ${askerKey(asker)} at facts ${less | more} than at ${less}`,
          );
      }
  }

  /** The same object for the same asker: what was decided for him is found again by it. */
  same(asker: Asker): Asker {
    const known = this.#askers.get(askerKey(asker)) ?? asker;
    this.#askers.set(askerKey(asker), known);
    return known;
  }

  /** The answers of one leaf; a leaf that no field names never shows. */
  of(row: PolicyRow, level: GivenLevel, asker: Asker): TruthTable {
    return this.#tables.get(leafName(row, level))?.get(askerKey(asker)) ?? never(row);
  }

  /** Shown at one of these levels: the same mask for all leaves of a row, so the sets can be joined. */
  anyOf(row: PolicyRow, levels: readonly ShownLevel[], asker: Asker): TruthTable {
    const tables = levels.map((level) => this.of(row, level, asker)).filter(({ shown }) => shown.size > 0);
    const [first] = tables;
    if (!first) return never(row);
    return { row: row.row, mask: first.mask, shown: new Set(tables.flatMap(({ shown }) => [...shown])) };
  }

  /** Facts that decide over a group of this asker's. */
  named(row: PolicyRow, asker: Asker): Facts {
    return this.decider.named(row, asker);
  }

  /** Level that the leaves give at these facts; `-` where none shows. */
  level(row: PolicyRow, asker: Asker, facts: Facts): ShownLevel | "-" {
    return (
      SHOWN_LEVELS.find((level) => {
        const { mask, shown } = this.of(row, level, asker);
        return shown.has(facts & mask);
      }) ?? "-"
    );
  }

  /** Some combination of facts gives the row at one of these levels. */
  possible(row: PolicyRow, levels: readonly GivenLevel[], asker: Asker): boolean {
    return levels.some((level) => this.of(row, level, asker).shown.size > 0);
  }
}

const isLevel = (text: string | undefined): text is GivenLevel => GIVEN_LEVELS.some((level) => level === text);
