import {
  type AgencyDefinition,
  Belonging,
  Column,
  Computed,
  DateTime,
  Entity,
  enumType,
  Field,
  Group,
  ID,
  Index,
  JoinColumn,
  ManyToOne,
  ObjectType,
  PlainDate,
  PrimaryColumn,
  Public,
  type Relation,
} from "minors-hub-agency-kit";

export enum LeftFor {
  FAMILY = "FAMILY",
  CARE_INSTITUTION = "CARE_INSTITUTION",
  OTHER_STATION = "OTHER_STATION",
}
enumType(LeftFor, "LeftFor", "Where a child went from the station. 离站去向", {
  FAMILY: "Home. 返回家庭",
  CARE_INSTITUTION: "A care institution. 儿童福利机构或救助保护机构",
  OTHER_STATION: "The station of the place that it comes from. 流出地救助站",
});

export enum IdentityCheckKind {
  DNA = "DNA",
  FACE = "FACE",
  FINGERPRINTS = "FINGERPRINTS",
}
enumType(IdentityCheckKind, "IdentityCheckKind", "What is compared. 比对方式", {
  DNA: "DNA. DNA比对",
  FACE: "The face. 人像比对",
  FINGERPRINTS: "Fingerprints. 指纹比对",
});

export enum IdentityCheckStatus {
  ASKED_FOR = "ASKED_FOR",
  NO_MATCH = "NO_MATCH",
  MATCHED = "MATCHED",
}
enumType(IdentityCheckStatus, "IdentityCheckStatus", "How the check stands. 比对状态", {
  ASKED_FOR: "Sent, and not answered yet. 已送检",
  NO_MATCH: "Nobody was found. 未比中",
  MATCHED: "Somebody was found: ask the station. 已比中",
});

/** A client: what the station knows and the hub does not. R34 and R41 of the policy. */
@ObjectType({ description: "A child whom the station has taken in. 受助未成年人", simpleResolvers: true })
@Entity("minor")
export class Minor {
  @Public() @Field(() => ID, { description: "As the hub knows it. 中枢标识" }) @PrimaryColumn("uuid") id: string;
  @Column("bigint") place: string;
  @Column("bigint", { array: true }) involved: string[];

  @Group("R41")
  @Belonging(() => Stay, "minor")
  @Field(() => [Stay], { nullable: true, description: "Stays at the station. 在站情况" })
  stays?: Stay[];

  @Group("R41", { at: "B" })
  @Computed((column) => `EXISTS (SELECT FROM stay s WHERE s.minor = ${column("id")} AND s.left_on IS NULL)`)
  @Field(() => Boolean, { nullable: true, description: "In the station now. 目前是否在站" })
  inStation?: boolean;

  @Group("R34", { at: "X" })
  @Belonging(() => IdentityCheck, "minor")
  @Field(() => [IdentityCheck], { nullable: true, description: "Identity checks, by status only. 身份比对状态" })
  identityChecks?: IdentityCheck[];
}

@ObjectType({ description: "A stay at the station. 一次在站", simpleResolvers: true })
@Entity("stay")
export class Stay {
  @PrimaryColumn("uuid") id: string;
  @Index("stay_minor")
  @ManyToOne(() => Minor, { onDelete: "CASCADE", nullable: false })
  @JoinColumn({ name: "minor" })
  minor: Relation<Minor>;
  @Group("R41")
  @Field(() => DateTime, { nullable: true, description: "Moment of intake. 进站时间" })
  @Column("timestamptz")
  admittedAt: Date;
  @Group("R41")
  @Field(() => String, { nullable: true, description: "Where it was found. 发现地点" })
  @Column("text")
  foundAt: string;
  @Group("R41")
  @Field(() => String, { nullable: true, description: "Condition at intake. 进站时状况" })
  @Column("text")
  condition: string;
  @Group("R41")
  @Field(() => PlainDate, { nullable: true, description: "Day on which it left; null = it is there. 离站日期" })
  @Column("date", { nullable: true })
  leftOn?: string;
  @Group("R41")
  @Field(() => LeftFor, { nullable: true, description: "Where it went. 离站去向" })
  @Column("text", { nullable: true })
  leftFor?: LeftFor;
}

@ObjectType({ description: "A check of who a child is; its values are not kept here. 身份比对", simpleResolvers: true })
@Entity("identity_check")
export class IdentityCheck {
  @PrimaryColumn("uuid") id: string;
  @Index("identity_check_minor")
  @ManyToOne(() => Minor, { onDelete: "CASCADE", nullable: false })
  @JoinColumn({ name: "minor" })
  minor: Relation<Minor>;
  @Group("R34", { at: "X" })
  @Field(() => IdentityCheckKind, { nullable: true, description: "What is compared. 比对方式" })
  @Column("text")
  kind: IdentityCheckKind;
  @Group("R34", { at: "X" })
  @Field(() => IdentityCheckStatus, { nullable: true, description: "How it stands. 比对状态" })
  @Column("text")
  status: IdentityCheckStatus;
  @Group("R34", { at: "X" })
  @Field(() => PlainDate, { nullable: true, description: "Day of the status. 日期" })
  @Column("date")
  checkedOn: string;
}

/** The station, for `runAgency`. */
export const STATION = {
  role: "RESCUE_STATION",
  types: [Minor, Stay, IdentityCheck],
  migrations: new URL("../migrations/", import.meta.url),
} as const satisfies AgencyDefinition;
