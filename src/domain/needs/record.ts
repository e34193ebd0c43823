import { Field, Int, ObjectType } from "type-graphql";
import { Column, Entity, Index, JoinColumn, ManyToOne, type Relation } from "typeorm";
import { Group } from "../../policy/group.js";
import { About, Shared } from "../../read/index.js";
import { enumType } from "../enum.js";
import { Minor } from "../minors/index.js";
import { Node, RecordAboutMinor } from "../shared-record.js";

/** B13, B19 */
export enum SupportNeedKind {
  PSYCHOLOGICAL = "PSYCHOLOGICAL",
  STUDY = "STUDY",
  LIVING = "LIVING",
  CARE = "CARE",
  SELF_PROTECTION = "SELF_PROTECTION",
  LEGAL = "LEGAL",
}
enumType(SupportNeedKind, "SupportNeedKind", "What kind of support. 支持需要类别", {
  PSYCHOLOGICAL: "Somebody to talk to, or counselling. 心理关怀",
  STUDY: "Help with school work. 学业帮扶",
  LIVING: "Help with the costs of living. 生活困难帮扶",
  CARE: "Somebody who looks after the child. 照护支持",
  SELF_PROTECTION: "Teaching to protect itself. 自护教育",
  LEGAL: "Legal advice. 法律帮助",
});

export enum SupportNeedLevel {
  HIGH = "HIGH",
  MEDIUM = "MEDIUM",
  LOW = "LOW",
}
enumType(SupportNeedLevel, "SupportNeedLevel", "How urgent. 需要程度", {
  HIGH: "At once. 高",
  MEDIUM: "Soon. 中",
  LOW: "When it can be arranged. 低",
});

export enum SupportNeedStatus {
  OPEN = "OPEN",
  CLOSED = "CLOSED",
}
enumType(SupportNeedStatus, "SupportNeedStatus", "Whether it stands. 状态", {
  OPEN: "It stands. 存续",
  CLOSED: "It has been met, or is no longer there. 已关闭",
});

/**
 * What a child needs, raised by a person (R39, B13): kind, level, what to do. It has no cause, no author, no owner and no
 * date: each would tell who cares for the child, and thereby why.
 */
@Shared()
@ObjectType({
  implements: Node,
  description: "What a child needs, without cause and without who has raised it. 支持需要",
  simpleResolvers: true,
})
@Entity("support_need")
@Index("support_need_place", ["place", "id"])
@Index("support_need_minor", ["minorId"])
export class SupportNeed extends RecordAboutMinor {
  @Group("R39")
  @Field(() => Int, { nullable: true, description: "Counts its changes; send it with one. 版本号" })
  override version: number;

  @Group("R39")
  @About("minor")
  @Field(() => Minor, { nullable: true, description: "The child. 未成年人" })
  @ManyToOne(() => Minor, { nullable: false })
  @JoinColumn({ name: "minor" })
  minor: Relation<Minor>;

  @Group("R39")
  @Field(() => SupportNeedKind, { nullable: true, description: "What kind of support. 类别" })
  @Column("text")
  kind: SupportNeedKind;

  @Group("R39")
  @Field(() => SupportNeedLevel, { nullable: true, description: "How urgent. 需要程度" })
  @Column("text")
  level: SupportNeedLevel;

  @Group("R39")
  @Field(() => String, { nullable: true, description: "What to do and what not to; never why. 建议(不写原因)" })
  @Column("text", { nullable: true })
  advice: string | null;

  @Group("R39")
  @Field(() => SupportNeedStatus, { nullable: true, description: "Whether it stands. 状态" })
  @Column("text")
  status: SupportNeedStatus;
}
