import { Field, Int, ObjectType } from "type-graphql";
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from "typeorm";
import { Group } from "../../policy/group.js";
import { Belonging, Computed, Edge, From, Shared } from "../../read/index.js";
import { Agency, Division } from "../directory/index.js";
import { enumType } from "../enum.js";
import { Minor } from "../minors/index.js";
import { Month, PlainDate } from "../scalars.js";
import { BelongingRecord, EdgeRecord, Node, SharedRecord } from "../shared-record.js";

export enum CaseKind {
  SEXUAL_ABUSE = "SEXUAL_ABUSE",
  DOMESTIC_VIOLENCE = "DOMESTIC_VIOLENCE",
  MALTREATMENT = "MALTREATMENT",
  ABANDONMENT = "ABANDONMENT",
  TRAFFICKING = "TRAFFICKING",
  BEGGING_EXPLOITATION = "BEGGING_EXPLOITATION",
  BULLYING = "BULLYING",
  OTHER_HARM = "OTHER_HARM",
  GUARDIANSHIP = "GUARDIANSHIP",
  RESCUE = "RESCUE",
}
enumType(CaseKind, "CaseKind", "What kind of case. 案件类别", {
  SEXUAL_ABUSE: "Sexual abuse. 性侵",
  DOMESTIC_VIOLENCE: "Domestic violence. 家暴",
  MALTREATMENT: "Maltreatment. 虐待",
  ABANDONMENT: "Abandonment. 遗弃",
  TRAFFICKING: "Trafficking. 拐卖",
  BEGGING_EXPLOITATION: "Forced, lured or used for begging. 胁迫、诱骗、利用乞讨",
  BULLYING: "Student bullying. 学生欺凌",
  OTHER_HARM: "Other harm. 其他侵害",
  GUARDIANSHIP: "Guardianship absent or unfit. 监护缺失或不当",
  RESCUE: "Rescue. 救助",
});

/** Shared stages end in CLOSED only: how a case with a minor suspect ended is never in the hub (J9). */
export enum CaseStage {
  ACCEPTED = "ACCEPTED",
  FILED = "FILED",
  INVESTIGATION = "INVESTIGATION",
  TRANSFERRED = "TRANSFERRED",
  CLOSED = "CLOSED",
}
enumType(CaseStage, "CaseStage", "How far a case has come. 办理阶段", {
  ACCEPTED: "Accepted. 受理",
  FILED: "Filed. 立案",
  INVESTIGATION: "Under investigation. 侦查(调查)",
  TRANSFERRED: "Transferred. 移送",
  CLOSED: "Closed; how is not shared. 结案(结果不共享)",
});

/** A minor stands in exactly one of `victims`, `minorSuspects`, `minors` of a case. */
export enum CaseRole {
  CONCERNED = "CONCERNED",
  VICTIM = "VICTIM",
  SUSPECT = "SUSPECT",
}

/** Policy row of each kind of edge between a case and a minor. */
export const CASE_EDGE_ROWS = {
  [CaseRole.CONCERNED]: "R17m",
  [CaseRole.VICTIM]: "R19",
  [CaseRole.SUSPECT]: "R20",
} as const;

const minorsAs = (role: CaseRole) =>
  Edge({
    through: () => CaseMinor,
    near: "case",
    far: "minor",
    owner: "near",
    rows: { property: "role", byValue: CASE_EDGE_ROWS },
    only: role,
  });

@Shared({ band: "stageMonth" })
@ObjectType({ implements: Node, description: "A case about minors. 涉未成年人案件", simpleResolvers: true })
@Entity("case_file")
@Index("case_file_place", ["place", "id"])
export class Case extends SharedRecord {
  @Group("R17")
  @Field(() => Int, { nullable: true, description: "Counts changes; send it with yours. 版本号" })
  override version: number;

  @Group("R17")
  @Field(() => String, { nullable: true, description: "Number at the lead agency. 案件编号" })
  @Column("text", { nullable: true })
  number: string | null;

  @Group("R17")
  @Field(() => CaseKind, { nullable: true, description: "What kind of case. 案件类别" })
  @Column("text")
  kind: CaseKind;

  @Group("R17", { at: "B" })
  @Field(() => CaseStage, { nullable: true, description: "How far it has come. 办理阶段" })
  @Column("text")
  stage: CaseStage;

  @Group("R17")
  @Field(() => PlainDate, { nullable: true, description: "Day of opening. 受理日期" })
  @Column("date")
  openedOn: string;

  @Group("R17")
  @Field(() => PlainDate, { nullable: true, description: "Day of closing. 结案日期" })
  @Column("date", { nullable: true })
  closedOn: string | null;

  @Group("R17", { at: "B" })
  @Computed((column) => `to_char(${column("openedOn")}, 'YYYY-MM')`)
  @Field(() => Month, { nullable: true, description: "Month of opening. 受理月份" })
  stageMonth?: string;

  @Group("R17")
  @From("place")
  @Field(() => Division, { nullable: true, description: "Where it happened. 案发地" })
  division?: Division;

  @ManyToOne(() => Agency) @JoinColumn({ name: "lead_agency" }) leadAgencyRow: Relation<Agency>;
  @Group("R17")
  @Field(() => Agency, { nullable: true, description: "Agency that leads. 牵头部门" })
  @Column("uuid")
  leadAgency: string;

  @Group("R17")
  @Belonging(() => CaseParticipant, "case", { give: "agency", running: true })
  @Field(() => [Agency], { nullable: true, description: "Agencies that take part now. 参与部门" })
  participants?: Agency[];

  @Group("R18")
  @Field(() => String, { nullable: true, description: "What happened, as the lead agency has it. 案情" })
  @Column("text", { nullable: true })
  narrative: string | null;

  @Group("R18", { at: "M" })
  @Field(() => String, { nullable: true, description: "Written for partners. 给协作部门的摘要" })
  @Column("text", { nullable: true })
  partnerSummary: string | null;

  @Group("R17m")
  @minorsAs(CaseRole.CONCERNED)
  @Field(() => [Minor], { nullable: true, description: "Minors concerned, neither victim nor suspect. 涉及的未成年人" })
  minors?: Relation<Minor>[];

  @Group("R19")
  @minorsAs(CaseRole.VICTIM)
  @Field(() => [Minor], { nullable: true, description: "Minors who are victims. 未成年被害人" })
  victims?: Relation<Minor>[];

  @Group("R20")
  @minorsAs(CaseRole.SUSPECT)
  @Field(() => [Minor], {
    nullable: true,
    description: "Minors under suspicion; deleted when the case closes. 涉罪未成年人(结案即删除)",
  })
  minorSuspects?: Relation<Minor>[];
}

/** Which minor stands in which relation to a case: a fact of its own (R17m, R19, R20). */
@Entity("case_minor")
export class CaseMinor extends EdgeRecord {
  @ManyToOne(() => Case, { onDelete: "CASCADE", nullable: false })
  @JoinColumn({ name: "case_file" })
  case: Relation<Case>;
  @PrimaryColumn("uuid") caseFile: string;
  @ManyToOne(() => Minor, { onDelete: "CASCADE", nullable: false })
  @JoinColumn({ name: "minor" })
  minor: Relation<Minor>;
  @Index("case_minor_minor") @PrimaryColumn("uuid", { name: "minor" }) minorId: string;
  @Column("text") role: CaseRole;
}

/** When which agencies take part in a case; kept with the involvement rows of kind PART. */
@Entity("case_participant")
export class CaseParticipant extends BelongingRecord {
  @Index("case_participant_case")
  @ManyToOne(() => Case, { onDelete: "CASCADE", nullable: false })
  @JoinColumn({ name: "case_file" })
  case: Relation<Case>;
  @ManyToOne(() => Agency) @JoinColumn({ name: "agency" }) agencyRow: Relation<Agency>;
  @Column("uuid") agency: string;
  @Column("timestamptz") since: Date;
  @Column("timestamptz", { nullable: true }) until: Date | null;
}
