import type { DataSource, EntityManager } from "typeorm";
import { shanghaiDay } from "../calendar.js";
import type { Policy } from "../policy/policy.js";
import { openSolver, type Solver } from "./linear.js";
import { boundsOf, endsQuarter, monthOf, monthsBetween, nextMonth, quarterOf, quarterSoFar } from "./period.js";
import { countyOf, isCounty, isTownship } from "./place.js";
import { type Cell, protect, type Sum, type Withheld } from "./protect.js";
import { isFlow, type Subject, valuesOf } from "./subject.js";

/** Rows of the policy of whose cells none is published below 20: the most sensitive of what is counted. */
const MOST_SENSITIVE: ReadonlySet<string> = new Set(["R19", "R29", "R32", "R33"]);
const LEAST_OF_THEM = 20;

export interface Closing {
  readonly policy: Policy;
  readonly subjects: readonly Subject[];
  /** Least count that is published. */
  readonly k: number;
}

/**
 * Months that can be closed now: those that have ended, after the last one that is closed.
 * @param first  where none is closed: the quarter to begin with (YYYY-Qn), by default the last that has ended; false = none
 * @param until  YYYY-MM, the last to be closed; by default the last that has ended
 */
export async function dueMonths(
  database: DataSource,
  { first, until, now = new Date() }: { first?: string | false | undefined; until?: string | undefined; now?: Date },
): Promise<string[]> {
  const [closed]: { last: string | null }[] = await database.query(
    "SELECT to_char(max(month), 'YYYY-MM') AS last FROM statistics_month",
  );
  const ended = monthsBetween("2000-01", monthOf(shanghaiDay(now))).slice(0, -1);
  if (!closed?.last && first === false) return [];
  const begin = closed?.last
    ? nextMonth(closed.last)
    : boundsOf(first || quarterOf(ended.filter(endsQuarter).at(-1) ?? "")).first;
  return ended.filter((month) => month >= begin && (until === undefined || month <= until));
}

/**
 * Closes months, each in a transaction of its own: counts them, and the quarter that ends with one, decides what is
 * withheld, and publishes the rest. What is closed is final: it is never counted again, and what comes late is counted
 * in the month after. Counting again would give single children away by the difference.
 */
export async function closeMonths(database: DataSource, months: readonly string[], closing: Closing): Promise<void> {
  if (months.length === 0) return;
  const solver = await openSolver();
  for (const month of months)
    await database.transaction(async (manager) => {
      await manager.query("SELECT hub_statistics_close($1)", [`${month}-01`]);
      for (const subject of closing.subjects)
        if (isFlow(subject) || endsQuarter(month)) await closeSubject(manager, month, subject, closing, solver);
    });
}

/** As `hub_statistics_count` gives it: by month and township; "" and "" for all of a township. */
interface Counted {
  readonly month: string;
  readonly place: string;
  readonly dimension: string;
  readonly value: string;
  readonly count: number;
}

async function closeSubject(
  manager: EntityManager,
  month: string,
  subject: Subject,
  { policy, k: leastOfAll }: Closing,
  solver: Solver,
): Promise<void> {
  const row = policy.rows.get(subject.group);
  const k = MOST_SENSITIVE.has(subject.group) ? Math.max(LEAST_OF_THEM, leastOfAll) : leastOfAll;
  const counted: Counted[] = await manager.query("SELECT * FROM hub_statistics_count($1, $2)", [
    `${month}-01`,
    subject.name,
  ]);
  const divisions: { code: string }[] = await manager.query("SELECT code::text FROM division");
  const townships = new Set(
    [...divisions.map(({ code }) => code), ...counted.map(({ place }) => place)].filter(isTownship),
  );
  const counties = new Set([...divisions.map(({ code }) => code).filter(isCounty), ...[...townships].map(countyOf)]);
  const published: Published[] = await manager.query(
    `SELECT period, place::text, dimension, value, reason FROM statistics_cell
      WHERE subject = $1 AND period = ANY ($2)`,
    [subject.name, quarterSoFar(month)],
  );
  const before = new Map(published.map((cell) => [keyOf(cell), cell.reason]));
  for (const county of counties) {
    const below = row?.limits.has("COUNTY_ONLY") ? [] : [...townships].filter((place) => countyOf(place) === county);
    const block = new Block(subject, month, county, below, counted, before);
    await protect(block.cells, block.sums, k, solver);
    await manager.query("SELECT hub_statistics_publish($1, $2)", [
      `${month}-01`,
      JSON.stringify(
        block.fresh.map(({ at, cell: { count, withheld } }) => ({
          subject: subject.name,
          ...at,
          // To a multiple of k: two counts that are published are the same, or differ by k at least.
          count: withheld === "NONE" ? Math.round(count / k) * k : null,
          reason: withheld,
        })),
      ),
    ]);
  }
}

interface Place {
  readonly period: string;
  readonly place: string;
  readonly dimension: string;
  readonly value: string;
}
interface Published extends Place {
  readonly reason: Withheld;
}
const keyOf = ({ period, place, dimension, value }: Place): string => [period, place, dimension, value].join(" ");

/**
 * All that is published of a subject about a county, for a month or a quarter: of the county and each township the whole
 * and each value of each dimension. At the end of a quarter the months before stand in it as they were published.
 */
class Block {
  readonly cells: Cell[] = [];
  readonly sums: Sum[] = [];
  readonly fresh: { readonly at: Place; readonly cell: Cell }[] = [];
  readonly #known = new Map<string, Cell>();
  readonly #counts = new Map<string, number>();
  readonly #before: ReadonlyMap<string, Withheld>;

  constructor(
    subject: Subject,
    month: string,
    county: string,
    townships: readonly string[],
    counted: readonly Counted[],
    before: ReadonlyMap<string, Withheld>,
  ) {
    this.#before = before;
    const months = isFlow(subject) ? quarterSoFar(month) : [quarterOf(month)];
    const leaf = ({ month: of }: Counted) => (isFlow(subject) ? of : quarterOf(of));
    for (const row of counted)
      if (countyOf(row.place) === county) {
        const { dimension, value, count } = row;
        for (const place of [row.place, county]) {
          const key = keyOf({ period: leaf(row), place, dimension, value });
          this.#counts.set(key, (this.#counts.get(key) ?? 0) + count);
        }
      }
    const whole = { dimension: "", value: "" };
    const parts = subject.dimensions.map((one) => valuesOf(one).map((value) => ({ dimension: one.name, value })));
    const places = [county, ...townships];
    // A month before the last of its quarter is published already, and nothing is added to it.
    const wanted = isFlow(subject) && !endsQuarter(month) ? [month] : months;
    for (const period of wanted)
      for (const place of places) {
        const total = this.#cell({ period, place, ...whole });
        for (const values of parts)
          this.#sum(
            total,
            values.map((by) => this.#cell({ period, place, ...by })),
          );
      }
    if (townships.length > 0)
      for (const period of wanted)
        for (const by of [whole, ...parts.flat()])
          this.#sum(
            this.#cell({ period, place: county, ...by }),
            townships.map((place) => this.#cell({ period, place, ...by })),
          );
    if (isFlow(subject) && endsQuarter(month)) {
      const period = quarterOf(month);
      for (const place of places) {
        const total = this.#quarter({ period, place, ...whole }, months);
        for (const values of parts)
          this.#sum(
            total,
            values.map((by) => this.#quarter({ period, place, ...by }, months)),
          );
      }
    }
  }

  #cell(at: Place): Cell {
    const key = keyOf(at);
    const known = this.#known.get(key);
    if (known) return known;
    const withheld = this.#before.get(key);
    const cell: Cell = {
      count: this.#counts.get(key) ?? 0,
      withheld: withheld ?? "NONE",
      fixed: withheld !== undefined,
    };
    this.#known.set(key, cell);
    this.cells.push(cell);
    if (!cell.fixed) this.fresh.push({ at, cell });
    return cell;
  }

  /** A quarter is the sum of its months. */
  #quarter(at: Place, months: readonly string[]): Cell {
    const parts = months.map((period) => this.#cell({ ...at, period }));
    this.#counts.set(
      keyOf(at),
      parts.reduce((sum, { count }) => sum + count, 0),
    );
    const total = this.#cell(at);
    this.#sum(total, parts);
    return total;
  }

  #sum(total: Cell, parts: readonly Cell[]): void {
    this.sums.push({ total, parts });
  }
}
