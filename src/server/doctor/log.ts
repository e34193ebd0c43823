import { lastHead } from "../../disclosure/heads.js";
import { lastVerification } from "../../disclosure/verified.js";
import { type Checks, daysSince, ok, type Patient, red, watch } from "./finding.js";

/** Days within which the whole log should be verified. */
const VERIFIED_WITHIN = 7;
/** Milliseconds by which what is kept outside the database may lag behind: heads are kept every minute. */
const LAG = 10 * 60_000;

export const log: Checks<Patient> = {
  async "log-heads"({ store, config: { database } }) {
    const [end] = await store.query<{ seq: number; at: Date }>(
      "SELECT seq::float8 AS seq, at FROM disclosure_segment ORDER BY seq DESC LIMIT 1",
    );
    const kept = await lastHead(database.dataDir);
    const mend = [
      "Run `verify-log`; it names the first record that is not as it was written",
      "请运行 verify-log",
    ] as const;
    if (kept) {
      const [segment] = await store.query<{ hash: string }>(
        "SELECT encode(hash, 'hex') AS hash FROM disclosure_segment WHERE seq = $1",
        [kept.seq],
      );
      if (segment?.hash !== kept.hash)
        return red(
          ["The log does not hold what was kept of it outside the database", "披露日志与留存的链头不符"],
          mend,
        );
    }
    if (!end) return ok("Nothing is on record yet", "尚无记录");
    if ((kept?.seq ?? 0) < end.seq && Date.now() - end.at.getTime() > LAG)
      return watch(
        ["The end of the log is not kept outside the database", "链头未及时留存"],
        ["Look whether the data folder can be written", "请检查数据目录是否可写"],
      );
    return ok(
      `The log ends with segment ${end.seq}, last kept ${kept?.at ?? "-"}`,
      `日志至第 ${end.seq} 段,链头留存于 ${kept?.at ?? "-"}`,
    );
  },

  async "log-unsealed"({ store }) {
    const [left] = await store.query<{ lines: number }>(
      "SELECT count(*)::int AS lines FROM disclosure_unsealed WHERE at < now() - interval '10 minutes'",
    );
    const lines = left?.lines ?? 0;
    return lines === 0
      ? ok("Every change is in the chain", "所有变更均已入链")
      : watch(
          [`${lines} lines of changes wait to be sealed`, `${lines} 条变更记录待入链`],
          ["A running server seals them; start one", "请启动服务以完成入链"],
        );
  },

  async "log-verified"({ store, config: { database } }) {
    const last = lastVerification(database.dataDir);
    const mend = ["Run `verify-log`, weekly by a timer", "请运行 verify-log,建议每周定时执行"] as const;
    if (last && !last.ok) return red(["The last verification found the log broken", "上次核验发现日志不完整"], mend);
    const [first] = await store.query<{ at: Date }>("SELECT at FROM disclosure_segment ORDER BY seq LIMIT 1");
    const days = last ? daysSince(Date.parse(last.at)) : first ? daysSince(first.at.getTime()) : 0;
    if (days > VERIFIED_WITHIN)
      return watch([`The log was not verified for ${days} days`, `已 ${days} 天未核验日志`], mend);
    return last
      ? ok(`Verified ${days} days ago`, `${days} 天前已核验`)
      : ok("Young enough to be verified later", "日志尚新");
  },
};
