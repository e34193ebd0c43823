import {
  type AgencyDefinition,
  Belonging,
  Column,
  Computed,
  Entity,
  enumType,
  Field,
  Group,
  ID,
  Index,
  Int,
  JoinColumn,
  ManyToOne,
  ObjectType,
  OneToOne,
  PlainDate,
  PrimaryColumn,
  Public,
  type Relation,
} from "minors-hub-agency-kit";

export enum DropoutRisk {
  NONE = "NONE",
  WATCHED = "WATCHED",
  HIGH = "HIGH",
}
enumType(DropoutRisk, "DropoutRisk", "Whether the pupil may leave school. 辍学风险", {
  NONE: "No sign of it. 无",
  WATCHED: "Somebody watches it. 关注",
  HIGH: "The pupil stays away, or says so. 高",
});

export enum PsychologicalNeedLevel {
  LOW = "LOW",
  MEDIUM = "MEDIUM",
  HIGH = "HIGH",
}
enumType(PsychologicalNeedLevel, "PsychologicalNeedLevel", "How much help is needed. 心理需要等级", {
  LOW: "Somebody who listens. 低",
  MEDIUM: "Regular talks. 中",
  HIGH: "A professional, soon. 高",
});

/** A pupil: what the school knows and the hub does not. R13 to R16b of the policy. */
@ObjectType({ description: "A pupil. 学生", simpleResolvers: true })
@Entity("minor")
export class Minor {
  @Public() @Field(() => ID, { description: "As the hub knows it. 中枢标识" }) @PrimaryColumn("uuid") id: string;
  @Column("bigint") place: string;
  @Column("bigint", { array: true }) involved: string[];

  @Group("R13")
  @Belonging(() => Attendance, "minor")
  @Field(() => [Attendance], { nullable: true, description: "Attendance and dropout risk, by term. 出勤与辍学风险" })
  attendance?: Attendance[];

  @Group("R13", { at: "X" })
  @Computed((column) => `EXISTS (SELECT FROM attendance a WHERE a.minor = ${column("id")} AND a.visit_asked)`)
  @Field(() => Boolean, { nullable: true, description: "The school asks for a visit. 学校请求走访" })
  visitAsked?: boolean;

  @Group("R14")
  @Belonging(() => HealthRecord, "minor")
  @Field(() => HealthRecord, { nullable: true, description: "Health as the school knows it. 健康状况" })
  health?: Relation<HealthRecord>;

  @Group("R14", { at: "X" })
  @Computed((column) => `(SELECT what_to_mind FROM health_record h WHERE h.minor = ${column("id")})`)
  @Field(() => String, { nullable: true, description: "What to mind, without diagnosis. 注意事项(不含诊断)" })
  whatToMind?: string;

  @Group("R15")
  @Computed((column) => `(SELECT finding FROM psychological_need n WHERE n.minor = ${column("id")})`)
  @Field(() => String, { nullable: true, description: "What was found. 评估情况" })
  psychologicalFinding?: string;

  @Group("R15", { at: "B" })
  @Computed((column) => `(SELECT level FROM psychological_need n WHERE n.minor = ${column("id")})`)
  @Field(() => PsychologicalNeedLevel, { nullable: true, description: "Level of the need. 心理需要等级" })
  psychologicalNeed?: PsychologicalNeedLevel;

  @Group("R15", { at: "X" })
  @Computed((column) => `EXISTS (SELECT FROM psychological_need n WHERE n.minor = ${column("id")})`)
  @Field(() => Boolean, { nullable: true, description: "Take care with this child. 请多加关注" })
  takeCare?: boolean;

  @Group("R16")
  @Belonging(() => CounsellingSession, "minor")
  @Field(() => [CounsellingSession], { nullable: true, description: "Counselling notes, MHL 23. 心理咨询记录" })
  counsellingNotes?: CounsellingSession[];

  @Group("R16b")
  @Computed((column) => `(SELECT summary FROM life_risk r WHERE r.minor = ${column("id")})`)
  @Field(() => String, { nullable: true, description: "What must be known to save a life. 生命危险摘要" })
  lifeRiskSummary?: string;
}

@ObjectType({ description: "A term's attendance. 一学期的出勤", simpleResolvers: true })
@Entity("attendance")
export class Attendance {
  @PrimaryColumn("uuid") id: string;
  @Index("attendance_minor")
  @ManyToOne(() => Minor, { onDelete: "CASCADE", nullable: false })
  @JoinColumn({ name: "minor" })
  minor: Relation<Minor>;
  @Group("R13")
  @Field(() => String, { nullable: true, description: "School term: year, then 1 or 2. 学期" })
  @Column("text")
  term: string;
  @Group("R13")
  @Field(() => Int, { nullable: true, description: "Days. 缺勤天数" })
  @Column("smallint")
  daysAbsent: number;
  @Group("R13")
  @Field(() => DropoutRisk, { nullable: true, description: "As its class teacher sees it. 辍学风险" })
  @Column("text", { default: DropoutRisk.NONE })
  dropoutRisk: DropoutRisk;
  /** Shown of the pupil, as `visitAsked`. */
  @Group("R13") @Column("boolean") visitAsked: boolean;
}

@ObjectType({ description: "Health as a school knows it. 健康记录", simpleResolvers: true })
@Entity("health_record")
export class HealthRecord {
  @PrimaryColumn("uuid") id: string;
  @OneToOne(() => Minor, { onDelete: "CASCADE", nullable: false })
  @JoinColumn({ name: "minor" })
  minor: Relation<Minor>;
  @Group("R14")
  @Field(() => String, { nullable: true, description: "Allergies. 过敏" })
  @Column("text", { nullable: true })
  allergies?: string;
  @Group("R14")
  @Field(() => String, { nullable: true, description: "Chronic illness. 慢性病" })
  @Column("text", { nullable: true })
  chronicIllness?: string;
  @Group("R14")
  @Field(() => String, { nullable: true, description: "Disability. 残疾" })
  @Column("text", { nullable: true })
  disability?: string;
  /** Shown of the pupil, as `whatToMind`. */
  @Group("R14") @Column("text", { nullable: true }) whatToMind?: string;
}

@ObjectType({ description: "One session. 一次咨询", simpleResolvers: true })
@Entity("counselling_session")
export class CounsellingSession {
  @PrimaryColumn("uuid") id: string;
  @Index("counselling_session_minor")
  @ManyToOne(() => Minor, { onDelete: "CASCADE", nullable: false })
  @JoinColumn({ name: "minor" })
  minor: Relation<Minor>;
  @Group("R16")
  @Field(() => PlainDate, { nullable: true, description: "Day. 日期" })
  @Column("date")
  heldOn: string;
  @Group("R16") @Field(() => String, { nullable: true, description: "Notes. 记录" }) @Column("text") notes: string;
}

/** Shown of the pupil: level and finding. */
@Entity("psychological_need")
export class PsychologicalNeed {
  @PrimaryColumn("uuid") minor: string;
  @Group("R15") @Column("text") level: PsychologicalNeedLevel;
  @Group("R15") @Column("text") finding: string;
}

/** Shown of the pupil, as `lifeRiskSummary`. */
@Entity("life_risk")
export class LifeRisk {
  @PrimaryColumn("uuid") minor: string;
  @Group("R16b") @Column("text") summary: string;
}

/** The school, for `runAgency`. */
export const SCHOOL = {
  role: "SCHOOL",
  types: [Minor, Attendance, HealthRecord, CounsellingSession, PsychologicalNeed, LifeRisk],
  migrations: new URL("../migrations/", import.meta.url),
} as const satisfies AgencyDefinition;
