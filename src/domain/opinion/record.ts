import { Field, Int, ObjectType } from "type-graphql";
import { Column, Entity, Index } from "typeorm";
import { Group } from "../../policy/group.js";
import { MASKS } from "../../policy/masks.js";
import { Computed, From, Shared } from "../../read/index.js";
import { Division } from "../directory/index.js";
import { enumType } from "../enum.js";
import { DateTime, Month } from "../scalars.js";
import { Node, SharedRecord, TownshipOfPlace } from "../shared-record.js";

/** No national statute grades opinion; practice copies I-IV as colours. RED is the gravest. */
export enum OpinionLevel {
  RED = "RED",
  ORANGE = "ORANGE",
  YELLOW = "YELLOW",
  BLUE = "BLUE",
}
enumType(OpinionLevel, "OpinionLevel", "How grave an alert is, RED the gravest. 舆情等级", {
  RED: "Red: especially grave. 红色",
  ORANGE: "Orange: grave. 橙色",
  YELLOW: "Yellow: fairly grave. 黄色",
  BLUE: "Blue: ordinary. 蓝色",
});

export enum OpinionTopic {
  BULLYING = "BULLYING",
  ABUSE = "ABUSE",
  MISSING_CHILD = "MISSING_CHILD",
  SCHOOL_SAFETY = "SCHOOL_SAFETY",
  FOOD_SAFETY = "FOOD_SAFETY",
  TEACHER_CONDUCT = "TEACHER_CONDUCT",
  OTHER = "OTHER",
}
enumType(OpinionTopic, "OpinionTopic", "What an alert is about. 舆情主题", {
  BULLYING: "Student bullying. 学生欺凌",
  ABUSE: "Abuse. 侵害虐待",
  MISSING_CHILD: "Missing child. 儿童走失",
  SCHOOL_SAFETY: "School safety. 校园安全",
  FOOD_SAFETY: "Food safety. 食品安全",
  TEACHER_CONDUCT: "Conduct of teachers. 师德师风",
  OTHER: "Other. 其他",
});

export enum OpinionStatus {
  DETECTED = "DETECTED",
  VERIFIED = "VERIFIED",
  RESPONDING = "RESPONDING",
  CLOSED = "CLOSED",
}
enumType(OpinionStatus, "OpinionStatus", "How far the response has come. 处置状态", {
  DETECTED: "Detected. 已发现",
  VERIFIED: "Verified. 已核实",
  RESPONDING: "Being answered. 处置中",
  CLOSED: "Closed. 已办结",
});

@Shared({ band: "month", minorAuthor: "authorIsMinor" })
@ObjectType({
  implements: Node,
  description: "A public-opinion alert that touches minors. 涉未成年人舆情",
  simpleResolvers: true,
})
@Entity("opinion_alert")
@Index("opinion_alert_place", ["place", "id"])
@Index("opinion_alert_reference", ["monitor", "source", "reference"], { unique: true })
export class OpinionAlert extends SharedRecord {
  @Group("R28")
  @Field(() => OpinionTopic, { nullable: true, description: "What it is about. 主题" })
  @Column("text")
  topic: OpinionTopic;

  @Group("R28", { at: "B" })
  @Field(() => OpinionLevel, { nullable: true, description: "How grave. 等级" })
  @Column("text")
  level: OpinionLevel;

  @Group("R28")
  @Field(() => Int, { nullable: true, description: "Reposts, comments and likes. 热度" })
  @Column("int")
  heat: number;

  @Group("R28")
  @Field(() => DateTime, { nullable: true, description: "When it was found. 发现时间" })
  @Column("timestamptz")
  detectedAt: Date;

  @Group("R28", { at: "B" })
  @Computed((column) => `to_char(${column("detectedAt")} AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM')`)
  @Field(() => Month, { nullable: true, description: "Month in which it was found. 发现月份" })
  month?: string;

  @Group("R28")
  @From("place")
  @Field(() => Division, { nullable: true, description: "Place that it is about. 涉及地" })
  division?: Division;

  @Group("R28", { at: "B" })
  @TownshipOfPlace()
  @Field(() => Division, { nullable: true, description: "Township that it is about. 涉及地所在乡镇(街道)" })
  township?: Division;

  @Group("R28")
  @Field(() => OpinionStatus, { nullable: true, description: "How far the response has come. 处置状态" })
  @Column("text")
  status: OpinionStatus;

  /** The monitoring agency: together with source and reference the key of an alert, never across agencies. */
  @Column("uuid") monitor: string;

  @Group("R29", { mask: MASKS.account })
  @Field(() => String, { nullable: true, description: "Platform. 来源平台" })
  @Column("text")
  source: string;

  @Group("R29", { mask: MASKS.account })
  @Field(() => String, { nullable: true, description: "Id of the post at its source. 原文编号" })
  @Column("text")
  reference: string;

  @Group("R29", { mask: MASKS.account })
  @Field(() => String, { nullable: true, description: "Account that posted it. 发布账号" })
  @Column("text", { nullable: true })
  authorAccount: string | null;

  /** MASK_IF_MINOR_AUTHOR */
  @Column("boolean", { default: false }) authorIsMinor: boolean;

  @Group("R30")
  @Field(() => String, { nullable: true, description: "The post as it was. 原文" })
  @Column("text", { nullable: true })
  originalText: string | null;

  @Group("R30", { at: "M" })
  @Field(() => String, { nullable: true, description: "Text with minors taken out at intake. 入库时已遮蔽的文本" })
  @Column("text", { nullable: true })
  redactedText: string | null;
}
