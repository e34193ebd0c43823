import type { Command } from "commander";
import { shanghaiTime } from "../calendar.js";
import { readConfig } from "../config.js";
import { type Head, readHeads } from "../disclosure/heads.js";
import { keepVerification } from "../disclosure/verified.js";
import { sayVerification, verifyLog } from "../disclosure/verify.js";
import { storeConfigOf } from "../server/foundation.js";
import { Store } from "../store/store.js";

export function add(program: Command): void {
  program
    .command("verify-log")
    .description("prove that no record of the disclosure log was changed, removed, swapped or cut off. 核验披露日志")
    .addHelpText(
      "after",
      `\nExample: ${program.name()} verify-log      (the embedded database only while nothing runs on it)`,
    )
    .action(async () => {
      const config = readConfig();
      const result = await Store.asItIs(storeConfigOf(config), (store) =>
        verifyLog({
          query: (sql, params) => store.pool.query(sql, params),
          heads: headsIn(config.database.dataDir),
        }),
      );
      console.log(sayVerification(result));
      keepVerification(config.database.dataDir, { at: shanghaiTime(new Date()), ok: result.ok });
      if (!result.ok) process.exitCode = 1;
    });
}

/** No file of heads is no head: the result says what that means. */
async function* headsIn(dataDir: string): AsyncGenerator<Head> {
  try {
    yield* readHeads(dataDir);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
}
