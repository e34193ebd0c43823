import type { Command } from "commander";
import { readConfig } from "../config.js";
import { checkActivated, closingOf, policyInForce, storeConfigOf } from "../server/foundation.js";
import { closeMonths, dueMonths } from "../statistics/close.js";
import { boundsOf, isPeriod } from "../statistics/period.js";
import { Store } from "../store/store.js";
import { Misuse } from "./exit.js";

interface Options {
  readonly first?: string;
  readonly until?: string;
}

export function add(program: Command): void {
  program
    .command("statistics")
    .description("counts that hold no person. 统计")
    .command("close")
    .description("count the months that have ended since the last one that is closed, once and for good. 关账")
    .option("--first <quarter>", "the quarter to begin with where none is closed; default: the last that has ended")
    .option("--until <period>", "the last to close; default: the last month that has ended")
    .addHelpText(
      "after",
      "\nA running hub closes each further month by itself; the first closing is yours, when the registers are in." +
        "\nExample: hub statistics close --first 2026-Q1 --until 2026-Q3",
    )
    .action(close);
}

async function close({ first, until }: Options): Promise<void> {
  if (first !== undefined && !(isPeriod(first) && first.includes("Q")))
    throw new Misuse(`--first ${first}: write a quarter, e.g. 2026-Q1`);
  if (until !== undefined && !isPeriod(until))
    throw new Misuse(`--until ${until}: write a month or quarter, e.g. 2026-09 or 2026-Q3`);
  const config = readConfig();
  const { activation } = await policyInForce(config);
  const months = await Store.asItIs(storeConfigOf(config), async (store) => {
    await checkActivated(store, activation);
    const due = await dueMonths(store.dataSource, { first, until: until && boundsOf(until).last });
    await closeMonths(store.dataSource, due, closingOf(config, activation.policy));
    return due;
  });
  console.log(
    months.length > 0 ? `Closed ${months.join(", ")}.` : "Nothing is due: every month that has ended is closed.",
  );
}
