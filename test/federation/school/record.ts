import { Field, ID, Int, ObjectType } from "type-graphql";
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from "typeorm";
import { PlainDate } from "../../../src/domain/scalars.js";
import { Group, Public } from "../../../src/policy/group.js";
import { Belonging, Computed } from "../../../src/read/index.js";

@ObjectType({ description: "A pupil. 学生", simpleResolvers: true })
@Entity("minor")
export class Minor {
  @Public() @Field(() => ID, { description: "As the hub knows it. 中枢标识" }) @PrimaryColumn("uuid") id: string;
  @Column("bigint") place: string;
  @Column("bigint", { array: true }) involved: string[];

  @Group("R13")
  @Belonging(() => Attendance, "minor")
  @Field(() => [Attendance], { nullable: true, description: "Attendance by term. 出勤" })
  attendance?: Attendance[];

  @Group("R13", { at: "X" })
  @Computed((column) => `EXISTS (SELECT FROM attendance a WHERE a.minor = ${column("id")} AND a.visit_asked)`)
  @Field(() => Boolean, { nullable: true, description: "The school asks for a visit. 请走访" })
  visitAsked?: boolean;

  @Group("R15")
  @Computed((column) => `(SELECT finding FROM psychological_need n WHERE n.minor = ${column("id")})`)
  @Field(() => String, { nullable: true, description: "What was found. 评估情况" })
  psychologicalFinding?: string;

  @Group("R15", { at: "B" })
  @Computed((column) => `(SELECT level FROM psychological_need n WHERE n.minor = ${column("id")})`)
  @Field(() => String, { nullable: true, description: "LOW, MEDIUM or HIGH. 心理需要等级" })
  psychologicalNeed?: string;

  @Group("R16")
  @Belonging(() => CounsellingSession, "minor")
  @Field(() => [CounsellingSession], { nullable: true, description: "Counselling notes, MHL 23. 心理咨询记录" })
  counsellingNotes?: CounsellingSession[];
}

@ObjectType({ description: "A term's attendance. 一学期的出勤", simpleResolvers: true })
@Entity("attendance")
export class Attendance {
  @PrimaryColumn("uuid") id: string;
  @Index("attendance_minor")
  @ManyToOne(() => Minor, { onDelete: "CASCADE", nullable: false })
  @JoinColumn({ name: "minor" })
  minor: Relation<Minor>;
  @Group("R13") @Field(() => String, { nullable: true, description: "School term. 学期" }) @Column("text") term: string;
  @Group("R13")
  @Field(() => Int, { nullable: true, description: "Days. 缺勤天数" })
  @Column("smallint")
  daysAbsent: number;
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

/** The school's types, for openAgency. */
export const SCHOOL = {
  role: "SCHOOL",
  types: [Minor, Attendance, CounsellingSession],
  migrations: new URL("./", import.meta.url),
} as const;
