import { Field, Int, ObjectType } from "type-graphql";
import { Column, Entity, Index, JoinColumn, ManyToOne, type Relation } from "typeorm";
import { Group } from "../../policy/group.js";
import { About, Computed, Shared } from "../../read/index.js";
import { Agency } from "../directory/index.js";
import { enumType } from "../enum.js";
import { Minor } from "../minors/index.js";
import { PlainDate } from "../scalars.js";
import { Node, RecordAboutMinor } from "../shared-record.js";

/** B8; MPL 43, 92. */
export enum GuardianshipRisk {
  ABSENT = "ABSENT",
  UNFIT = "UNFIT",
  POVERTY = "POVERTY",
  DOMESTIC_VIOLENCE = "DOMESTIC_VIOLENCE",
  BAD_SOCIAL_INFLUENCE = "BAD_SOCIAL_INFLUENCE",
  LEFT_ALONE = "LEFT_ALONE",
}
enumType(GuardianshipRisk, "GuardianshipRisk", "What puts the guardianship of a child at risk. 监护风险因素", {
  ABSENT: "Nobody acts as guardian. 监护缺失",
  UNFIT: "The guardian does not act in the child's interest. 监护不当",
  POVERTY: "Poverty. 家庭贫困",
  DOMESTIC_VIOLENCE: "Domestic violence. 家庭暴力",
  BAD_SOCIAL_INFLUENCE: "Bad influence of the surroundings. 不良社会影响",
  LEFT_ALONE: "A local child that is left at home alone. 独自留守家中",
});

export enum GuardianshipRiskLevel {
  HIGH = "HIGH",
  MEDIUM = "MEDIUM",
  LOW = "LOW",
}
enumType(GuardianshipRiskLevel, "GuardianshipRiskLevel", "How grave the risk is; visits follow it. 监护风险等级", {
  HIGH: "High. 高风险",
  MEDIUM: "Medium. 中风险",
  LOW: "Low. 低风险",
});

/** An assessment of a child's guardianship, and the guidance that follows it (R9a, B8). */
@Shared()
@ObjectType({
  implements: Node,
  description: "How an agency has assessed the guardianship of a child, and its guidance since. 监护评估",
  simpleResolvers: true,
})
@Entity("guardianship_assessment")
@Index("guardianship_assessment_place", ["place", "id"])
@Index("guardianship_assessment_minor", ["minorId"])
export class GuardianshipAssessment extends RecordAboutMinor {
  @Group("R9a")
  @Field(() => Int, { nullable: true, description: "Counts its changes; send it with one. 版本号" })
  override version: number;

  @Group("R9a", { at: "X" })
  @About("minor")
  @Field(() => Minor, { nullable: true, description: "The child. 被评估的未成年人" })
  @ManyToOne(() => Minor, { nullable: false })
  @JoinColumn({ name: "minor" })
  minor: Relation<Minor>;

  @ManyToOne(() => Agency) @JoinColumn({ name: "assessed_by" }) assessedByRow: Relation<Agency>;
  @Group("R9a")
  @Field(() => Agency, { nullable: true, description: "The agency that has assessed it. 评估单位" })
  @Column("uuid")
  assessedBy: string;

  @Group("R9a")
  @Field(() => PlainDate, { nullable: true, description: "Day of the assessment. 评估日期" })
  @Column("date")
  assessedOn: string;

  @Group("R9a")
  @Field(() => [GuardianshipRisk], { nullable: true, description: "What puts it at risk. 风险因素" })
  @Column("text", { array: true, default: () => "'{}'" })
  risks: GuardianshipRisk[];

  @Group("R9a")
  @Field(() => GuardianshipRiskLevel, { nullable: true, description: "How grave the risk is. 风险等级" })
  @Column("text")
  level: GuardianshipRiskLevel;

  @Group("R9a")
  @Field(() => String, { nullable: true, description: "What was found. 评估情况" })
  @Column("text", { nullable: true })
  findings: string | null;

  @Group("R9a")
  @Field(() => Int, { nullable: true, description: "Guidance visits made so far. 已开展指导走访次数" })
  @Column("int", { default: 0 })
  visits: number;

  @Group("R9a")
  @Field(() => PlainDate, { nullable: true, description: "Day of the last visit. 最近走访日期" })
  @Column("date", { nullable: true })
  lastVisitOn: string | null;

  @Group("R9a")
  @Field(() => String, { nullable: true, description: "What the guardian was advised last. 最近一次指导内容" })
  @Column("text", { nullable: true })
  guidance: string | null;

  @Group("R9a")
  @Field(() => PlainDate, {
    nullable: true,
    description: "By when the next visit is due; null when closed. 下次走访期限",
  })
  @Column("date", { nullable: true })
  nextVisitBy: string | null;

  @Group("R9a")
  @Field(() => PlainDate, { nullable: true, description: "Day of closing; null while guidance goes on. 结束日期" })
  @Column("date", { nullable: true })
  closedOn: string | null;

  /** All that neighbours and schools are told: nothing of what was found, nor of when (MPL 43, 81). */
  @Group("R9a", { at: "X" })
  @Computed((column) => `${column("closedOn")} IS NULL`)
  @Field(() => Boolean, { nullable: true, description: "Guidance is under way. 监护指导进行中" })
  guidanceUnderWay?: boolean;
}
