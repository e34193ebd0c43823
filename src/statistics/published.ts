import { shanghaiDay } from "../calendar.js";
import { badUserInput, tooMuch } from "../errors.js";
import { rangeWithin } from "../facts/jurisdiction.js";
import type { Activation } from "../policy/activate.js";
import { ownerOf } from "../policy/anchor.js";
import type { Asker } from "../policy/decide.js";
import { FACT } from "../policy/facts.js";
import type { PolicyRow } from "../policy/policy.js";
import type { Store } from "../store/store.js";
import type { DivisionRange, Viewer } from "../viewer/viewer.js";
import { boundsOf, endsQuarter, isPeriod, monthOf, monthsBetween, quarterOf } from "./period.js";
import { coverOf, isCounty, isTownship } from "./place.js";
import type { Withheld } from "./protect.js";
import { type Subject, valuesOf } from "./subject.js";

/** What is asked of a subject. */
export interface CountsAsked {
  /** COUNTY or TOWNSHIP, MONTH or QUARTER, and at most one dimension of the subject. */
  readonly by: readonly string[];
  /** YYYY-MM or YYYY-Qn; by default the last period that is closed. */
  readonly from?: string | null;
  readonly to?: string | null;
  /** Prefix of 2, 4, 6, 9 or 12 digits. */
  readonly within?: string | null;
}

/** Why a cell is empty: NONE where it is not. */
export type EmptyBecause = Withheld | "COUNTY_ONLY" | "NOT_CLOSED";

/** A cell as it is published. */
export interface Count {
  /** 12 digits of a county or township. */
  readonly place: string;
  /** YYYY-MM or YYYY-Qn. */
  readonly period: string;
  /** Value of the dimension asked for; null = all of them. */
  readonly value: string | null;
  readonly count: number | null;
  readonly reason: EmptyBecause;
}

const MOST_PERIODS = 36;
const MOST_CELLS = 20_000;

/** Reads what is published; counts nothing, and knows no record. */
export class PublishedCounts {
  constructor(
    private readonly store: Store,
    private readonly activation: Activation,
    private readonly divisions: () => readonly { readonly code: string }[],
  ) {}

  /**
   * Cells of the places that the asker may count in, by place, period and value. Whether he may count the subject at all
   * is decided before, by the rule tree.
   * @throws Mistake BAD_USER_INPUT, COST_EXCEEDED
   */
  async of(subject: Subject, asked: CountsAsked, asker: Asker, viewer: Viewer): Promise<readonly Count[]> {
    const { place, time, dimension } = breakdownOf(subject, asked.by);
    const row = this.activation.policy.rows.get(subject.group);
    if (!row) throw new TypeError(`${subject.name} counts ${subject.group}, which the policy does not know`);
    const closed = await this.#closed();
    const periods = periodsOf(asked, time, closed);
    const values = dimension ? valuesOf(dimension) : [null];
    const places = this.#places(row, asker, viewer, place, asked.within ?? null);
    const cells = places.length * periods.length * values.length;
    if (cells > MOST_CELLS) throw tooMuch("cells", cells, MOST_CELLS);
    const countyOnly = place === "TOWNSHIP" && row.limits.has("COUNTY_ONLY");
    const published = countyOnly
      ? new Map<string, Cell>()
      : await this.#published(subject, dimension?.name, periods, places);
    return places.flatMap((at) =>
      periods.flatMap((period) =>
        values.map((value): Count => {
          const found = published.get([at, period, value ?? ""].join(" "));
          const missing = countyOnly ? "COUNTY_ONLY" : "NOT_CLOSED";
          return { place: at, period, value, count: found?.count ?? null, reason: found?.reason ?? missing };
        }),
      ),
    );
  }

  /** Places whose counts the truth table of the group's leaf A shows: what holds of a place is jurisdiction or nothing. */
  #places(row: PolicyRow, asker: Asker, { duties }: Viewer, level: string, within: string | null): readonly string[] {
    const { mask, shown } = this.activation.tables.of(row, "A", asker);
    const own = duties.get(ownerOf(row.record)) ?? [];
    const asked = within === null ? undefined : rangeWithin(within);
    return this.divisions()
      .map(({ code }) => code)
      .filter(level === "TOWNSHIP" ? isTownship : isCounty)
      .filter((code) => {
        const cover = coverOf(code);
        const facts = own.some((range) => lies(cover, range)) ? FACT.j : 0;
        return shown.has(facts & mask) && (asked === undefined || lies(cover, asked));
      });
  }

  async #closed(): Promise<Closed | null> {
    const [months] = await this.store.query<{ first: string | null; last: string | null }>(
      "SELECT to_char(min(month), 'YYYY-MM') AS first, to_char(max(month), 'YYYY-MM') AS last FROM statistics_month",
    );
    return months?.first && months.last ? { first: months.first, last: months.last } : null;
  }

  async #published(
    { name }: Subject,
    dimension: string | undefined,
    periods: readonly string[],
    places: readonly string[],
  ): Promise<ReadonlyMap<string, Cell>> {
    const rows = await this.store.query<Cell & { place: string; period: string; value: string }>(
      `SELECT period, place::text, value, count, reason
         FROM statistics_cell
        WHERE subject = $1 AND dimension = $2 AND period = ANY ($3) AND place = ANY ($4)`,
      [name, dimension ?? "", periods, places],
    );
    return new Map(rows.map((row) => [[row.place, row.period, row.value].join(" "), row]));
  }
}

interface Cell {
  readonly count: number | null;
  readonly reason: Withheld;
}

/** The first and the last month that are closed. */
interface Closed {
  readonly first: string;
  readonly last: string;
}

const lies = (inner: DivisionRange, outer: DivisionRange): boolean => inner.from >= outer.from && inner.to <= outer.to;

/** Which of the tables that are published is asked for. */
function breakdownOf(subject: Subject, by: readonly string[]) {
  if (new Set(by).size < by.length)
    throw badUserInput("by", "A dimension is named twice", "维度重复", "Name each once");
  const [place = "COUNTY", otherPlace] = by.filter((name) => name === "COUNTY" || name === "TOWNSHIP");
  const [time = "QUARTER", otherTime] = by.filter((name) => name === "MONTH" || name === "QUARTER");
  if (otherPlace || otherTime)
    throw badUserInput(
      "by",
      "Counts are by county or by township, by month or by quarter",
      "区划与时间各选一级",
      "Leave one of the two out, or ask in two questions",
    );
  const [dimension, another] = subject.dimensions.filter(({ name }) => by.includes(name));
  if (another)
    throw badUserInput(
      "by",
      "Counts are broken down by one dimension beside place and time: two would leave cells too small to publish",
      "除区划和时间外只能选一个维度,否则单元格过小无法发布",
      "Ask for each dimension in a question of its own",
    );
  return { place, time, dimension };
}

function periodsOf({ from, to }: CountsAsked, time: string, closed: Closed | null): readonly string[] {
  for (const [field, period] of Object.entries({ from, to }))
    if (period && !isPeriod(period))
      throw badUserInput(field, "Not a month or quarter", "不是有效的月份或季度", "Send e.g. 2026-09 or 2026-Q3");
  const last = to ? boundsOf(to).last : lastOf(time, closed);
  const first = from
    ? boundsOf(from).first
    : to
      ? boundsOf(to).first
      : time === "MONTH"
        ? last
        : boundsOf(quarterOf(last)).first;
  if (first > last)
    throw badUserInput("from", "It comes after the last period", "起始时间晚于截止时间", "Exchange from and to");
  const months = monthsBetween(first, last);
  const periods = time === "MONTH" ? months : [...new Set(months.map(quarterOf))];
  if (periods.length > MOST_PERIODS) throw tooMuch("periods", periods.length, MOST_PERIODS);
  return periods;
}

/** The last month that is closed, of a quarter where quarters are asked for; where none is, the last that has ended. */
function lastOf(time: string, closed: Closed | null): string {
  const ended = closed?.last ?? monthsBetween("2000-01", monthOf(shanghaiDay(new Date()))).at(-2) ?? "";
  if (time === "MONTH") return ended;
  return (
    monthsBetween(closed?.first ?? "2000-01", ended)
      .filter(endsQuarter)
      .at(-1) ?? ended
  );
}
