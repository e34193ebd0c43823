import { Field, InputType } from "type-graphql";
import { DateFilter, DivisionFilter, enumFilter, FilterType, orderOf, TextFilter } from "../filters.js";
import { recordQueries } from "../record-queries.js";
import { AgeBand } from "./age.js";
import { CareCategory, Minor, Sex } from "./record.js";

const SexFilter = enumFilter("SexFilter", Sex);
const AgeBandFilter = enumFilter("AgeBandFilter", AgeBand);

@InputType({ description: "关爱类别条件" })
class CareCategoryFilter {
  @Field(() => CareCategory, { nullable: true, description: "具有该类别" }) has?: CareCategory;
}

@FilterType()
class MinorFilter {
  @Field(() => TextFilter, { nullable: true }) fullName?: TextFilter;
  @Field(() => TextFilter, { nullable: true }) givenName?: TextFilter;
  @Field(() => TextFilter, { nullable: true }) citizenNumber?: TextFilter;
  @Field(() => DateFilter, { nullable: true }) birthDate?: DateFilter;
  @Field(() => AgeBandFilter, { nullable: true }) ageBand?: object;
  @Field(() => SexFilter, { nullable: true }) sex?: object;
  @Field(() => TextFilter, { nullable: true }) ethnicGroup?: TextFilter;
  @Field(() => CareCategoryFilter, { nullable: true }) careCategories?: CareCategoryFilter;
  @Field(() => TextFilter, { nullable: true }) homeAddress?: TextFilter;
  @Field(() => DivisionFilter, { nullable: true }) residence?: DivisionFilter;
  @Field(() => DivisionFilter, { nullable: true }) township?: DivisionFilter;
  @Field(() => TextFilter, { nullable: true }) phone?: TextFilter;
}

const MinorOrder = orderOf("Minor", {
  FULL_NAME: "fullName",
  GIVEN_NAME: "givenName",
  BIRTH_DATE: "birthDate",
  SEX: "sex",
  RESIDENCE: "residence",
});

export const MinorQueries = recordQueries(Minor, {
  one: { name: "minor", description: "One minor, if it exists for you. 一名未成年人" },
  many: { name: "minors", description: "Minors that exist for you. 对您可见的未成年人" },
  filter: MinorFilter,
  order: MinorOrder,
});
