import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, ArgsType, type ClassType, Field, ID, Info, InputType, Query, Resolver, Root } from "type-graphql";
import { notFoundOrNotShared } from "../../errors.js";
import { RootOf } from "../../policy/group.js";
import { planned } from "../../read/index.js";
import { connectionOf, PageArgs } from "../connection.js";
import { DateFilter, DivisionFilter, enumFilter, orderOf, TextFilter } from "../filters.js";
import { AgeBand } from "./age.js";
import { CareCategory, Minor, Sex } from "./record.js";

const SexFilter = enumFilter("SexFilter", Sex);
const AgeBandFilter = enumFilter("AgeBandFilter", AgeBand);

@InputType({ description: "关爱类别条件" })
class CareCategoryFilter {
  @Field(() => CareCategory, { nullable: true, description: "具有该类别" }) has?: CareCategory;
}

@InputType({ description: "Parts must all hold; a field that is not shown to you never matches, `not` included. 条件" })
class MinorFilter {
  @Field(() => [MinorFilter], { nullable: true }) and?: MinorFilter[];
  @Field(() => [MinorFilter], { nullable: true }) or?: MinorFilter[];
  @Field(() => MinorFilter, { nullable: true }) not?: MinorFilter;
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

@ArgsType()
class MinorsArgs extends PageArgs {
  @Field(() => MinorFilter, { nullable: true }) filter?: MinorFilter;
  @Field(() => MinorOrder, { nullable: true, description: "Without it: newest first. 默认最新在前" }) orderBy?: object;
}

const MinorConnection: ClassType = connectionOf("Minor", () => Minor);

@Resolver()
export class MinorQueries {
  @RootOf("Minor")
  @Query(() => Minor, { nullable: true, description: "One minor, if it exists for you. 一名未成年人" })
  minor(@Arg("id", () => ID) _id: string, @Root() root: unknown, @Info() info: GraphQLResolveInfo): unknown {
    const minor = planned(root, info);
    if (!minor) throw notFoundOrNotShared();
    return minor;
  }

  @RootOf("Minor")
  @Query(() => MinorConnection, { nullable: true, description: "Minors that exist for you. 对您可见的未成年人" })
  minors(@Args(() => MinorsArgs) _args: MinorsArgs, @Root() root: unknown, @Info() info: GraphQLResolveInfo): unknown {
    return planned(root, info);
  }
}
