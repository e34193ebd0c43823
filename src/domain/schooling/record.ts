import { Field, Int, ObjectType } from "type-graphql";
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from "typeorm";
import { Group } from "../../policy/group.js";
import { Computed, From } from "../../read/index.js";
import { Agency, Person } from "../directory/index.js";
import { enumType } from "../enum.js";
import { Minor } from "../minors/index.js";
import { PlainDate } from "../scalars.js";
import { BelongingRecord } from "../shared-record.js";

/** What R12 shows at B instead of the school. */
export enum SchoolStage {
  PRIMARY = "PRIMARY",
  JUNIOR_HIGH = "JUNIOR_HIGH",
  SENIOR_HIGH = "SENIOR_HIGH",
}
enumType(SchoolStage, "SchoolStage", "Stage of schooling. 学段", {
  PRIMARY: "Primary school, grades 1 to 6. 小学",
  JUNIOR_HIGH: "Junior high school, grades 7 to 9. 初中",
  SENIOR_HIGH: "Senior high school, grades 10 to 12. 高中",
});

/** A class of a school in one school year; its teacher's relation to the pupils follows it. */
@Entity("school_class")
export class SchoolClass {
  @PrimaryColumn("uuid") id: string;
  @ManyToOne(() => Agency) @JoinColumn({ name: "school" }) schoolRow: Relation<Agency>;
  @Column("uuid") school: string;
  @Column("text") name: string;
  @ManyToOne(() => Person) @JoinColumn({ name: "teacher" }) teacherRow: Relation<Person>;
  @Index("school_class_teacher") @Column("uuid", { nullable: true }) teacher: string | null;
}

@ObjectType({ description: "Where a minor is enrolled. 学籍", simpleResolvers: true })
@Entity("enrolment")
export class Enrolment extends BelongingRecord {
  @Index("enrolment_minor", { unique: true })
  @ManyToOne(() => Minor, { onDelete: "CASCADE", nullable: false })
  @JoinColumn({ name: "minor" })
  minor: Relation<Minor>;

  @ManyToOne(() => Agency) @JoinColumn({ name: "school" }) schoolRow: Relation<Agency>;
  @Group("R12")
  @Field(() => Agency, { nullable: true, description: "The school. 学校" })
  @Column("uuid")
  school: string;

  @Group("R12")
  @Field(() => Int, { nullable: true, description: "Year of schooling, 1 to 12. 年级" })
  @Column("smallint")
  grade: number;

  @ManyToOne(() => SchoolClass) @JoinColumn({ name: "school_class" }) schoolClassRow: Relation<SchoolClass>;
  @Index("enrolment_class") @Column("uuid", { nullable: true }) schoolClass: string | null;

  @Group("R12")
  @From("className")
  @Field(() => String, { nullable: true, name: "class", description: "Class. 班级" })
  class?: string;
  @Column("text", { nullable: true }) className: string | null;

  @Group("R12")
  @Field(() => PlainDate, { nullable: true, description: "Since when. 入学日期" })
  @Column("date")
  since: string;

  @Group("R12", { at: "B" })
  @Computed(
    (column) =>
      `CASE WHEN ${column("grade")} <= 6 THEN 'PRIMARY' WHEN ${column("grade")} <= 9 THEN 'JUNIOR_HIGH' ELSE 'SENIOR_HIGH' END`,
  )
  @Field(() => SchoolStage, { nullable: true, description: "Stage of schooling. 学段" })
  stage?: SchoolStage;
}
