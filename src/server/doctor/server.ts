import { shanghaiTime } from "../../calendar.js";
import type { CertificateFiles } from "../../federation/certificates.js";
import { fetchAmongUs } from "../../federation/reach.js";
import { nameOf, namesIn } from "../../policy/between.js";
import type { Store } from "../../store/store.js";
import { checkActivated } from "../foundation.js";
import { besideIt } from "../versions.js";
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

  async policy({ config, store, activation }) {
    await checkActivated(store, activation);
    const { version, hash } = activation.policy;
    const [en, zh] = [`Version ${version} (${hash.slice(0, 12)}) is active`, `第 ${version} 版已激活`];
    const beside = await besideIt(config, activation.policy, (sql, params) => store.query(sql, params));
    if (!beside) return ok(en, zh);
    const { previous, until } = beside;
    const time = shanghaiTime(until);
    return ok(
      `${en}; until ${time} version ${previous.version} (${previous.hash.slice(0, 12)}) holds beside it, and the stricter answer stands`,
      `${zh};至 ${time} 与第 ${previous.version} 版并行,取较严者`,
    );
  },

  async federation({ config, store, activation: { policy } }) {
    const { hubUrl, subgraphs, tls } = config.federation.gateway;
    const agencies = Object.entries(subgraphs).filter(([, { kernel }]) => kernel);
    if (agencies.length === 0) return ok("No agency's subgraph is configured here", "未配置部门子图");
    const beside = await besideIt(config, policy, (sql, params) => store.query(sql, params));
    const ours = [policy, ...(beside ? [beside.previous] : [])].map(nameOf);
    const asked = [["hub", hubUrl] as const, ...agencies.map(([name, { url }]) => [name, url] as const)];
    const theirs = await Promise.all(
      asked.map(async ([name, url]) => ({ name, versions: await versionsAt(url, tls).catch(() => undefined) })),
    );
    const silent = theirs.filter(({ versions }) => !versions).map(({ name }) => name);
    const fenced = theirs.flatMap(({ name, versions }) =>
      versions && !versions.some((version) => ours.includes(version)) ? [`${name} (${shortly(versions)})`] : [],
    );
    if (fenced.length > 0)
      return watch(
        [
          `Fenced off, for going by another policy than ${shortly(ours)}: ${fenced.join(", ")}; what they keep is shown to nobody`,
          `政策版本不符,已隔离:${fenced.join("、")}`,
        ],
        ["Give them this policy, and start them again", "请为其更新政策并重启"],
      );
    if (silent.length > 0)
      return watch(
        [`They do not say by which policy they go: ${silent.join(", ")}`, `无法获知政策版本:${silent.join("、")}`],
        ["See whether they run, and whether this machine reaches them", "请检查其运行与网络"],
      );
    const said = theirs.map(({ name, versions = [] }) => `${name} (${shortly(versions)})`).join(", ");
    return ok(`All go by this policy: ${said}`, `政策版本一致:${said}`);
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

/** Versions of the policy that a server goes by, as it tells anybody who may ask it at all. */
async function versionsAt(url: string, tls: CertificateFiles | undefined): Promise<readonly string[] | undefined> {
  const fetch = fetchAmongUs(tls, { error() {} });
  const { headers } = await fetch(new URL("/healthz", url), { redirect: "error", signal: AbortSignal.timeout(2_000) });
  const said = headers.get("x-hub-policy");
  return said === null ? undefined : namesIn(said);
}

/** "2 7ecc7f40e98a, 1 ..." */
const shortly = (versions: readonly string[]): string =>
  versions.map((version) => version.replace(/^(\d+ .{12}).*$/, "$1")).join(", ");

async function one(store: Store, sql: string): Promise<number> {
  const [row] = await store.query<{ is: number }>(sql);
  return row?.is ?? Number.NaN;
}
