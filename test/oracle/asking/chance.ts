import fc from "fast-check";

/** One of these groups by weight, and each of a group alike; undefined where there is none. */
export function weighed<T>(
  groups: readonly (readonly [weight: number, some: readonly fc.Arbitrary<T>[]])[],
): fc.Arbitrary<T> | undefined {
  const filled = groups.filter(([, some]) => some.length > 0);
  return filled.length > 0
    ? fc.oneof(...filled.map(([weight, some]) => ({ weight, arbitrary: fc.oneof(...some) })))
    : undefined;
}

/** Once in 25 times the other. */
export const rarely = <T>(often: fc.Arbitrary<T>, seldom: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 24, arbitrary: often }, { weight: 1, arbitrary: seldom });
