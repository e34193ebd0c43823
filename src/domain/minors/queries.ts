import { Field, InputType } from "type-graphql";
import { DateFilter, DivisionFilter, enumFilter, filterOf, orderOf, TextFilter } from "../filters.js";
import { recordQueries } from "../record-queries.js";
import { AgeBand } from "./age.js";
import { CareCategory, Minor, Sex } from "./record.js";

const SexFilter = enumFilter("SexFilter", Sex);
const AgeBandFilter = enumFilter("AgeBandFilter", AgeBand);

@InputType({ description: "Conditions on care categories. 关爱类别条件" })
class CareCategoryFilter {
  @Field(() => CareCategory, { nullable: true, description: "The child has it. 具有该类别" }) has?: CareCategory;
}

const MinorFilter = filterOf("Minor", {
  fullName: TextFilter,
  givenName: TextFilter,
  citizenNumber: TextFilter,
  birthDate: DateFilter,
  ageBand: AgeBandFilter,
  sex: SexFilter,
  ethnicGroup: TextFilter,
  careCategories: CareCategoryFilter,
  homeAddress: TextFilter,
  residence: DivisionFilter,
  township: DivisionFilter,
  phone: TextFilter,
});

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
