import { type Asker, decideLevel, factsNamedBy } from "../../src/policy/decide.js";
import { submasks } from "../../src/policy/facts.js";
import type { Level, PolicyRow } from "../../src/policy/policy.js";

/** Every level that some combination of facts gives this asker; `-` is always one of them. */
export const possibleLevels = (row: PolicyRow, asker: Asker): ReadonlySet<Level> =>
  new Set([...submasks(factsNamedBy(row, asker.role, asker.post))].map((facts) => decideLevel(row, asker, facts)));
