import type { ChildProcess } from "node:child_process";
import type { Contestant } from "./contestants.js";
import type { Measured, Run } from "./load.js";
import { processorTimeOf, said } from "./process.js";
import type { Read } from "./reads.js";

/** How much is measured. */
export interface Effort {
  readonly rounds: number;
  /** Of each contestant with each read in each round. */
  readonly seconds: number;
  readonly connections: number;
  /** Seconds for which each is asked before anything counts: thousands of answers, or what is measured is the compiler. */
  readonly warmUp: number;
}

/** How one contestant does against another: answers a second, the median of the rounds' ratios. */
export interface Ratio {
  readonly geomean: number;
  readonly perRead: Readonly<Record<string, number>>;
  /** Lowest and highest ratio of any round. */
  readonly range: Readonly<Record<string, readonly [number, number]>>;
}

/** What one run has measured, and what it cost each server that took part, in milliseconds of processor time an answer. */
type Told = Measured & { readonly cost: Readonly<Record<string, number>> };

/** Read -> contestant -> what was measured, round by round. */
export type Rounds = ReadonlyMap<string, ReadonlyMap<string, readonly Told[]>>;

/**
 * Every contestant answers every read in every round, close together in time, so that what else the machine does
 * meets all of them. The first round only warms up.
 */
export async function race(
  contestants: readonly Contestant[],
  reads: readonly Read[],
  { rounds, seconds, connections, warmUp }: Effort,
  load: ChildProcess,
): Promise<Rounds> {
  const measured = new Map(
    reads.map((read) => [read.name, new Map(contestants.map(({ name }) => [name, [] as Told[]]))]),
  );
  for (let round = 0; round <= rounds; round++)
    for (const read of reads)
      for (const turn of contestants.keys()) {
        const contestant = contestants[(turn + round) % contestants.length];
        if (!contestant) continue;
        const run: Run = {
          port: contestant.port,
          requests: contestant.requests(read),
          connections,
          seconds: round === 0 ? warmUp : seconds,
          most: 1_000_000,
        };
        const before = costs(contestant);
        load.send(run);
        const result = await said<Measured>(load);
        const cost = costs(contestant).map(([name, ms], n) => [name, (ms - (before[n]?.[1] ?? 0)) / result.answers]);
        if (round > 0)
          measured
            .get(read.name)
            ?.get(contestant.name)
            ?.push({ ...result, cost: Object.fromEntries(cost) });
      }
  return measured;
}

const costs = ({ name, process, behind = {} }: Contestant) =>
  Object.entries({ [name]: process, ...behind }).map(([server, one]) => [server, processorTimeOf(one)] as const);

export function ratioOf(rounds: Rounds, one: string, other: string): Ratio {
  const perRead: Record<string, number> = {};
  const range: Record<string, [number, number]> = {};
  for (const [read, by] of rounds) {
    const ratios = (by.get(one) ?? [])
      .map(({ rate }, round) => rate / (by.get(other)?.[round]?.rate ?? Number.NaN))
      .sort((a, b) => a - b);
    perRead[read] = rounded(median(ratios));
    range[read] = [rounded(ratios[0]), rounded(ratios.at(-1))];
  }
  const all = Object.values(perRead);
  return {
    geomean: rounded(Math.exp(all.reduce((sum, ratio) => sum + Math.log(ratio), 0) / all.length)),
    perRead,
    range,
  };
}

/** Medians of what one contestant reached, for whoever looks into a ratio. Absolute figures mean nothing elsewhere. */
export const absolute = (rounds: Rounds, name: string) =>
  Object.fromEntries(
    [...rounds].map(([read, by]) => {
      const of = (key: keyof Measured) =>
        rounded(median((by.get(name) ?? []).map((measured) => measured[key]).sort((a, b) => a - b)));
      return [read, { perSecond: of("rate"), p50: of("p50"), p99: of("p99"), msEach: costOf(by.get(name) ?? []) }];
    }),
  );

/** Milliseconds of processor time an answer costs each server. */
const costOf = (told: readonly Told[]) =>
  Object.fromEntries(
    Object.keys(told[0]?.cost ?? {}).map((server) => {
      const each = told.map(({ cost }) => cost[server] ?? Number.NaN).sort((a, b) => a - b);
      return [server, rounded(median(each))];
    }),
  );

export const median = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
export const rounded = (value = Number.NaN): number => Number(value.toFixed(value < 10 ? 2 : 0));
