import type { Asker, Decider } from "./decide.js";
import { isShown } from "./decide.js";
import { isOutside } from "./home.js";
import type { Level, Policy, PolicyRow } from "./policy.js";

/** A version of the policy as servers name it to each other. */
export const nameOf = ({ version, hash }: Pick<Policy, "version" | "hash">): string => `${version} ${hash}`;
/** Several of them as one text: of a header, of a claim. */
export const namesOf = (versions: readonly string[]): string => versions.join(", ");
export const namesIn = (text: string): readonly string[] => text.split(", ");

/**
 * While one version of the policy follows another: the stricter answer of the two stands. The rule tree is asked as ever;
 * its leaves look the row up in both.
 */
export const between = (at: Decider, previous: Policy): Decider => ({
  place: at.place,
  narrows: true,
  level(row, asker, facts) {
    const before = inPrevious(previous, row, asker);
    return before ? weaker(at.level(row, asker, facts), at.level(before.row, before.asker, facts)) : "-";
  },
  named(row, asker) {
    const before = inPrevious(previous, row, asker);
    return at.named(row, asker) | (before ? at.named(before.row, before.asker) : 0);
  },
  askers: (policy) => at.askers(policy),
});

/** Row and asker as the version before knew them; undefined where it did not. */
function inPrevious(previous: Policy, { row: name }: PolicyRow, asker: Asker) {
  const row = previous.rows.get(name);
  if (!row) return undefined;
  if (isOutside(asker)) return { row, asker };
  const post = previous.post(asker.role, asker.post.post);
  const purpose = asker.purpose && previous.purposes.get(asker.purpose.purpose);
  return post && purpose !== undefined ? { row, asker: { role: asker.role, post, purpose } } : undefined;
}

/** Levels are no ladder: beside the value any shown level stands, and of two others neither does. */
function weaker(one: Level, other: Level): Level {
  if (one === other) return one;
  if (one === "F" && isShown(other)) return other;
  return other === "F" && isShown(one) ? one : "-";
}

/**
 * What two versions may not differ in while both hold, for no level says which of them is stricter: who writes a group,
 * what a group is, which rights a post has.
 * @returns one finding a line
 */
export function irreconcilable(current: Policy, previous: Pick<Policy, "rows" | "posts">): string[] {
  const findings: string[] = [];
  for (const [name, { anchor, record, writers, limits, at }] of current.rows) {
    const before = previous.rows.get(name);
    if (!before) continue;
    if (record !== before.record) findings.push(`${name}: record`);
    if (anchor !== before.anchor) findings.push(`${name}: anchor`);
    if (!isSame(writers, before.writers)) findings.push(`${name}: writers`);
    if (!isSame(limits, before.limits)) findings.push(`${name}: limits`);
    if (!isSame(new Set(Object.keys(at)), new Set(Object.keys(before.at)))) findings.push(`${name}: levels described`);
  }
  for (const { role, post, may } of current.posts) {
    const before = previous.posts.find((one) => one.role === role && one.post === post);
    if (before && !isSame(may, before.may)) findings.push(`${role} ${post}: rights`);
  }
  return findings;
}

const isSame = (one: ReadonlySet<string>, other: ReadonlySet<string>): boolean =>
  one.size === other.size && [...one].every((member) => other.has(member));
