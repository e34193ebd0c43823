import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, ArgsType, type ClassType, Field, ID, Info, InputType, Query, Resolver, Root } from "type-graphql";
import { notFoundOrNotShared } from "../../errors.js";
import { RootOf } from "../../policy/group.js";
import { planned } from "../../read/index.js";
import { connectionOf, PageArgs } from "../connection.js";
import { DateTimeFilter, DivisionFilter, enumFilter, IntFilter, orderOf, TextFilter } from "../filters.js";
import { OpinionAlert, OpinionLevel, OpinionStatus, OpinionTopic } from "./record.js";

const OpinionTopicFilter = enumFilter("OpinionTopicFilter", OpinionTopic);
const OpinionLevelFilter = enumFilter("OpinionLevelFilter", OpinionLevel);
const OpinionStatusFilter = enumFilter("OpinionStatusFilter", OpinionStatus);

@InputType({ description: "Parts must all hold; a field that is not shown to you never matches, `not` included. 条件" })
class OpinionAlertFilter {
  @Field(() => [OpinionAlertFilter], { nullable: true }) and?: OpinionAlertFilter[];
  @Field(() => [OpinionAlertFilter], { nullable: true }) or?: OpinionAlertFilter[];
  @Field(() => OpinionAlertFilter, { nullable: true }) not?: OpinionAlertFilter;
  @Field(() => OpinionTopicFilter, { nullable: true }) topic?: object;
  @Field(() => OpinionLevelFilter, { nullable: true }) level?: object;
  @Field(() => OpinionStatusFilter, { nullable: true }) status?: object;
  @Field(() => IntFilter, { nullable: true }) heat?: IntFilter;
  @Field(() => DateTimeFilter, { nullable: true }) detectedAt?: DateTimeFilter;
  @Field(() => TextFilter, { nullable: true, description: "YYYY-MM" }) month?: TextFilter;
  @Field(() => DivisionFilter, { nullable: true }) division?: DivisionFilter;
  @Field(() => DivisionFilter, { nullable: true }) township?: DivisionFilter;
  @Field(() => TextFilter, { nullable: true }) source?: TextFilter;
  @Field(() => TextFilter, { nullable: true }) reference?: TextFilter;
  @Field(() => TextFilter, { nullable: true }) authorAccount?: TextFilter;
  @Field(() => TextFilter, { nullable: true }) originalText?: TextFilter;
  @Field(() => TextFilter, { nullable: true }) redactedText?: TextFilter;
}

const OpinionAlertOrder = orderOf("OpinionAlert", { DETECTED_AT: "detectedAt", HEAT: "heat", LEVEL: "level" });

@ArgsType()
class OpinionAlertsArgs extends PageArgs {
  @Field(() => OpinionAlertFilter, { nullable: true }) filter?: OpinionAlertFilter;
  @Field(() => OpinionAlertOrder, { nullable: true, description: "Without it: newest first. 默认最新在前" })
  orderBy?: object;
}

const OpinionAlertConnection: ClassType = connectionOf("OpinionAlert", () => OpinionAlert);

@Resolver()
export class OpinionQueries {
  @RootOf("OpinionAlert")
  @Query(() => OpinionAlert, { nullable: true, description: "One alert, if it exists for you. 一条舆情" })
  opinionAlert(@Arg("id", () => ID) _id: string, @Root() root: unknown, @Info() info: GraphQLResolveInfo): unknown {
    const found = planned(root, info);
    if (!found) throw notFoundOrNotShared();
    return found;
  }

  @RootOf("OpinionAlert")
  @Query(() => OpinionAlertConnection, { nullable: true, description: "Alerts that exist for you. 对您可见的舆情" })
  opinionAlerts(
    @Args(() => OpinionAlertsArgs) _args: OpinionAlertsArgs,
    @Root() root: unknown,
    @Info() info: GraphQLResolveInfo,
  ): unknown {
    return planned(root, info);
  }
}
