import { Field, ObjectType } from "type-graphql";
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from "typeorm";
import { Group } from "../../policy/group.js";
import { Computed, Edge, From, Shared } from "../../read/index.js";
import { Division } from "../directory/index.js";
import { enumType } from "../enum.js";
import { Minor } from "../minors/index.js";
import { OpinionAlert } from "../opinion/index.js";
import { DateTime, Month } from "../scalars.js";
import { EdgeRecord, Node, SharedRecord, TownshipOfPlace } from "../shared-record.js";

export enum IncidentKind {
  INJURY = "INJURY",
  BULLYING = "BULLYING",
  MISSING = "MISSING",
  SELF_HARM = "SELF_HARM",
  DROWNING = "DROWNING",
  TRAFFIC = "TRAFFIC",
  FOOD_SAFETY = "FOOD_SAFETY",
  VIOLENCE = "VIOLENCE",
  OTHER = "OTHER",
}
enumType(IncidentKind, "IncidentKind", "What kind of incident. 敏感事件类别", {
  INJURY: "Injury. 人身伤害",
  BULLYING: "Student bullying. 学生欺凌",
  MISSING: "Missing child. 走失",
  SELF_HARM: "Self-harm. 自伤自残",
  DROWNING: "Drowning. 溺水",
  TRAFFIC: "Traffic accident. 交通事故",
  FOOD_SAFETY: "Food safety. 食品安全",
  VIOLENCE: "Violence. 暴力",
  OTHER: "Other. 其他",
});

/** Emergency Law 3: I is the gravest. Not to be mixed with warning colours or opinion levels. */
export enum EmergencyGrade {
  I = "I",
  II = "II",
  III = "III",
  IV = "IV",
}
enumType(EmergencyGrade, "EmergencyGrade", "Grade of an emergency, I is the gravest; Emergency Law 3. 事件等级", {
  I: "Especially major. 特别重大",
  II: "Major. 重大",
  III: "Fairly major. 较大",
  IV: "Ordinary. 一般",
});

export enum IncidentStatus {
  REPORTED = "REPORTED",
  VERIFIED = "VERIFIED",
  RESPONDING = "RESPONDING",
  CLOSED = "CLOSED",
}
enumType(IncidentStatus, "IncidentStatus", "How far the response has come. 处置状态", {
  REPORTED: "Reported. 已报告",
  VERIFIED: "Verified. 已核实",
  RESPONDING: "Being handled. 处置中",
  CLOSED: "Closed. 已办结",
});

@Shared({ band: "month" })
@ObjectType({
  implements: Node,
  description: "A major sensitive incident that touches minors. 涉未成年人敏感事件",
  simpleResolvers: true,
})
@Entity("sensitive_incident")
@Index("sensitive_incident_place", ["place", "id"])
export class SensitiveIncident extends SharedRecord {
  @Group("R26")
  @Field(() => IncidentKind, { nullable: true, description: "What kind of incident. 类别" })
  @Column("text")
  kind: IncidentKind;

  @Group("R26", { at: "B" })
  @Field(() => EmergencyGrade, { nullable: true, description: "How grave. 等级" })
  @Column("text")
  level: EmergencyGrade;

  @Group("R26")
  @From("place")
  @Field(() => Division, { nullable: true, description: "Where it happened. 发生地" })
  division?: Division;

  @Group("R26", { at: "B" })
  @TownshipOfPlace()
  @Field(() => Division, { nullable: true, description: "Township in which it happened. 发生地所在乡镇(街道)" })
  township?: Division;

  @Group("R26")
  @Field(() => DateTime, { nullable: true, description: "When it happened. 发生时间" })
  @Column("timestamptz")
  occurredAt: Date;

  @Group("R26", { at: "B" })
  @Computed((column) => `to_char(${column("occurredAt")} AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM')`)
  @Field(() => Month, { nullable: true, description: "Month in which it happened. 发生月份" })
  month?: string;

  @Group("R26")
  @Field(() => IncidentStatus, { nullable: true, description: "How far the response has come. 处置状态" })
  @Column("text")
  status: IncidentStatus;

  @Group("R27")
  @Field(() => String, { nullable: true, description: "What happened, as the reporting agency has it. 经过" })
  @Column("text", { nullable: true })
  narrative: string | null;

  @Group("R27", { at: "M" })
  @Field(() => String, { nullable: true, description: "Written for partners. 给协作部门的摘要" })
  @Column("text", { nullable: true })
  partnerSummary: string | null;

  @Group("R27m")
  @Edge({ through: () => IncidentMinor, near: "incident", far: "minor", owner: "near", rows: "R27m" })
  @Field(() => [Minor], { nullable: true, description: "Minors concerned, neither victim nor suspect. 涉及的未成年人" })
  minors?: Relation<Minor>[];

  @Group("R28m")
  @Edge({ through: () => IncidentAlert, near: "incident", far: "alert", owner: "near", rows: "R28m" })
  @Field(() => [OpinionAlert], { nullable: true, description: "Alerts about it. 相关舆情" })
  alerts?: Relation<OpinionAlert>[];
}

@Entity("incident_minor")
export class IncidentMinor extends EdgeRecord {
  @ManyToOne(() => SensitiveIncident, { onDelete: "CASCADE", nullable: false })
  @JoinColumn({ name: "incident" })
  incident: Relation<SensitiveIncident>;
  @PrimaryColumn("uuid", { name: "incident" }) incidentId: string;
  @ManyToOne(() => Minor, { onDelete: "CASCADE", nullable: false })
  @JoinColumn({ name: "minor" })
  minor: Relation<Minor>;
  @Index("incident_minor_minor") @PrimaryColumn("uuid", { name: "minor" }) minorId: string;
}

/** No person stands at either end, so this edge has the incident's place. */
@Entity("incident_alert")
export class IncidentAlert extends EdgeRecord {
  @ManyToOne(() => SensitiveIncident, { onDelete: "CASCADE", nullable: false })
  @JoinColumn({ name: "incident" })
  incident: Relation<SensitiveIncident>;
  @PrimaryColumn("uuid", { name: "incident" }) incidentId: string;
  @ManyToOne(() => OpinionAlert, { onDelete: "CASCADE", nullable: false })
  @JoinColumn({ name: "alert" })
  alert: Relation<OpinionAlert>;
  @Index("incident_alert_alert") @PrimaryColumn("uuid", { name: "alert" }) alertId: string;
}
