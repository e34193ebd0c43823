import { Field, Int, ObjectType } from "type-graphql";
import { Column, Entity, Index, JoinColumn, ManyToOne, type Relation } from "typeorm";
import { Group } from "../../policy/group.js";
import { About, Computed, Shared } from "../../read/index.js";
import { Agency } from "../directory/index.js";
import { enumType } from "../enum.js";
import { Minor } from "../minors/index.js";
import { PlainDate } from "../scalars.js";
import { Node, RecordAboutMinor } from "../shared-record.js";

/** B8, B11, B12 */
export enum SupportKind {
  VISIT = "VISIT",
  ASSISTANCE = "ASSISTANCE",
  PLAN = "PLAN",
}
enumType(SupportKind, "SupportKind", "What is done for a child. 帮扶方式", {
  VISIT: "Visit at home or at school. 走访",
  ASSISTANCE: "Assistance: money, things, somebody's time. 帮扶",
  PLAN: "Support plan, with what is to be done until when. 支持计划",
});

/**
 * A visit, assistance or support plan of rescue, guardianship or care (R36): so that nothing is done twice. What belongs to
 * the sunshine programme is R37 and never written here.
 */
@Shared()
@ObjectType({
  implements: Node,
  description: "A visit, assistance or support plan for a child. 走访、帮扶、支持计划",
  simpleResolvers: true,
})
@Entity("support_record")
@Index("support_record_place", ["place", "id"])
@Index("support_record_minor", ["minorId"])
export class SupportRecord extends RecordAboutMinor {
  @Group("R36")
  @Field(() => Int, { nullable: true, description: "Counts its changes; send it with one. 版本号" })
  override version: number;

  @Group("R36", { at: "X" })
  @About("minor")
  @Field(() => Minor, { nullable: true, description: "The child. 未成年人" })
  @ManyToOne(() => Minor, { nullable: false })
  @JoinColumn({ name: "minor" })
  minor: Relation<Minor>;

  @ManyToOne(() => Agency) @JoinColumn({ name: "given_by" }) givenByRow: Relation<Agency>;
  @Group("R36")
  @Field(() => Agency, { nullable: true, description: "The agency that helps. 帮扶单位" })
  @Column("uuid")
  givenBy: string;

  @Group("R36")
  @Field(() => SupportKind, { nullable: true, description: "Visit, assistance or plan. 方式" })
  @Column("text")
  kind: SupportKind;

  @Group("R36")
  @Field(() => String, { nullable: true, description: "What was done, or is to be done. 内容" })
  @Column("text", { nullable: true })
  summary: string | null;

  @Group("R36")
  @Field(() => PlainDate, { nullable: true, description: "First day. 开始日期" })
  @Column("date")
  startedOn: string;

  @Group("R36")
  @Field(() => PlainDate, { nullable: true, description: "Last day; null while it goes on. 结束日期" })
  @Column("date", { nullable: true })
  endedOn: string | null;

  @Group("R36", { at: "X" })
  @Computed((column) => `${column("endedOn")} IS NULL`)
  @Field(() => Boolean, { nullable: true, description: "Help is under way. 帮扶进行中" })
  underWay?: boolean;
}
