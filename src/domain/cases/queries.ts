import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, ArgsType, type ClassType, Field, ID, Info, InputType, Query, Resolver, Root } from "type-graphql";
import { notFoundOrNotShared } from "../../errors.js";
import { RootOf } from "../../policy/group.js";
import { planned } from "../../read/index.js";
import { connectionOf, PageArgs } from "../connection.js";
import { DateFilter, DivisionFilter, enumFilter, orderOf, TextFilter } from "../filters.js";
import { Case, CaseKind, CaseStage } from "./record.js";

const CaseKindFilter = enumFilter("CaseKindFilter", CaseKind);
const CaseStageFilter = enumFilter("CaseStageFilter", CaseStage);

@InputType({ description: "Parts must all hold; a field that is not shown to you never matches, `not` included. 条件" })
class CaseFilter {
  @Field(() => [CaseFilter], { nullable: true }) and?: CaseFilter[];
  @Field(() => [CaseFilter], { nullable: true }) or?: CaseFilter[];
  @Field(() => CaseFilter, { nullable: true }) not?: CaseFilter;
  @Field(() => TextFilter, { nullable: true }) number?: TextFilter;
  @Field(() => CaseKindFilter, { nullable: true }) kind?: object;
  @Field(() => CaseStageFilter, { nullable: true }) stage?: object;
  @Field(() => DateFilter, { nullable: true }) openedOn?: DateFilter;
  @Field(() => DateFilter, { nullable: true }) closedOn?: DateFilter;
  @Field(() => TextFilter, { nullable: true, description: "YYYY-MM" }) stageMonth?: TextFilter;
  @Field(() => DivisionFilter, { nullable: true }) division?: DivisionFilter;
  @Field(() => TextFilter, { nullable: true }) narrative?: TextFilter;
  @Field(() => TextFilter, { nullable: true }) partnerSummary?: TextFilter;
}

const CaseOrder = orderOf("Case", { OPENED_ON: "openedOn", CLOSED_ON: "closedOn", STAGE: "stage", KIND: "kind" });

@ArgsType()
class CasesArgs extends PageArgs {
  @Field(() => CaseFilter, { nullable: true }) filter?: CaseFilter;
  @Field(() => CaseOrder, { nullable: true, description: "Without it: newest first. 默认最新在前" }) orderBy?: object;
}

const CaseConnection: ClassType = connectionOf("Case", () => Case);

@Resolver()
export class CaseQueries {
  @RootOf("Case")
  @Query(() => Case, { nullable: true, description: "One case, if it exists for you. 一个案件" })
  case(@Arg("id", () => ID) _id: string, @Root() root: unknown, @Info() info: GraphQLResolveInfo): unknown {
    const found = planned(root, info);
    if (!found) throw notFoundOrNotShared();
    return found;
  }

  @RootOf("Case")
  @Query(() => CaseConnection, { nullable: true, description: "Cases that exist for you. 对您可见的案件" })
  cases(@Args(() => CasesArgs) _args: CasesArgs, @Root() root: unknown, @Info() info: GraphQLResolveInfo): unknown {
    return planned(root, info);
  }
}
