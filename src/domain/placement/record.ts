import { Field, Int, ObjectType } from "type-graphql";
import { Column, Entity, Index, JoinColumn, ManyToOne, type Relation } from "typeorm";
import { Group } from "../../policy/group.js";
import { About, Computed, From, Shared } from "../../read/index.js";
import { Agency } from "../directory/index.js";
import { enumType } from "../enum.js";
import { Minor } from "../minors/index.js";
import { PlainDate } from "../scalars.js";
import { Node, RecordAboutMinor } from "../shared-record.js";

/** MPL 96 names the ways in which a child in state guardianship is looked after. */
export enum PlacementKind {
  INSTITUTION = "INSTITUTION",
  WELFARE_HOME = "WELFARE_HOME",
  FOSTER = "FOSTER",
  OTHER = "OTHER",
}
enumType(PlacementKind, "PlacementKind", "How a child is looked after outside its family. 安置方式", {
  INSTITUTION: "By a rescue and protection institution. 救助保护机构照料",
  WELFARE_HOME: "By a welfare home. 社会福利机构代养",
  FOSTER: "In a foster family. 家庭寄养",
  OTHER: "In another way. 其他妥善方式",
});

export enum PlacementStatus {
  PLACED = "PLACED",
  CONTINUED = "CONTINUED",
  ENDED = "ENDED",
}
enumType(PlacementStatus, "PlacementStatus", "How far a placement has come. 安置状态", {
  PLACED: "Placed, and not reviewed yet. 已安置,尚未评估",
  CONTINUED: "Goes on after a review. 经评估继续安置",
  ENDED: "Ended. 已终止",
});

/** B7: days from placement or review to the next review. */
const REVIEW_DAYS = 30;

/**
 * Where a child is while it cannot be with its family (MPL 92-96; B7). That it is placed is one group (R32), where it is
 * another (R33): the address must not reach the side that did harm, and so is never written to the child (R6).
 */
@Shared()
@ObjectType({
  implements: Node,
  description: "A child's placement outside its family. 未成年人安置",
  simpleResolvers: true,
})
@Entity("placement")
@Index("placement_place", ["place", "id"])
@Index("placement_minor", ["minorId"])
export class Placement extends RecordAboutMinor {
  @Group("R32")
  @Field(() => Int, { nullable: true, description: "Counts its changes; send it with one. 版本号" })
  override version: number;

  @Group("R32", { at: "X" })
  @About("minor")
  @Field(() => Minor, { nullable: true, description: "The child. 被安置的未成年人" })
  @ManyToOne(() => Minor, { nullable: false })
  @JoinColumn({ name: "minor" })
  minor: Relation<Minor>;

  @Group("R32")
  @Field(() => PlacementKind, { nullable: true, description: "How the child is looked after. 安置方式" })
  @Column("text")
  kind: PlacementKind;

  @Group("R32")
  @Computed(
    (column) =>
      `CASE WHEN ${column("endedOn")} IS NOT NULL THEN 'ENDED' WHEN ${column("reviewedOn")} IS NOT NULL THEN 'CONTINUED' ELSE 'PLACED' END`,
  )
  @Field(() => PlacementStatus, { nullable: true, description: "How far it has come. 安置状态" })
  status?: PlacementStatus;

  @Group("R32", { at: "X" })
  @Computed((column) => `${column("endedOn")} IS NULL`)
  @Field(() => Boolean, { nullable: true, description: "The child is cared for at present. 目前已有妥善照料" })
  caredFor?: boolean;

  @ManyToOne(() => Agency) @JoinColumn({ name: "placed_by" }) placedByRow: Relation<Agency>;
  @Group("R32")
  @Field(() => Agency, { nullable: true, description: "The agency that has placed the child. 安置登记单位" })
  @Column("uuid")
  placedBy: string;

  @ManyToOne(() => Agency) @JoinColumn({ name: "office" }) officeRow: Relation<Agency>;
  @Group("R32", { at: "X" })
  @Field(() => Agency, {
    nullable: true,
    description: "The social affairs office that answers for it: ask it. 负责安置的社会事务办,有事请询",
  })
  @Column("uuid")
  office: string;

  @Group("R32")
  @Field(() => PlainDate, { nullable: true, description: "Since when. 安置日期" })
  @Column("date")
  placedOn: string;

  @Group("R32")
  @Field(() => PlainDate, { nullable: true, description: "Day of the last review. 最近评估日期" })
  @Column("date", { nullable: true })
  reviewedOn: string | null;

  @Group("R32")
  @Computed(
    (column) =>
      `CASE WHEN ${column("endedOn")} IS NULL THEN to_char(coalesce(${column("reviewedOn")}, ${column("placedOn")}) + ${REVIEW_DAYS}, 'YYYY-MM-DD') END`,
  )
  @Field(() => PlainDate, {
    nullable: true,
    description: "Day by which it must be reviewed; null once it has ended. 下次评估期限",
  })
  reviewDueOn?: string;

  @Group("R32")
  @Field(() => PlainDate, { nullable: true, description: "Until when; null while it goes on. 终止日期" })
  @Column("date", { nullable: true })
  endedOn: string | null;

  @Group("R33")
  @Field(() => String, { nullable: true, description: "Where the child lives now. 安置地址" })
  @Column("text", { nullable: true })
  address: string | null;

  @Group("R33")
  @Field(() => String, { nullable: true, description: "Who looks after the child there. 寄养人" })
  @Column("text", { nullable: true })
  fosterCarer: string | null;

  @Group("R33", { at: "X" })
  @From("office")
  @Field(() => Agency, {
    nullable: true,
    description: "Through whom house and foster family are reached, never directly. 联系须经社会事务办",
  })
  contactThrough?: string;
}
