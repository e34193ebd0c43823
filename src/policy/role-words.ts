import type { Role } from "./policy.js";

/** Kinds of agencies as people call them. */
export const ROLE_WORDS: Readonly<Record<Role, { readonly en: string; readonly zh: string }>> = {
  POLICE_STATION: { en: "police station", zh: "派出所" },
  SOCIAL_AFFAIRS_OFFICE: { en: "social affairs office", zh: "社会事务办" },
  JUSTICE_OFFICE: { en: "justice office", zh: "司法所" },
  SCHOOL: { en: "school", zh: "学校" },
  EDUCATION_BUREAU: { en: "education bureau", zh: "教育局" },
  YOUTH_LEAGUE: { en: "youth league", zh: "团委" },
  WOMENS_FEDERATION: { en: "women's federation", zh: "妇联" },
  VILLAGE_COMMUNITY: { en: "village or community", zh: "村(社区)" },
  GOVERNANCE_EMERGENCY_OFFICE: { en: "governance and emergency office", zh: "社会治理和应急管理办" },
  PUBLICITY_CULTURE_CENTRE: { en: "publicity and culture centre", zh: "宣传文化服务中心" },
  PROCURATORATE: { en: "procuratorate", zh: "人民检察院" },
  RESCUE_STATION: { en: "rescue station", zh: "救助管理站" },
  CARE_INSTITUTION: { en: "care institution", zh: "儿童福利机构" },
  CUSTODY_AUTHORITY: { en: "custody authority", zh: "监狱、强制隔离戒毒所" },
  SOCIAL_ORGANISATION: { en: "social organisation", zh: "社会组织" },
  ANALYST: { en: "analyst", zh: "分析机构" },
  AUDITOR: { en: "auditor", zh: "审计部门" },
  OPERATOR: { en: "operator", zh: "运维单位" },
};
