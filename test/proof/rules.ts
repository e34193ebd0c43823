import "reflect-metadata";
import { type Activation, activate } from "../../src/policy/activate.js";
import type { Asker as HubAsker } from "../../src/policy/decide.js";
import { loadPolicy } from "../../src/policy/load.js";
import { ROLES } from "../../src/policy/policy.js";
import { deny } from "../../src/policy/tree.js";
import { buildHubSchema } from "../../src/server/schema.js";
import { type Asker, PURPOSES, postsOf } from "./reading.js";

/** The shipped policy over the hub's schema, as the hub activates it. */
export const activated = async (): Promise<Activation> =>
  activate(await loadPolicy("policies"), await buildHubSchema());

/** Every role with every post and every purpose, its own or not, and none; as the test names them and as the hub does. */
export function* everybody({ policy }: Pick<Activation, "policy">): Generator<[Asker, HubAsker]> {
  for (const role of ROLES)
    for (const post of postsOf(role)) {
      const hubPost = policy.post(role, post.name);
      if (!hubPost) throw new Error(`the hub has no post ${role}/${post.name}`);
      for (const purpose of [...PURPOSES, null])
        yield [
          { role, post, purpose },
          { role, post: hubPost, purpose: (purpose && policy.purposes.get(purpose.name)) ?? null },
        ];
    }
}

export const nameOf = ({ role, post, purpose }: Asker) => `${role}/${post.name} for ${purpose?.name ?? "no purpose"}`;

/** `resolve` of a rule, without what no rule of the hub looks at. */
interface Rule {
  resolve(parent: object, args: object, context: object, info: object, options: object): Promise<unknown>;
}
const asking = { debug: true, allowExternalErrors: false, fallbackRule: deny, hashFunction: () => "" };

export const says = async (rule: Rule, asker: HubAsker, facts: number): Promise<boolean> =>
  (await rule.resolve({ facts }, {}, { asker }, {}, asking)) === true;

/** @param leaf "R6.F" */
export function tableSays({ policy, tables }: Activation, leaf: string, asker: HubAsker, facts: number): boolean {
  const [name = "", level] = leaf.split(".");
  const row = policy.rows.get(name);
  if (!row || (level !== "F" && level !== "M" && level !== "B" && level !== "X" && level !== "A"))
    throw new Error(`no leaf ${leaf}`);
  const { mask, shown } = tables.of(row, level, asker);
  return shown.has(facts & mask);
}

/** Facts that a cell does not name, and that must not matter. Any will do; the same in every run. */
export function* noise(): Generator<number, never> {
  for (let drawn = 1; ; drawn = (drawn * 48_271) % 0x7fffffff) yield drawn & 0x3fff;
}

/** Counts what was proven, and keeps what was not. */
export class Proof {
  proven = 0;
  shown = 0;
  readonly wrong: string[] = [];

  take(right: boolean, shown: boolean, what: () => string): void {
    this.proven++;
    if (shown) this.shown++;
    if (!right) this.wrong.push(what());
  }

  /** @param atLeast must-see: a hub that denies everything proves nothing */
  close(about: string, atLeast: number): void {
    process.stderr.write(`  ${about}: ${this.proven} answers as the cells say, ${this.shown} of them shown\n`);
    expect(this.wrong.slice(0, 50)).toEqual([]);
    expect(this.shown).toBeGreaterThan(atLeast);
  }
}
