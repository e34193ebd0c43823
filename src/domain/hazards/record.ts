import { Field, Int, ObjectType } from "type-graphql";
import { Column, Entity, Index, JoinColumn, ManyToOne, type Relation } from "typeorm";
import { Group } from "../../policy/group.js";
import { Computed, From, Shared } from "../../read/index.js";
import { Agency, Division } from "../directory/index.js";
import { enumType } from "../enum.js";
import { Month, PlainDate } from "../scalars.js";
import { Node, SharedRecord, TownshipOfPlace } from "../shared-record.js";

export enum HazardKind {
  FIRE = "FIRE",
  TRAFFIC = "TRAFFIC",
  FOOD = "FOOD",
  BUILDING = "BUILDING",
  WATER = "WATER",
  DANGEROUS_GOODS = "DANGEROUS_GOODS",
  SECURITY = "SECURITY",
  VENUE = "VENUE",
  OTHER = "OTHER",
}
enumType(HazardKind, "HazardKind", "What is looked at. 检查、隐患类别", {
  FIRE: "Fire safety. 消防安全",
  TRAFFIC: "Traffic. 交通安全",
  FOOD: "Food. 食品安全",
  BUILDING: "Buildings and equipment. 建筑与设施",
  WATER: "Ponds, rivers, wells. 涉水安全",
  DANGEROUS_GOODS: "Dangerous goods. 危险物品",
  SECURITY: "Guards, gates, cameras. 安保防范",
  VENUE: "Shops and places of entertainment around schools. 校园周边经营场所",
  OTHER: "Other. 其他",
});

export enum HazardLevel {
  MAJOR = "MAJOR",
  LARGER = "LARGER",
  GENERAL = "GENERAL",
}
enumType(HazardLevel, "HazardLevel", "How grave, and by when it must be put right. 隐患等级与整改期限", {
  MAJOR: "Major: 3 days. 重大(3日)",
  LARGER: "Larger: 10 days. 较大(10日)",
  GENERAL: "General: 30 days. 一般(30日)",
});

export enum HazardOrigin {
  INSPECTION = "INSPECTION",
  SCREENING = "SCREENING",
}
enumType(HazardOrigin, "HazardOrigin", "How it came to be known. 来源", {
  INSPECTION: "An inspection that was published. 执法检查",
  SCREENING: "Looked for by the agency itself. 排查",
});

export enum HazardStatus {
  NO_FINDING = "NO_FINDING",
  FOUND = "FOUND",
  IN_LEDGER = "IN_LEDGER",
  ASSIGNED = "ASSIGNED",
  RECTIFIED = "RECTIFIED",
  VERIFIED = "VERIFIED",
  CLOSED = "CLOSED",
}
enumType(HazardStatus, "HazardStatus", "How far it has come. 办理状态", {
  NO_FINDING: "Inspected, and nothing was found. 检查未发现问题",
  FOUND: "Found and published, not in the ledger. 已通报,未入台账",
  IN_LEDGER: "In the ledger, assigned to nobody. 已入台账,待派发",
  ASSIGNED: "Waits for rectification. 待整改",
  RECTIFIED: "Rectified, not verified. 已整改,待复核",
  VERIFIED: "Verified by another agency. 复核通过",
  CLOSED: "Closed. 已销号",
});

/** Days within which a hazard of the level must be put right. B25 [P] */
const DAYS: Readonly<Record<HazardLevel, number>> = {
  [HazardLevel.MAJOR]: 3,
  [HazardLevel.LARGER]: 10,
  [HazardLevel.GENERAL]: 30,
};
const daysOf = (level: string) =>
  `CASE ${level} ${Object.entries(DAYS)
    .map(([name, days]) => `WHEN '${name}' THEN ${days}`)
    .join(" ")} END`;

/**
 * What an inspection or a screening has found at a place, and its entry in the ledger (R31, R31b; B25, B26). It names no
 * child: who has come to harm stands in the case.
 */
@Shared({ band: "month" })
@ObjectType({
  implements: Node,
  description: "An inspection of a place, and the hazard that was found there until it is put right. 检查与安全隐患",
  simpleResolvers: true,
})
@Entity("hazard")
@Index("hazard_place", ["place", "id"])
export class Hazard extends SharedRecord {
  @Group("R31")
  @Field(() => Int, { nullable: true, description: "Counts its changes; send it with one. 版本号" })
  override version: number;

  @ManyToOne(() => Agency) @JoinColumn({ name: "found_by" }) foundByRow: Relation<Agency>;
  @Group("R31")
  @Field(() => Agency, { nullable: true, description: "The agency that keeps it. 登记单位" })
  @Column("uuid")
  foundBy: string;

  @Group("R31")
  @Field(() => HazardOrigin, { nullable: true, description: "Inspection or screening. 来源" })
  @Column("text")
  origin: HazardOrigin;

  @Group("R31")
  @Field(() => HazardKind, { nullable: true, description: "What was looked at. 类别" })
  @Column("text")
  kind: HazardKind;

  @Group("R31", { at: "B" })
  @Field(() => HazardLevel, { nullable: true, description: "How grave; null where nothing was found. 隐患等级" })
  @Column("text", { nullable: true })
  level: HazardLevel | null;

  @Group("R31")
  @Field(() => String, { nullable: true, description: "The place, by name. 场所名称" })
  @Column("text")
  placeName: string;

  @Group("R31")
  @From("place")
  @Field(() => Division, { nullable: true, description: "Where it is. 所在区划" })
  division?: Division;

  @Group("R31", { at: "B" })
  @TownshipOfPlace()
  @Field(() => Division, { nullable: true, description: "Township in which it is. 所在乡镇(街道)" })
  township?: Division;

  @Group("R31")
  @Field(() => PlainDate, { nullable: true, description: "Day on which it was looked at. 检查(排查)日期" })
  @Column("date")
  foundOn: string;

  @Group("R31", { at: "B" })
  @Computed((column) => `to_char(${column("foundOn")}, 'YYYY-MM')`)
  @Field(() => Month, { nullable: true, description: "Month in which it was looked at. 检查(排查)月份" })
  month?: string;

  @Group("R31")
  @Field(() => String, { nullable: true, description: "What was found; names no child. 检查结果" })
  @Column("text")
  finding: string;

  @Group("R31b")
  @Field(() => String, {
    nullable: true,
    description: "Who answers for the place, a person too. 被检查单位负责人",
  })
  @Column("text", { nullable: true })
  responsiblePerson: string | null;

  @Group("R31")
  @Computed(
    (
      column,
    ) => `CASE WHEN ${column("closedOn")} IS NOT NULL THEN 'CLOSED' WHEN ${column("verifiedOn")} IS NOT NULL THEN 'VERIFIED'
      WHEN ${column("rectifiedOn")} IS NOT NULL THEN 'RECTIFIED' WHEN ${column("assignedTo")} IS NOT NULL THEN 'ASSIGNED'
      WHEN ${column("openedOn")} IS NOT NULL THEN 'IN_LEDGER' WHEN ${column("level")} IS NOT NULL THEN 'FOUND' ELSE 'NO_FINDING' END`,
  )
  @Field(() => HazardStatus, { nullable: true, description: "How far it has come. 办理状态" })
  status?: HazardStatus;

  @Group("R31")
  @Field(() => PlainDate, {
    nullable: true,
    description: "Day on which it came into the ledger, or came back. 入账日期",
  })
  @Column("date", { nullable: true })
  openedOn: string | null;

  @Group("R31")
  @Computed(
    (column) =>
      `CASE WHEN ${column("closedOn")} IS NULL THEN to_char(${column("openedOn")} + ${daysOf(column("level"))}, 'YYYY-MM-DD') END`,
  )
  @Field(() => PlainDate, {
    nullable: true,
    description: "Day by which it must be put right, by its level; null while it is not in the ledger. 整改期限",
  })
  dueOn?: string;

  @ManyToOne(() => Agency) @JoinColumn({ name: "assigned_to" }) assignedToRow: Relation<Agency> | null;
  @Group("R31")
  @Field(() => Agency, { nullable: true, description: "The agency that puts it right. 整改责任单位" })
  @Column("uuid", { nullable: true })
  assignedTo: string | null;

  @Group("R31")
  @Field(() => String, { nullable: true, description: "What it has done. 整改情况" })
  @Column("text", { nullable: true })
  rectification: string | null;

  @Group("R31")
  @Field(() => PlainDate, { nullable: true, description: "Day on which it was put right. 整改完成日期" })
  @Column("date", { nullable: true })
  rectifiedOn: string | null;

  @ManyToOne(() => Agency) @JoinColumn({ name: "verified_by" }) verifiedByRow: Relation<Agency> | null;
  @Group("R31")
  @Field(() => Agency, { nullable: true, description: "The agency that has looked again. 复核单位" })
  @Column("uuid", { nullable: true })
  verifiedBy: string | null;

  @Group("R31")
  @Field(() => PlainDate, { nullable: true, description: "Day on which it has. 复核日期" })
  @Column("date", { nullable: true })
  verifiedOn: string | null;

  @Group("R31")
  @Field(() => PlainDate, { nullable: true, description: "Day of closure. 销号日期" })
  @Column("date", { nullable: true })
  closedOn: string | null;

  @Group("R31")
  @Field(() => Int, { nullable: true, description: "How often it has come back. 反弹次数" })
  @Column("int", { default: 0 })
  recurrences: number;
}
