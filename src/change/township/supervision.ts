import { SupervisionKind } from "../../domain/supervision/index.js";
import type { Role } from "../../policy/policy.js";
import type { Cast, Cells } from "./cast.js";

/** To whom each procuratorate has written, about what. */
const SUBJECTS: readonly (readonly [Role, SupervisionKind, string])[] = [
  ["POLICE_STATION", SupervisionKind.CORRECTION_OPINION, "询问未成年被害人未通知法定代理人到场,请纠正。"],
  ["SOCIAL_AFFAIRS_OFFICE", SupervisionKind.SUPPORT_PROSECUTION, "请评估是否申请撤销监护人资格,本院支持起诉。"],
  ["JUSTICE_OFFICE", SupervisionKind.PROCURATORIAL_SUGGESTION, "请完善未成年社区矫正对象的档案单独管理。"],
  ["SCHOOL", SupervisionKind.PROCURATORIAL_SUGGESTION, "请落实教职员工入职查询和强制报告制度。"],
  ["EDUCATION_BUREAU", SupervisionKind.PROCURATORIAL_SUGGESTION, "请督促辖区学校开展防性侵教育。"],
  ["VILLAGE_COMMUNITY", SupervisionKind.PUBLIC_INTEREST, "村内水塘缺少警示标志和救生设施,请采取措施。"],
  ["RESCUE_STATION", SupervisionKind.PROCURATORIAL_SUGGESTION, "请规范滞留未成年人的寻亲公告期限。"],
  ["CARE_INSTITUTION", SupervisionKind.PROCURATORIAL_SUGGESTION, "请健全夜间值守和视频留存制度。"],
];

/** Rows of the registers `legal-supervisions` (R25): every kind of agency that an opinion can be addressed to has one. */
export const legalSupervisions = (cast: Cast): ReadonlyMap<string, readonly Cells[]> =>
  new Map(
    cast.offices
      .filter(({ role }) => role === "PROCURATORATE")
      .map((office) => {
        const people = cast.draw.people(`legal supervisions ${office.code}`);
        const rows = SUBJECTS.map(([role, kind, subject], at): Cells => {
          const closed = people.chance(0.3);
          return {
            key: cast.draw.number("J", at),
            supervised: cast.near(cast.homeOf(office), role)[0]?.code ?? "",
            kind,
            matter: subject,
            issued_on: `2025-0${people.int(6, 8)}-1${people.int(0, 9)}`,
            due_on: `2025-10-1${people.int(0, 9)}`,
            result: closed ? "已整改到位。" : "",
            closed_on: closed ? "2025-09-22" : "",
          };
        });
        return [office.code, rows] as const;
      }),
  );
