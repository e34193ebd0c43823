import { Field, Int, ObjectType } from "type-graphql";
import { Column, Entity, Index, JoinColumn, ManyToOne, type Relation } from "typeorm";
import { Group } from "../../policy/group.js";
import { Computed, Shared } from "../../read/index.js";
import { Agency } from "../directory/index.js";
import { enumType } from "../enum.js";
import { PlainDate } from "../scalars.js";
import { Node, SharedRecord } from "../shared-record.js";

export enum SupervisionKind {
  CORRECTION_OPINION = "CORRECTION_OPINION",
  PROCURATORIAL_SUGGESTION = "PROCURATORIAL_SUGGESTION",
  SUPPORT_PROSECUTION = "SUPPORT_PROSECUTION",
  PUBLIC_INTEREST = "PUBLIC_INTEREST",
}
enumType(SupervisionKind, "SupervisionKind", "What the procuratorate has written, MPL 105, 106. 监督文书类别", {
  CORRECTION_OPINION: "Opinion that something is to be corrected. 纠正意见",
  PROCURATORIAL_SUGGESTION: "Procuratorial suggestion. 检察建议",
  SUPPORT_PROSECUTION: "Support or urging of a suit. 支持、督促起诉",
  PUBLIC_INTEREST: "Before a suit in the public interest. 公益诉讼(诉前)",
});

export enum SupervisionStatus {
  SUBMITTED = "SUBMITTED",
  REPLIED = "REPLIED",
  CLOSED = "CLOSED",
}
enumType(SupervisionStatus, "SupervisionStatus", "How far an opinion has come. 监督意见办理状态", {
  SUBMITTED: "Waits for the reply. 待回复",
  REPLIED: "The addressee has replied. 已回复",
  CLOSED: "The procuratorate has found a result. 已办结",
});

/**
 * An opinion of the procuratorate to an agency, its reply and the result (R25, B27; MPL 105, 114). Its place is the
 * addressee's. It names no child: whom it is about stands in the case.
 */
@Shared({ band: "dueOn" })
@ObjectType({
  implements: Node,
  description: "An opinion of the procuratorate to an agency, and what came of it. 法律监督",
  simpleResolvers: true,
})
@Entity("legal_supervision")
@Index("legal_supervision_place", ["place", "id"])
export class LegalSupervision extends SharedRecord {
  @Group("R25")
  @Field(() => Int, { nullable: true, description: "Counts its changes; send it with one. 版本号" })
  override version: number;

  @ManyToOne(() => Agency) @JoinColumn({ name: "submitted_by" }) submittedByRow: Relation<Agency>;
  @Group("R25")
  @Field(() => Agency, { nullable: true, description: "The procuratorate. 提出机关" })
  @Column("uuid")
  submittedBy: string;

  @ManyToOne(() => Agency) @JoinColumn({ name: "addressee" }) addresseeRow: Relation<Agency>;
  @Group("R25")
  @Field(() => Agency, { nullable: true, description: "The agency that replies. 被监督单位" })
  @Column("uuid")
  addressee: string;

  @Group("R25")
  @Field(() => SupervisionKind, { nullable: true, description: "What was written. 文书类别" })
  @Column("text")
  kind: SupervisionKind;

  @Group("R25")
  @Field(() => String, { nullable: true, description: "What it is about and asks for; names no child. 监督事项" })
  @Column("text")
  subject: string;

  @Group("R25")
  @Field(() => PlainDate, { nullable: true, description: "Day of issue. 发出日期" })
  @Column("date")
  issuedOn: string;

  @Group("R25", { at: "B" })
  @Field(() => PlainDate, { nullable: true, description: "Last day for the reply. 回复期限" })
  @Column("date")
  dueOn: string;

  @Group("R25")
  @Computed(
    (column) =>
      `CASE WHEN ${column("closedOn")} IS NOT NULL THEN 'CLOSED' WHEN ${column("repliedOn")} IS NOT NULL THEN 'REPLIED' ELSE 'SUBMITTED' END`,
  )
  @Field(() => SupervisionStatus, { nullable: true, description: "How far it has come. 办理状态" })
  status?: SupervisionStatus;

  @Group("R25")
  @Field(() => String, { nullable: true, description: "What the addressee has done, in its words. 回复内容" })
  @Column("text", { nullable: true })
  reply: string | null;

  @Group("R25")
  @Field(() => PlainDate, { nullable: true, description: "Day of the reply. 回复日期" })
  @Column("date", { nullable: true })
  repliedOn: string | null;

  @Group("R25")
  @Field(() => String, { nullable: true, description: "What the procuratorate has found of it. 监督结果" })
  @Column("text", { nullable: true })
  result: string | null;

  @Group("R25")
  @Field(() => PlainDate, { nullable: true, description: "Day on which the result was found. 办结日期" })
  @Column("date", { nullable: true })
  closedOn: string | null;
}
