import { Field, Int, ObjectType } from "type-graphql";
import { Column, Entity, Index, JoinColumn, ManyToOne, type Relation } from "typeorm";
import { Group } from "../../policy/group.js";
import { About, Shared } from "../../read/index.js";
import { Agency } from "../directory/index.js";
import { enumType } from "../enum.js";
import { Minor } from "../minors/index.js";
import { PlainDate } from "../scalars.js";
import { Node, RecordAboutMinor } from "../shared-record.js";

export enum ProtectionMeasureKind {
  WARNING_LETTER = "WARNING_LETTER",
  PROTECTION_ORDER = "PROTECTION_ORDER",
}
enumType(ProtectionMeasureKind, "ProtectionMeasureKind", "Against violence at home, DV 16, 23. 反家暴措施类别", {
  WARNING_LETTER: "Warning letter of the police. 告诫书",
  PROTECTION_ORDER: "Protection order of a court. 人身安全保护令",
});

/** A warning letter or protection order for a child (R24): DV 17, 32. The police keep the court's orders as well. */
@Shared()
@ObjectType({
  implements: Node,
  description: "A warning letter or a protection order for a child. 告诫书、人身安全保护令",
  simpleResolvers: true,
})
@Entity("protection_measure")
@Index("protection_measure_place", ["place", "id"])
@Index("protection_measure_minor", ["minorId"])
export class ProtectionMeasure extends RecordAboutMinor {
  @Group("R24")
  @Field(() => Int, { nullable: true, description: "Counts its changes; send it with one. 版本号" })
  override version: number;

  @Group("R24")
  @About("minor")
  @Field(() => Minor, { nullable: true, description: "The child that it protects. 受保护的未成年人" })
  @ManyToOne(() => Minor, { nullable: false })
  @JoinColumn({ name: "minor" })
  minor: Relation<Minor>;

  @ManyToOne(() => Agency) @JoinColumn({ name: "recorded_by" }) recordedByRow: Relation<Agency>;
  @Group("R24")
  @Field(() => Agency, { nullable: true, description: "The police station that keeps it. 登记单位" })
  @Column("uuid")
  recordedBy: string;

  @Group("R24")
  @Field(() => ProtectionMeasureKind, { nullable: true, description: "Letter or order. 类别" })
  @Column("text")
  kind: ProtectionMeasureKind;

  @Group("R24")
  @Field(() => String, { nullable: true, description: "Number of the document. 文书编号" })
  @Column("text", { nullable: true })
  number: string | null;

  @Group("R24")
  @Field(() => String, { nullable: true, description: "Police station or court that has issued it. 出具机关" })
  @Column("text")
  issuer: string;

  @Group("R24")
  @Field(() => String, { nullable: true, description: "What it forbids or orders. 措施内容" })
  @Column("text")
  terms: string;

  @Group("R24")
  @Field(() => PlainDate, { nullable: true, description: "Day of issue. 出具日期" })
  @Column("date")
  issuedOn: string;

  @Group("R24")
  @Field(() => PlainDate, { nullable: true, description: "Last day of an order. 保护令有效期至" })
  @Column("date", { nullable: true })
  validUntil: string | null;

  @ManyToOne(() => Agency) @JoinColumn({ name: "addressee" }) addresseeRow: Relation<Agency> | null;
  @Group("R24")
  @Field(() => Agency, {
    nullable: true,
    description: "Village or community that has a copy, and visits. 抄送村(社区)",
  })
  @Column("uuid", { nullable: true })
  addressee: string | null;

  @Group("R24")
  @Field(() => PlainDate, { nullable: true, description: "Day on which it ended; null while in force. 终止日期" })
  @Column("date", { nullable: true })
  endedOn: string | null;
}
