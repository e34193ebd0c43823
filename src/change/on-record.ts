import type { EntityManager } from "typeorm";
import type { HubConfig } from "../config.js";
import { type Mistake, notFoundOrNotShared } from "../errors.js";
import type { Activation } from "../policy/activate.js";
import type { NeedsGuard } from "../policy/coordinates.js";
import { FACT, type Facts } from "../policy/facts.js";
import type { Policy, PolicyRow, Role, ShownLevel } from "../policy/policy.js";
import { mayWriteRow } from "../policy/write.js";
import type { Asked, Questions } from "../read/questions.js";
import type { Shown } from "../read/row.js";
import type { IdCipher } from "../store/global-id.js";
import type { RowReach } from "../store/viewer-settings.js";
import type { Viewer } from "../viewer/viewer.js";
import { type Retriable, retriable } from "./idempotency.js";
import type { TokenOf } from "./identity-tokens.js";

/** How often a child may be looked for. */
export interface LookUpLimits {
  /** By one person within an hour. */
  readonly lookupsAnHour: number;
  /** By one agency for the same child within a day. */
  readonly lookupsOfOneChild: number;
}

/** What of the hub's configuration work goes by. */
export interface WorkSettings {
  readonly limits: LookUpLimits;
  /** Titles of agencies' own files, from `hub.yaml`. */
  readonly registers: HubConfig["registers"];
  /** Invented data only. */
  readonly demo: boolean;
}

/** What work gives back: the answer, and whose records it tells of, for the log. */
export interface Answered<T> {
  /** A mistake: what it says tells of these records too, and is thrown once that is on record. */
  readonly answer: T | Mistake;
  readonly shown: readonly Shown[];
  /** It has changed something. */
  readonly wrote?: boolean;
}

const HIDES = FACT.conflict | FACT.minorAuthor;
/** All that may hold in favour of whoever asks. */
const EVERYTHING = Object.values(FACT).reduce((bits, fact) => bits | fact, 0) & ~HIDES;

/** What a root field works with that answers no record: the manager of its transaction, and what the rule tree says. */
export class Work {
  constructor(
    readonly manager: EntityManager,
    readonly settings: WorkSettings,
    private readonly activation: Activation,
    private readonly questions: Questions,
    private readonly asked: Asked,
    private readonly guard: NeedsGuard,
  ) {}

  get viewer(): Viewer {
    return this.asked.viewer;
  }

  get tokenOf(): TokenOf {
    return this.questions.world.ids.token;
  }

  get ids(): IdCipher {
    return this.questions.world.ids;
  }

  get policy(): Policy {
    return this.activation.policy;
  }

  /** What row security knows of the viewer. */
  get reach(): RowReach {
    return this.questions.reach(this.viewer);
  }

  /** Whether the viewer can ever write anything of this group. */
  mayWrite(group: string): boolean {
    return mayWriteRow(this.activation.tables, this.#row(group), this.asked.asker);
  }

  /** @param key the header Idempotency-Key, if it was sent. @throws Mistake BAD_USER_INPUT */
  retriable(key: string | undefined): Retriable | null {
    return retriable(this.ids, this.asked, this.reach.asker, key);
  }

  /** Global id of a minor. */
  idOf(minor: string): string {
    return this.questions.world.ids.encode("Minor", minor);
  }

  agency(id: string): { readonly kind: string } {
    const agency = this.questions.world.directory.agency(id);
    if (!agency) throw notFoundOrNotShared();
    return agency;
  }

  /** The viewer's keys of a conflict of interest with a minor, as text of an array. */
  get conflicts(): string {
    const { steady = [] } = this.questions.binding(this.asked).keys("Minor").get(FACT.conflict) ?? {};
    return `{${steady.join(",")}}`;
  }

  /** Whether the field may tell of a record at all, if there is a conflict of interest or not. */
  mayTell(conflict: boolean): boolean {
    const facts = EVERYTHING | (conflict ? FACT.conflict : 0);
    return this.guard.rows.every((row) => this.#shows(row, facts, this.guard.levels));
  }

  /** Whether the field may tell of a record of which this holds, and that is not assigned to the viewer. */
  mayTellOf({ own, covered, conflict }: { own?: boolean; covered?: boolean; conflict?: boolean }): boolean {
    const facts = (own ? FACT.o : 0) | (covered ? FACT.j : 0) | (conflict ? FACT.conflict : 0);
    return this.guard.rows.every((row) => this.#shows(row, facts, this.guard.levels));
  }

  /** Whether some record may show the viewer the row at this level. */
  mayShow(row: string, level: ShownLevel): boolean {
    return this.activation.tables.possible(this.#row(row), [level], this.asked.asker);
  }

  /** Kinds of agencies whose records feed every row that the field needs. */
  get writers(): Role[] {
    const [first, ...others] = this.guard.rows;
    return [...(first?.writers ?? [])].filter((role) => others.every(({ writers }) => writers.has(role)));
  }

  #shows(row: PolicyRow, facts: Facts, levels: readonly ShownLevel[]): boolean {
    const level = this.activation.tables.level(row, this.asked.asker, facts);
    return level !== "-" && levels.includes(level);
  }

  #row(name: string): PolicyRow {
    const row = this.activation.policy.rows.get(name);
    if (!row) throw new TypeError(`The policy has no row ${name}`);
    return row;
  }
}
