import type { Policy } from "../../policy/policy.js";
import { Cast, type Draw, shipped } from "./cast.js";
import { children } from "./children.js";
import { files, type Registers, records, TOWNSHIP_SEED } from "./generate.js";
import { createPeople } from "./names.js";
import { offices, TOWNSHIPS } from "./world.js";

/** Children in a block, which is of one township; no register has more rows of it. */
const CHILDREN = 1_740;
/** Of the first row of the population in any register: after the shipped ones, which stay as they are. */
const FIRST = 10_000;

/** How many blocks a population has. */
export const blocksOf = (scale: number): number => scale * TOWNSHIPS.length;

/**
 * The people around those that examples and tests speak of: registers that go on where the shipped ones end, block by
 * block, so that no more than one block is in memory. Blocks go round the townships; the same for the same seed.
 * @param scale  1: with the shipped registers, 12,000 records; 100: a million
 */
export function* population(policy: Policy, scale: number, seed: number = TOWNSHIP_SEED): Generator<Registers> {
  const staffed = offices(policy, shipped(seed));
  for (let no = 0; no < blocksOf(scale); no += 1) {
    const township = TOWNSHIPS.slice(no % TOWNSHIPS.length)[0];
    if (!township) return;
    const draw = block(seed, no);
    const here = staffed.filter(
      ({ division }) => division.startsWith(township.code) || township.code.startsWith(division),
    );
    yield files(records(new Cast(draw, here, children(draw, here, [township])), false));
  }
}

const block = (seed: number, no: number): Draw => ({
  people: (of) => createPeople(seed, `block ${no} ${of}`),
  number: (letter, at) => `${letter}-${FIRST + no * CHILDREN + at + 1}`,
  // No county's, and each block's own: no citizen number comes twice.
  area: () => `99${2_000 + no}`,
  children: CHILDREN,
  known: 0.4,
  times: 3,
});
