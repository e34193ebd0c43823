import { Column, Computed, Entity, Field, Group, ID, ObjectType, PrimaryColumn, Public } from "minors-hub-agency-kit";

/** The school before it kept attendance. */
@ObjectType({ description: "A pupil. 学生", simpleResolvers: true })
@Entity("minor")
export class Minor {
  @Public() @Field(() => ID, { description: "As the hub knows it. 中枢标识" }) @PrimaryColumn("uuid") id: string;
  @Column("bigint") place: string;
  @Column("bigint", { array: true }) involved: string[];

  @Group("R13", { at: "X" })
  @Computed((column) => `EXISTS (SELECT FROM attendance a WHERE a.minor = ${column("id")} AND a.visit_asked)`)
  @Field(() => Boolean, { nullable: true, description: "The school asks for a visit. 请走访" })
  visitAsked?: boolean;
}
