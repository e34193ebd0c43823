import fc from "fast-check";

/** One of these, by weight. */
export const odds = <T>(...some: readonly (readonly [weight: number, arbitrary: fc.Arbitrary<T>])[]): fc.Arbitrary<T> =>
  fc.oneof(...some.map(([weight, arbitrary]) => ({ weight, arbitrary })));

/** One of these groups by weight, and each of a group alike; undefined where there is none. */
export function weighed<T>(
  groups: readonly (readonly [weight: number, some: readonly fc.Arbitrary<T>[]])[],
): fc.Arbitrary<T> | undefined {
  const filled = groups.filter(([, some]) => some.length > 0);
  return filled.length > 0 ? odds(...filled.map(([weight, some]) => [weight, fc.oneof(...some)] as const)) : undefined;
}
