import { shanghaiTime } from "../../calendar.js";
import { type CertificateFiles, CertificateUnfit } from "../../federation/certificates.js";
import { WORD_SKEW } from "../../federation/clocks.js";
import { type Request, requestAmongUs } from "../../federation/reach.js";
import { nameOf } from "../../policy/between.js";
import type { Store } from "../../store/store.js";
import { checkActivated } from "../foundation.js";
import { besideIt } from "../versions.js";
import { type Checks, type Found, ok, type Patient, red, watch } from "./finding.js";
import { peerAt, shortly } from "./peer.js";

const OLDEST_SERVER = 15;
/** Seconds between the clocks of hub and database: relations end and tokens are good for minutes. */
const SKEW = { red: 30, watch: 2 } as const;
/** Ways out of the database, or round row security. */
const OUTWARD = ["dblink", "postgres_fdw", "file_fdw", "adminpack", "plpython3u", "plperlu"];

/** The database, whoever it serves. */
export const database: Checks<Pick<Patient, "store">> = {
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
    const said = [`The database's clock differs by ${skew} s`, `与数据库相差 ${skew} 秒`] as const;
    const mend = ["Set both clocks by NTP", "请为两台机器配置 NTP"] as const;
    if (skew > SKEW.red) return red(said, mend);
    return skew > SKEW.watch ? watch(said, mend) : ok(...said);
  },
};

/** Which versions of the policy hold, of a database that is prepared for them. */
export async function policyThatHolds({ config, store, activation }: Patient): Promise<Found> {
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
}

/** Versions by which a server goes now, each its number and hash. */
export async function versionsOf({ config, store, activation: { policy } }: Patient): Promise<readonly string[]> {
  const beside = await besideIt(config, policy, (sql, params) => store.query(sql, params));
  return [policy, ...(beside ? [beside.previous] : [])].map(nameOf);
}

export const server: Checks<Patient> = {
  async policy(patient) {
    await checkActivated(patient.store, patient.activation);
    return policyThatHolds(patient);
  },

  async federation(patient) {
    const { hubUrl, subgraphs, tls } = patient.config.federation.gateway;
    const agencies = Object.entries(subgraphs).filter(([, { kernel }]) => kernel);
    if (agencies.length === 0) return ok("No agency's subgraph is configured here", "未配置部门子图");
    const ours = await versionsOf(patient);
    const request = askingBy(tls);
    const asked = [["hub", hubUrl] as const, ...agencies.map(([name, { url }]) => [name, url] as const)];
    const theirs = await Promise.all(
      asked.map(async ([name, url]) => ({ name, peer: request && (await peerAt(url, request)) })),
    );
    const silent = theirs.filter(({ peer }) => !peer).map(({ name }) => name);
    const fenced = theirs.flatMap(({ name, peer }) =>
      peer && !peer.versions.some((version) => ours.includes(version)) ? [`${name} (${shortly(peer.versions)})`] : [],
    );
    const early = theirs.flatMap(({ name, peer }) => (peer && peer.skew > WORD_SKEW ? [`${name} ${peer.skew} s`] : []));
    if (fenced.length > 0)
      return watch(
        [
          `Fenced off, for going by another policy than ${shortly(ours)}: ${fenced.join(", ")}; what they keep is shown to nobody`,
          `政策版本不符,已隔离:${fenced.join("、")}`,
        ],
        ["Give them this policy, and start them again", "请为其更新政策并重启"],
      );
    if (early.length > 0)
      return watch(
        [
          `Clocks differ, and their calls and words are refused: ${early.join(", ")}`,
          `时钟不一致,其调用与凭证将被拒绝:${early.join("、")}`,
        ],
        ["Set all clocks by NTP", "请为各服务器配置 NTP"],
      );
    if (silent.length > 0)
      return watch(
        [`They do not say by which policy they go: ${silent.join(", ")}`, `无法获知政策版本:${silent.join("、")}`],
        ["See whether they run, and whether this machine reaches them", "请检查其运行与网络"],
      );
    const said = theirs.map(({ name, peer }) => `${name} (${shortly(peer?.versions ?? [])})`).join(", ");
    return ok(`All go by this policy: ${said}`, `政策版本一致:${said}`);
  },
};

/** @returns undefined where certificates do not fit, and nobody is reached by them: `gateway-certificates` says why */
function askingBy(tls: CertificateFiles | undefined): Request | undefined {
  try {
    return requestAmongUs(tls, { error() {} });
  } catch (error) {
    if (error instanceof CertificateUnfit) return undefined;
    throw error;
  }
}

async function one(store: Store, sql: string): Promise<number> {
  const [row] = await store.query<{ is: number }>(sql);
  return row?.is ?? Number.NaN;
}
