import { Field, ObjectType } from "type-graphql";
import { Column, Entity, Index, JoinColumn, ManyToOne, type Relation } from "typeorm";
import { Group } from "../../policy/group.js";
import { MASKS } from "../../policy/masks.js";
import { Belonging, Computed, From, Shared } from "../../read/index.js";
import { Division } from "../directory/index.js";
import { enumType } from "../enum.js";
import { PlainDate } from "../scalars.js";
import { BelongingRecord, Node, SharedRecord, TownshipOfPlace } from "../shared-record.js";
import { AgeBand } from "./age.js";

/** GB/T 2261.1 */
export enum Sex {
  UNKNOWN = "UNKNOWN",
  MALE = "MALE",
  FEMALE = "FEMALE",
  NOT_STATED = "NOT_STATED",
}
enumType(Sex, "Sex", "Sex as registered, GB/T 2261.1. 性别", {
  UNKNOWN: "Not known. 未知的性别",
  MALE: "Male. 男",
  FEMALE: "Female. 女",
  NOT_STATED: "Not stated. 未说明的性别",
});
enumType(AgeBand, "AgeBand", "Age on the last 1 March or 1 September. 年龄段(以最近的3月1日或9月1日计)", {
  AGE_0_5: "0 to 5 years. 0至5周岁",
  AGE_6_11: "6 to 11 years. 6至11周岁",
  AGE_12_13: "12 or 13 years. 12至13周岁",
  AGE_14_15: "14 or 15 years. 14至15周岁",
  AGE_16_17: "16 or 17 years. 16至17周岁",
});

/** law.md 1.7; a child of a detained parent is R10 and never a care category. */
export enum CareCategory {
  LEFT_BEHIND = "LEFT_BEHIND",
  MIGRANT = "MIGRANT",
  IN_HARDSHIP = "IN_HARDSHIP",
  DE_FACTO_UNSUPPORTED = "DE_FACTO_UNSUPPORTED",
  ORPHAN = "ORPHAN",
  VAGRANT = "VAGRANT",
}
enumType(CareCategory, "CareCategory", "Why care is due. 关爱类别", {
  LEFT_BEHIND: "Left-behind child. 留守儿童",
  MIGRANT: "Migrant child. 流动儿童",
  IN_HARDSHIP: "Child in hardship. 困境儿童",
  DE_FACTO_UNSUPPORTED: "De-facto unsupported child. 事实无人抚养儿童",
  ORPHAN: "Orphan. 孤儿",
  VAGRANT: "Vagrant or begging minor. 流浪乞讨未成年人",
});

@Shared({ band: "givenName" })
@ObjectType({ implements: Node, description: "A minor known to at least one agency. 未成年人", simpleResolvers: true })
@Entity("minor")
@Index("minor_place", ["place", "id"])
export class Minor extends SharedRecord {
  @Group("R1", { mask: MASKS.name })
  @Field(() => String, { nullable: true, description: "Full name, or a mask. 姓名" })
  @Column("text")
  fullName: string;

  @Group("R1", { at: "B" })
  @Field(() => String, { nullable: true, description: "Given name without the surname. 名(不含姓)" })
  @Column("text")
  givenName: string;

  @Group("R2", { mask: MASKS.number })
  @Field(() => String, { nullable: true, description: "GB 11643, or a mask. 公民身份号码" })
  @Column("text", { nullable: true })
  citizenNumber: string | null;

  @Group("R3")
  @Field(() => PlainDate, { nullable: true, description: "Day of birth. 出生日期" })
  @Column("date")
  birthDate: string;

  @Group("R3", { at: "B" })
  @Computed((column) => `age_band(${column("birthDate")}, (now() AT TIME ZONE 'Asia/Shanghai')::date)`)
  @Field(() => AgeBand, { nullable: true, description: "Band of age. 年龄段" })
  ageBand?: AgeBand | null;

  @Group("R4a") @Field(() => Sex, { nullable: true, description: "Sex as registered. 性别" }) @Column("text") sex: Sex;

  @Group("R4b")
  @Field(() => String, { nullable: true, description: "GB/T 3304, two digits. 民族" })
  @Column("text", { nullable: true })
  ethnicGroup: string | null;

  @Group("R5")
  @Field(() => [CareCategory], { nullable: true, description: "Why care is due. 关爱类别" })
  @Column("text", { array: true, default: () => "'{}'" })
  careCategories: CareCategory[];

  @Group("R5", { at: "X" })
  @Computed((column) => `cardinality(${column("careCategories")}) > 0`)
  @Field(() => Boolean, { nullable: true, description: "Care is needed. 需要关爱" })
  careNeeded?: boolean;

  @Group("R6")
  @Field(() => String, { nullable: true, description: "Home address. 家庭住址" })
  @Column("text", { nullable: true })
  homeAddress: string | null;

  @Group("R6")
  @From("place")
  @Field(() => Division, { nullable: true, description: "Village or community of residence. 居住的村(社区)" })
  residence?: Division;

  @Group("R6", { at: "B" })
  @TownshipOfPlace()
  @Field(() => Division, { nullable: true, description: "Township of residence. 居住的乡镇(街道)" })
  township?: Division;

  @Group("R7", { mask: MASKS.phone })
  @Field(() => String, { nullable: true, description: "Telephone. 联系电话" })
  @Column("text", { nullable: true })
  phone: string | null;

  @Group("R8", { at: "M" })
  @Belonging(() => Guardian, "minor")
  @Field(() => [Guardian], { nullable: true, description: "Guardians. 监护人" })
  guardians?: Guardian[];

  @Group("R9b")
  @Belonging(() => EntrustedCare, "minor")
  @Field(() => EntrustedCare, {
    nullable: true,
    description: "Who cares while the parents work away, MPL 22. 委托照护",
  })
  entrustedCare?: EntrustedCare | null;
}

@ObjectType({ description: "A guardian of a minor. 监护人", simpleResolvers: true })
@Entity("guardian")
export class Guardian extends BelongingRecord {
  @Index("guardian_minor")
  @ManyToOne(() => Minor, { onDelete: "CASCADE", nullable: false })
  @JoinColumn({ name: "minor" })
  minor: Relation<Minor>;

  @Group("R8", { mask: MASKS.name })
  @Field(() => String, { nullable: true, description: "Full name, or a mask. 姓名" })
  @Column("text")
  fullName: string;

  @Group("R8", { mask: MASKS.phone })
  @Field(() => String, { nullable: true, description: "Telephone. 联系电话" })
  @Column("text", { nullable: true })
  phone: string | null;

  @Group("R8")
  @Field(() => String, { nullable: true, description: "Relation to the minor, GB/T 4761. 与未成年人关系" })
  @Column("text")
  relation: string;
}

@ObjectType({ description: "Entrusted care, MPL 22. 委托照护", simpleResolvers: true })
@Entity("entrusted_care")
export class EntrustedCare extends BelongingRecord {
  @Index("entrusted_care_minor", { unique: true })
  @ManyToOne(() => Minor, { onDelete: "CASCADE", nullable: false })
  @JoinColumn({ name: "minor" })
  minor: Relation<Minor>;

  @Group("R9b")
  @Field(() => String, { nullable: true, description: "Who cares. 受托人" })
  @Column("text")
  carer: string;
  @Group("R9b")
  @Field(() => String, { nullable: true, description: "Telephone of the carer. 受托人电话" })
  @Column("text", { nullable: true })
  phone: string | null;
  @Group("R9b")
  @Field(() => PlainDate, { nullable: true, description: "Since when. 起始日期" })
  @Column("date")
  since: string;
  @Group("R9b")
  @Field(() => PlainDate, { nullable: true, description: "Told to the school in writing. 书面告知学校日期" })
  @Column("date", { nullable: true })
  declaredToSchoolOn: string | null;
  @Group("R9b")
  @Field(() => PlainDate, { nullable: true, description: "Told to the village in writing. 书面告知村(居)委会日期" })
  @Column("date", { nullable: true })
  declaredToVillageOn: string | null;
}
