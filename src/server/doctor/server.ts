import type { Store } from "../../store/store.js";
import { checkActivated } from "../foundation.js";
import { type Checks, ok, type Patient, red, watch } from "./finding.js";

const OLDEST_SERVER = 15;
/** Seconds between the clocks of hub and database: relations end and tokens are good for minutes. */
const SKEW = { red: 30, watch: 2 } as const;
/** Ways out of the database, or round row security. */
const OUTWARD = ["dblink", "postgres_fdw", "file_fdw", "adminpack", "plpython3u", "plperlu"];
export const server: Checks<Patient> = {
  async database({ store }) {
    const version = await one(store, "SELECT current_setting('server_version_num')::int / 10000 AS is");
    const name = store.kind === "embedded" ? "PGlite, PostgreSQL" : "PostgreSQL";
    return version >= OLDEST_SERVER
      ? ok(`${name} ${version}`, `${name} ${version}`)
      : red(
          [`PostgreSQL ${version}`, `PostgreSQL ${version}`],
          [`Upgrade it to ${OLDEST_SERVER} or later`, `请升级到 ${OLDEST_SERVER} 或更高版本`],
        );
  },

  async policy({ store, activation }) {
    await checkActivated(store, activation);
    const { version, hash } = activation.policy;
    return ok(`Version ${version} (${hash.slice(0, 12)}) is active`, `第 ${version} 版已激活`);
  },

  async extensions({ store }) {
    const there = (await store.query<{ name: string }>("SELECT extname AS name FROM pg_extension")).map(
      ({ name }) => name,
    );
    const outward = there.filter((name) => OUTWARD.includes(name));
    if (!there.includes("plpgsql"))
      return red(
        ["plpgsql is missing", "缺少 plpgsql"],
        ["CREATE EXTENSION plpgsql", "请执行 CREATE EXTENSION plpgsql"],
      );
    return outward.length > 0
      ? watch(
          [`${outward.join(", ")}: ways out of the database`, `存在对外扩展:${outward.join("、")}`],
          ["DROP EXTENSION, unless something else needs it", "如无需要请删除"],
        )
      : ok("plpgsql, and none that leads out", "仅有所需扩展");
  },

  async clock({ store }) {
    const before = Date.now();
    const theirs = await one(store, "SELECT extract(epoch FROM clock_timestamp())::float8 AS is");
    const skew = Math.round(Math.abs(theirs * 1000 - (before + Date.now()) / 2) / 100) / 10;
    const said = [`Hub and database differ by ${skew} s`, `与数据库相差 ${skew} 秒`] as const;
    const mend = ["Set both clocks by NTP", "请为两台机器配置 NTP"] as const;
    if (skew > SKEW.red) return red(said, mend);
    return skew > SKEW.watch ? watch(said, mend) : ok(...said);
  },
};

async function one(store: Store, sql: string): Promise<number> {
  const [row] = await store.query<{ is: number }>(sql);
  return row?.is ?? Number.NaN;
}
