import { Field, ObjectType } from "type-graphql";
import { Column, Entity, Generated, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from "typeorm";
import { Public } from "../../policy/group.js";
import { ROLES, type Role } from "../../policy/policy.js";
import { enumType } from "../enum.js";
import { Node } from "../shared-record.js";

/** Keys and values alike, for `enumType`. */
export const AgencyKind = Object.fromEntries(ROLES.map((role) => [role, role])) as { [R in Role]: R };
enumType(AgencyKind, "AgencyKind", "Kind of agency, its role in the policy. 部门类型", {
  POLICE_STATION: "Police station. 派出所",
  SOCIAL_AFFAIRS_OFFICE: "Social affairs office: civil affairs of the township. 社会事务办",
  JUSTICE_OFFICE: "Township justice office. 司法所",
  SCHOOL: "Primary or secondary school. 中小学校",
  EDUCATION_BUREAU: "Education bureau. 教育部门",
  YOUTH_LEAGUE: "Communist Youth League committee. 团委",
  WOMENS_FEDERATION: "Women's Federation. 妇联",
  VILLAGE_COMMUNITY: "Village or community committee. 村(居)委会",
  GOVERNANCE_EMERGENCY_OFFICE: "Social governance and emergency management office. 社会治理和应急管理办",
  PUBLICITY_CULTURE_CENTRE: "Publicity and culture service centre. 宣传文化服务中心",
  PROCURATORATE: "Procuratorate, juvenile division. 人民检察院(未检)",
  RESCUE_STATION: "Rescue station. 救助管理站",
  CARE_INSTITUTION:
    "Protection institution for minors, or child welfare institution. 未成年人救助保护机构、儿童福利机构",
  CUSTODY_AUTHORITY: "Prison, or compulsory rehabilitation. 监狱、强制隔离戒毒所",
  SOCIAL_ORGANISATION: "Social organisation. 社会组织",
  ANALYST: "Analysts: counts only. 数据分析",
  AUDITOR: "Auditors: who was shown what. 审计",
  OPERATOR: "Operator of the hub: no personal data. 系统运维",
});

/** GDSR 2, 43: whether an agency shares by its own statutory duty or by something else. */
export enum LegalBasisKind {
  STATUTORY_DUTY = "STATUTORY_DUTY",
  BY_REFERENCE = "BY_REFERENCE",
  AGREEMENT = "AGREEMENT",
  DELEGATION = "DELEGATION",
}
enumType(LegalBasisKind, "LegalBasisKind", "Why the agency may take part. 参与共享的法律依据", {
  STATUTORY_DUTY: "Its own statutory duty, GDSR 2. 法定职责",
  BY_REFERENCE: "The regulation applied by reference, GDSR 43. 参照执行",
  AGREEMENT: "An agreement. 协议",
  DELEGATION: "A delegation by an agency with the duty. 委托",
});

@ObjectType({ description: "Administrative division, GB/T 2260 and below. 行政区划", simpleResolvers: true })
@Entity("division")
export class Division {
  @Public()
  @Field({ description: "12 digits: province 2, prefecture 2, county 2, township 3, village 3. 区划代码" })
  @PrimaryColumn("bigint")
  code: string;

  @Public() @Field({ description: "Name. 名称" }) @Column("text") name: string;
}

@ObjectType({
  implements: Node,
  description: "An agency that takes part in sharing. 部门、机构",
  simpleResolvers: true,
})
@Entity("agency")
export class Agency extends Node {
  @PrimaryColumn("uuid") override id: string;

  /** Number in the keys of `involved`; never leaves the hub. */
  @Index("agency_no", { unique: true })
  @Generated("increment")
  @Column("bigint")
  no: string;

  @Public()
  @Field(() => AgencyKind, { description: "Kind of agency, its role in the policy. 部门类型" })
  @Column("text")
  kind: Role;
  @Public() @Field({ description: "Name. 名称" }) @Column("text") name: string;
  @Public()
  @Field(() => String, { nullable: true, description: "Telephone of the desk on duty. 值班电话" })
  @Column("text", { nullable: true })
  dutyPhone: string | null;
  @Public()
  @Field(() => Division, { description: "Where it has its seat. 所在区划", nullable: true })
  @Column("bigint")
  division: string;

  @Public()
  @Field(() => LegalBasisKind, { description: "Kind of basis for sharing. 共享依据类型" })
  @Column("text")
  legalBasisKind: LegalBasisKind;

  @Public()
  @Field({ description: "Document that the basis stands on. 依据文件" })
  @Column("text")
  legalBasisDocument: string;
  @Public()
  @Field(() => String, { nullable: true, description: "Unified social credit code, GB 32100. 统一社会信用代码" })
  @Column("text", { nullable: true })
  creditCode: string | null;
}

/** `j`: this agency answers for records of this type in this division. The directory keeps these rows. */
@Entity("agency_duty")
export class AgencyDuty {
  @ManyToOne(() => Agency) @JoinColumn({ name: "agency" }) agencyRow: Relation<Agency>;
  @PrimaryColumn("uuid") agency: string;
  @PrimaryColumn("text") recordType: string;
  /** 2, 4, 6, 9 or 12 digits. */
  @PrimaryColumn("text") prefix: string;
}

/** Staff of an agency who can ask. Never a GraphQL type. */
@Entity("person")
export class Person {
  @PrimaryColumn("uuid") id: string;
  @Index("person_no", { unique: true })
  @Generated("increment")
  @Column("bigint")
  no: string;
  /** OIDC subject. */
  @Index("person_subject", { unique: true }) @Column("text") subject: string;
  @Column("text") name: string;
  @ManyToOne(() => Agency) @JoinColumn({ name: "agency" }) agencyRow: Relation<Agency>;
  @Column("uuid") agency: string;
  @Column("text") post: string;
  @Column("boolean", { default: true }) active: boolean;
}

/** A department system that is registered to ask. */
@Entity("client")
export class Client {
  @PrimaryColumn("text") clientId: string;
  @ManyToOne(() => Agency) @JoinColumn({ name: "agency" }) agencyRow: Relation<Agency>;
  @Column("uuid") agency: string;
  @Column("boolean", { default: true }) active: boolean;
}
