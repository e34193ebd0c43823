import type { Role } from "../../policy/policy.js";
import type { Cast, Cells } from "./cast.js";
import { nameOf } from "./children.js";

type Records = ReadonlyMap<string, readonly Cells[]>;

/**
 * What agencies have found wrong in others' records. A village at the door of pupils of whom it keeps no record; of the cases
 * and incidents as few as let every agency that takes part propose, and every one that keeps them answer; then what no case
 * leads to.
 */
export function correctionRequests(
  cast: Cast,
  kept: Readonly<Record<"case" | "incident" | "alert", Records>>,
): Cells[] {
  const [school, village] = ["school-jinyuan-1", "village-community-jinyuan-1"];
  const { division } = cast.office(village);
  const pupils = cast.children.filter(
    ({ known, residence }) => residence === division && known.has(school) && !known.has(village),
  );
  const rows: Cells[] = pupils.slice(0, 2).map((child, at) => ({
    agency: village,
    minor: nameOf(child),
    value: `金源镇金源社区${at + 3}组${at + 12}号`,
    reason: "入户走访时核对了门牌",
  }));

  const [proposing, answering] = [new Set<Role>(), new Set<Role>()];
  for (const [column, value] of [
    ["case", "OTHER_HARM"],
    ["incident", "III"],
  ] as const)
    for (const [keeper, records] of kept[column])
      for (const { key, participants = "" } of records)
        for (const agency of participants.split(";").filter(Boolean)) {
          const [proposer, keeps] = [cast.office(agency).role, cast.office(keeper).role];
          if (proposing.has(proposer) && answering.has(keeps)) continue;
          proposing.add(proposer);
          answering.add(keeps);
          rows.push({ agency, [column]: `${keeper}:${key}`, value, reason: "与协作办理中掌握的材料不一致" });
        }

  const reason = "与本单位留存的材料不一致";
  const support = (agency: string, keeper: string): Cells => ({
    agency,
    support_record: `${keeper}:B-V2-0001`,
    value: "入户走访,见到孩子和照护人。",
    reason,
  });
  const [alerts] = [...kept.alert];
  return [
    ...rows,
    ...(alerts
      ? [
          {
            agency: "governance-emergency-office-jinyuan",
            alert: `${alerts[0]}:${alerts[1][0]?.["key"]}`,
            value: "OTHER",
            reason,
          },
        ]
      : []),
    support("womens-federation-jinyuan", "youth-league-jinyuan"),
    support("social-organisation-yunling", "womens-federation-jinyuan"),
    support("youth-league-jinyuan", "social-organisation-yunling"),
    {
      agency: "police-station-jinyuan",
      supervision: "procuratorate-yunling:J-0001",
      value: "询问未成年证人未通知法定代理人到场,请纠正。",
      reason,
    },
  ].map((row, at) => ({ key: `K-${String(at + 1).padStart(4, "0")}`, ...row }));
}
