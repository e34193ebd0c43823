import { Field, ObjectType, registerEnumType } from "type-graphql";
import { Column, Entity, Generated, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from "typeorm";
import { Public } from "../../policy/group.js";
import { ROLES, type Role } from "../../policy/policy.js";
import { Node } from "../shared-record.js";

/** Keys and values alike, for `registerEnumType`. */
export const AgencyKind = Object.fromEntries(ROLES.map((role) => [role, role])) as { [R in Role]: R };
registerEnumType(AgencyKind, { name: "AgencyKind", description: "Kind of agency, its role in the policy. 部门类型" });

/** GDSR 2, 43: whether an agency shares by its own statutory duty or by something else. */
export enum LegalBasisKind {
  STATUTORY_DUTY = "STATUTORY_DUTY",
  BY_REFERENCE = "BY_REFERENCE",
  AGREEMENT = "AGREEMENT",
  DELEGATION = "DELEGATION",
}
registerEnumType(LegalBasisKind, {
  name: "LegalBasisKind",
  description: "Why the agency may take part. 参与共享的法律依据",
});

@ObjectType({ description: "Administrative division, GB/T 2260 and below. 行政区划", simpleResolvers: true })
@Entity("division")
export class Division {
  @Public()
  @Field({ description: "12 digits: province 2, prefecture 2, county 2, township 3, village 3. 区划代码" })
  @PrimaryColumn("bigint")
  code: string;

  @Public() @Field({ description: "名称" }) @Column("text") name: string;
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

  @Public() @Field(() => AgencyKind, { description: "部门类型" }) @Column("text") kind: Role;
  @Public() @Field({ description: "名称" }) @Column("text") name: string;
  @Public()
  @Field(() => Division, { description: "Where it has its seat. 所在区划", nullable: true })
  @Column("bigint")
  division: string;

  @Public()
  @Field(() => LegalBasisKind, { description: "共享依据类型" })
  @Column("text")
  legalBasisKind: LegalBasisKind;

  @Public()
  @Field({ description: "Document that the basis stands on. 依据文件" })
  @Column("text")
  legalBasisDocument: string;
  @Public()
  @Field(() => String, { nullable: true, description: "GB 32100 统一社会信用代码" })
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
