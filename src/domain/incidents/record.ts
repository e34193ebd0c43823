import { Field, Int, ObjectType, registerEnumType } from "type-graphql";
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from "typeorm";
import { Group } from "../../policy/group.js";
import { Computed, Edge, From, Shared } from "../../read/index.js";
import { Division } from "../directory/index.js";
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
registerEnumType(IncidentKind, { name: "IncidentKind", description: "敏感事件类别" });

/** Emergency Law 3: I is the gravest. Not to be mixed with warning colours or opinion levels. */
export enum EmergencyGrade {
  I = "I",
  II = "II",
  III = "III",
  IV = "IV",
}
registerEnumType(EmergencyGrade, {
  name: "EmergencyGrade",
  description: "I is the gravest. 事件等级:特别重大、重大、较大、一般",
});

export enum IncidentStatus {
  REPORTED = "REPORTED",
  VERIFIED = "VERIFIED",
  RESPONDING = "RESPONDING",
  CLOSED = "CLOSED",
}
registerEnumType(IncidentStatus, { name: "IncidentStatus", description: "处置状态" });

@Shared({ band: "month" })
@ObjectType({
  implements: Node,
  description: "A major sensitive incident that touches minors. 涉未成年人敏感事件",
  simpleResolvers: true,
})
@Entity("sensitive_incident")
@Index("sensitive_incident_place", ["place", "id"])
export class SensitiveIncident extends SharedRecord {
  @Group("R26") @Field(() => Int, { nullable: true, description: "版本号" }) override version: number;
  @Group("R26")
  @Field(() => IncidentKind, { nullable: true, description: "类别" })
  @Column("text")
  kind: IncidentKind;

  @Group("R26", { at: "B" })
  @Field(() => EmergencyGrade, { nullable: true, description: "等级" })
  @Column("text")
  level: EmergencyGrade;

  @Group("R26")
  @From("place")
  @Field(() => Division, { nullable: true, description: "发生地" })
  division?: Division;

  @Group("R26", { at: "B" })
  @TownshipOfPlace()
  @Field(() => Division, { nullable: true, description: "发生地所在乡镇(街道)" })
  township?: Division;

  @Group("R26")
  @Field(() => DateTime, { nullable: true, description: "发生时间" })
  @Column("timestamptz")
  occurredAt: Date;

  @Group("R26", { at: "B" })
  @Computed((column) => `to_char(${column("occurredAt")} AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM')`)
  @Field(() => Month, { nullable: true, description: "发生月份" })
  month?: string;

  @Group("R26")
  @Field(() => IncidentStatus, { nullable: true, description: "处置状态" })
  @Column("text")
  status: IncidentStatus;

  @Group("R27")
  @Field(() => String, { nullable: true, description: "经过" })
  @Column("text", { nullable: true })
  narrative: string | null;

  @Group("R27", { at: "M" })
  @Field(() => String, { nullable: true, description: "Written for partners. 给协作部门的摘要" })
  @Column("text", { nullable: true })
  partnerSummary: string | null;

  @Group("R27m")
  @Edge({ through: () => IncidentMinor, near: "incident", far: "minor", owner: "near", rows: "R27m" })
  @Field(() => [Minor], { nullable: true, description: "涉及的未成年人" })
  minors?: Relation<Minor>[];

  @Group("R28m")
  @Edge({ through: () => IncidentAlert, near: "incident", far: "alert", owner: "near", rows: "R28m" })
  @Field(() => [OpinionAlert], { nullable: true, description: "相关舆情" })
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
