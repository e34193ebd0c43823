// From the kit alone: a second copy of these decorators would know nothing of what is declared with the first.
import {
  Belonging,
  Column,
  Entity,
  Field,
  Group,
  ID,
  Index,
  JoinColumn,
  ManyToOne,
  ObjectType,
  PlainDate,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  Public,
  type Relation,
} from "minors-hub-agency-kit";

/**
 * A minor. The table `minor` comes with the kit and stays as it is; what you add are fields. `@Group` names the policy
 * row that decides who is shown a field: that, and nothing in this program, is the permission.
 */
@ObjectType({ description: "A minor known to this agency. 本单位掌握的未成年人", simpleResolvers: true })
@Entity("minor")
export class Minor {
  // The kernel's own: who it is, where it lives, and who has to do with it.
  @Public() @Field(() => ID, { description: "As the hub knows it. 中枢标识" }) @PrimaryColumn("uuid") id: string;
  @Column("bigint") place: string;
  @Column("bigint", { array: true }) involved: string[];

  @Group("__row__")
  @Belonging(() => __Type__, "minor")
  @Field(() => [__Type__], { nullable: true, description: "__meaning__" })
  __field__?: __Type__[];
}

/**
 * One row of your table: rename it, and give it your own columns, here and in `migrations/`. A column without `@Field`
 * is in no question; a field is nullable, for it is null to whoever may not be shown it. Describe each in English and
 * Chinese.
 */
@ObjectType({ description: "__meaning__", simpleResolvers: true })
@Entity("__table__")
// What tells one row from another: the same file imported again changes nothing.
@Index("__table___minor_day", ["minor", "day"], { unique: true })
export class __Type__ {
  @PrimaryGeneratedColumn("uuid") id: string;

  @ManyToOne(() => Minor, { onDelete: "CASCADE", nullable: false })
  @JoinColumn({ name: "minor" })
  minor: Relation<Minor>;

  @Group("__row__")
  @Field(() => PlainDate, { nullable: true, description: "Day, in Asia/Shanghai. 日期" })
  @Column("date")
  day: string;

  @Group("__row__")
  @Field(() => String, { nullable: true, description: "What there is to know. 内容" })
  @Column("text")
  content: string;
}
