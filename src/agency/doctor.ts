import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { z } from "zod";
import type { HubConfig } from "../config.js";
import { Mistake } from "../errors.js";
import { WORD_SKEW } from "../federation/clocks.js";
import { rowOf } from "../federation/kept.js";
import { plainRequest } from "../federation/reach.js";
import type { Activation } from "../policy/activate.js";
import { ROLES, type Role } from "../policy/policy.js";
import { each } from "../server/doctor/examine.js";
import {
  type Checks,
  type Finding,
  type Found,
  ok,
  type Patient,
  red,
  type Said,
  watch,
} from "../server/doctor/finding.js";
import { isOwnersAlone, issuer, keys, openToOthers, publicKeysFound } from "../server/doctor/keys.js";
import { log } from "../server/doctor/log.js";
import { machine } from "../server/doctor/machine.js";
import { peerAt, shortly } from "../server/doctor/peer.js";
import { database, policyThatHolds, versionsOf } from "../server/doctor/server.js";
import { walls } from "../server/doctor/walls.js";
import { checkPreparedAtHome } from "../server/foundation.js";
import { hubOf, RefusedByHub, type Waits } from "./hub-door.js";
import { linkedOf, outboxOf } from "./state.js";

/** An agency that keeps rows at home. */
export interface AgencyPatient extends Patient {
  /** Its kind. */
  readonly role: Role;
}

/** What can be looked at without its database. */
export const examineAgencyMachine = (config: HubConfig, stopping?: AbortSignal): Promise<Finding[]> =>
  each({ ...machine, ...keys, ...(config.oidc.issuer === undefined ? {} : issuer), ...files }, config, stopping);

/**
 * Every check, of an agency that serves or could. Changes nothing.
 * @throws Fault DATABASE_UNAVAILABLE in the middle of it
 */
export const examineAgency = async (patient: AgencyPatient, stopping?: AbortSignal): Promise<Finding[]> => [
  ...(await examineAgencyAtHome(patient, stopping)),
  ...(await examineAccount(patient, stopping)),
];

/** What nobody else is asked for but whether he is there. @throws as `examineAgency` */
export async function examineAgencyAtHome(patient: AgencyPatient, stopping?: AbortSignal): Promise<Finding[]> {
  const checks = { ...database, ...home, ...walls, ...log };
  return [...(await examineAgencyMachine(patient.config, stopping)), ...(await each(checks, patient, stopping))];
}

/**
 * What the hub says of the agency's account there: hub and issuer may think about it for PATIENCE. It asks no database, and
 * so throws nothing.
 */
export const examineAccount = (patient: AgencyPatient, stopping?: AbortSignal): Promise<Finding[]> =>
  each(account, patient, stopping);

/** Milliseconds for which the hub, and whoever gives tokens, may think. */
const PATIENCE = 5_000;
const ONCE_MORE: Waits = { initialDelay: 100, maxDelay: 100, maxAttempts: 1 };
/** Seconds after which a row has waited for long. */
const LONG = 3_600;

const files: Checks<HubConfig> = {
  async "federation-keys"({ federation: { gatewayKeysFile, hubKeysFile } }) {
    const ofGateway = publicKeysFound("federation.gatewayKeysFile", gatewayKeysFile);
    if ("wrong" in ofGateway) return ofGateway.wrong;
    const ofHub = publicKeysFound("federation.hubKeysFile", hubKeysFile);
    if ("wrong" in ofHub) return ofHub.wrong;
    const hubs = ofHub.keys.map(({ pem }) => pem);
    return ofGateway.keys.some(({ pem }) => hubs.includes(pem))
      ? red(
          ["One key is the gateway's and the hub's: the gateway could speak for the hub", "网关与中枢使用同一密钥"],
          ["Ask the hub's operator for the two files again", "请向中枢运维人员重新索取两个公钥文件"],
        )
      : ok(
          `${ofGateway.keys.length} of the gateway's, ${ofHub.keys.length} of the hub's`,
          `网关 ${ofGateway.keys.length} 个,中枢 ${ofHub.keys.length} 个`,
        );
  },

  async "client-secret"({ federation: { hub } }) {
    if (!hub) return ok("The hub is told nothing by itself (federation.hub)", "未配置自动报送");
    const { clientSecretFile: file } = hub;
    if (!existsSync(file))
      return watch(
        [`There is no ${file}: the hub is told nothing`, `缺少 ${file},无法报送中枢`],
        ["Put the secret of this agency's system there", "请放入本单位系统的密钥"],
      );
    return isOwnersAlone((await stat(file)).mode)
      ? ok(`${file} is its owner's alone`, `${file} 仅所有者可读`)
      : watch(...openToOthers(file));
  },
};

const home: Checks<AgencyPatient> = {
  async policy(patient) {
    await checkPreparedAtHome(patient.store, patient.activation.policy);
    return policyThatHolds(patient);
  },

  async hub(patient) {
    const { hub } = patient.config.federation;
    if (!hub) return ok("Nothing says where it is (federation.hub)", "未配置中枢地址");
    const peer = await peerAt(hub.url, plainRequest);
    if (!peer)
      return watch(
        [`Nothing of a hub answers at ${new URL(hub.url).host}`, `${new URL(hub.url).host} 无中枢应答`],
        ["See whether it runs, and whether this machine reaches it; what waits goes on waiting", "请检查其运行与网络"],
      );
    const { versions, skew } = peer;
    const ours = await versionsOf(patient);
    if (skew > WORD_SKEW)
      return red(
        [
          `The hub's clock differs by ${skew} s: its words and the gateway's calls are refused`,
          `与中枢时钟相差 ${skew} 秒,其凭证将被拒绝`,
        ],
        ["Set both clocks by NTP", "请为两台服务器配置 NTP"],
      );
    if (!versions.some((version) => ours.includes(version)))
      return red(
        [
          `The hub goes by another policy (${shortly(versions)}) than ${shortly(ours)}: nothing is shown of what is kept here`,
          `与中枢政策版本不符(${shortly(versions)}),本单位数据不予展示`,
        ],
        ["Take the hub's policy, and start again", "请更新政策并重启"],
      );
    return ok(`It goes by ${shortly(versions)}; clocks differ by ${skew} s`, `政策版本一致,时钟相差 ${skew} 秒`);
  },

  async outbox({ config, store, role }) {
    const whose = { role, agency: config.federation.agency };
    const { of, waiting, oldest, refused } = await outboxOf(store.dataSource, whose);
    const refusedThere = watch(
      [`The hub has refused ${refused} rows`, `中枢拒收 ${refused} 条`],
      [
        "Run `tell`, which says why; correct and import them again, or `tell --again` once the hub is put right",
        "请运行 tell 查看原因,更正后重新导入,或在中枢更正后运行 tell --again",
      ],
    );
    const waitingLong = watch(
      [
        `${waiting} rows wait to be told, the oldest for ${Math.round(oldest / 60)} minutes`,
        `${waiting} 条待报送,最早已等待 ${Math.round(oldest / 60)} 分钟`,
      ],
      ["Run `tell`, and see what keeps the hub from taking them", "请运行 tell 并检查原因"],
    );
    if (refused > 0) return saidOf(of, oldest > LONG ? both(refusedThere, waitingLong) : refusedThere);
    return saidOf(of, oldest > LONG ? waitingLong : ok(`${waiting} rows wait to be told`, `${waiting} 条待报送`));
  },

  async links({ config, store, role }) {
    try {
      const { of, linked, missing, ended } = await linkedOf(store.dataSource, {
        role,
        agency: config.federation.agency,
      });
      if (linked === 0 && ended > 0)
        return saidOf(
          of,
          watch(
            [
              `The hub has taken ${ended} numbers and names none of them any more`,
              `中枢曾接受 ${ended} 个编号,现均不再对应任何人`,
            ],
            [
              "Nothing, if all relations have ended; else compare clientId with the hub's register clients, and where the hub was restored from a backup, import own-numbers there again",
              "如关系均已终止则无需处理;否则请核对 clientId,中枢由备份恢复的请重新报送 own-numbers",
            ],
          ),
        );
      return saidOf(
        of,
        missing === 0
          ? ok(`All ${linked} minors have one`, `${linked} 名未成年人均已关联`)
          : watch(
              [
                `${missing} of ${linked + missing} minors have none: nothing is served of them`,
                `${linked + missing} 人中有 ${missing} 人未关联,不提供其信息`,
              ],
              ["Run `link`, which says of which numbers the hub knows nothing", "请运行 link 查看未关联编号"],
            ),
      );
    } catch (error) {
      if (!(error instanceof Mistake)) throw error;
      const { messageZh, remedy } = error.extensions;
      return watch([error.message, String(messageZh)], [String(remedy), "请导入部门登记表"]);
    }
  },
};

const account: Checks<AgencyPatient> = {
  async "hub-account"({ config, role, activation }, stopping) {
    const { hub, name } = config.federation;
    if (!hub) return ok("None is configured (federation.hub)", "未配置中枢账户");
    const door = hubOf(config, {
      stopping: AbortSignal.any([stopping, AbortSignal.timeout(PATIENCE)]),
      waits: ONCE_MORE,
    });
    try {
      const { viewer } = await door.ask(accountSaid, { query: ACCOUNT, variables: {} });
      return viewer.role === role
        ? registeredAs(name, rowsOf(activation), viewer)
        : watch(
            [`To the hub its system is a ${viewer.role}'s`, `中枢将其系统登记为 ${viewer.role}`],
            ["Compare clientId with the hub's register clients", "请核对 clientId 与中枢登记"],
          );
    } catch (error) {
      return unasked(error);
    }
  },
};

/** Says whose it is: several agencies may keep their records in one database. */
const saidOf = (codes: readonly string[], { said: [en, zh], ...found }: Found): Found =>
  codes.length === 0
    ? { ...found, said: [en, zh] }
    : { ...found, said: [`${codes.join(", ")}: ${en}`, `${codes.join("、")}:${zh}`] };

/** Two things that somebody should look at. */
function both(one: Found, other: Found): Found {
  const joined = (a: Said = ["", ""], b: Said = ["", ""]): Said => [`${a[0]}. ${b[0]}`, `${a[1]};${b[1]}`];
  return watch(joined(one.said, other.said), joined(one.mend, other.mend));
}

const ACCOUNT = "{ viewer { role agency { name } subgraphs { name holds } } }";
const accountSaid = z.object({
  viewer: z.object({
    role: z.enum(ROLES),
    agency: z.object({ name: z.string() }).nullable(),
    subgraphs: z.array(z.object({ name: z.string(), holds: z.array(z.string()) })),
  }),
});

/** Policy rows of the agency's fields. */
const rowsOf = ({ coordinates }: Activation): readonly string[] => [
  ...new Set([...coordinates.values()].flatMap((guard) => rowOf(guard) ?? [])),
];

/** Whether the hub's operator has registered this subgraph for the agency, and all that it shows. */
function registeredAs(
  name: string | undefined,
  rows: readonly string[],
  { agency, subgraphs }: z.infer<typeof accountSaid>["viewer"],
): Found {
  const mend = ["Tell the hub's operator: federation.agencies", "请联系中枢运维人员核对 federation.agencies"] as const;
  const registered = subgraphs.find((subgraph) => subgraph.name === name);
  if (!registered)
    return watch(
      [
        `The hub has registered no subgraph "${name}" of ${agency?.name}: its own people are nobody to it`,
        `中枢未登记${agency?.name}的子图“${name}”`,
      ],
      mend,
    );
  const more = rows.filter((row) => !registered.holds.includes(row));
  return more.length > 0
    ? watch(
        [`${more.join(", ")} is not registered: nothing of it is shown`, `${more.join("、")} 未登记,不予展示`],
        mend,
      )
    : ok(
        `Registered as ${name} of ${agency?.name}, with ${rows.join(", ")}`,
        `已登记为${agency?.name}的子图 ${name}:${rows.join("、")}`,
      );
}

function unasked(error: unknown): Found {
  const mend = [
    "Compare federation.hub with the account at the issuer, and the hub's registers clients and agencies",
    "请核对 federation.hub 与身份提供方账户及中枢登记",
  ] as const;
  if (error instanceof RefusedByHub)
    return watch([`The hub does not take its system: ${error.message}`, `中枢不接受其系统:${error.message}`], mend);
  return watch(["The hub, or who gives tokens, does not answer", "中枢或身份提供方无应答"], mend);
}
