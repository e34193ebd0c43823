import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, ArgsType, type ClassType, Field, ID, Info, InputType, Query, Resolver, Root } from "type-graphql";
import { notFoundOrNotShared } from "../../errors.js";
import { RootOf } from "../../policy/group.js";
import { planned } from "../../read/index.js";
import { connectionOf, PageArgs } from "../connection.js";
import { DateTimeFilter, DivisionFilter, enumFilter, orderOf, TextFilter } from "../filters.js";
import { EmergencyGrade, IncidentKind, IncidentStatus, SensitiveIncident } from "./record.js";

const IncidentKindFilter = enumFilter("IncidentKindFilter", IncidentKind);
const EmergencyGradeFilter = enumFilter("EmergencyGradeFilter", EmergencyGrade);
const IncidentStatusFilter = enumFilter("IncidentStatusFilter", IncidentStatus);

@InputType({ description: "Parts must all hold; a field that is not shown to you never matches, `not` included. 条件" })
class IncidentFilter {
  @Field(() => [IncidentFilter], { nullable: true }) and?: IncidentFilter[];
  @Field(() => [IncidentFilter], { nullable: true }) or?: IncidentFilter[];
  @Field(() => IncidentFilter, { nullable: true }) not?: IncidentFilter;
  @Field(() => IncidentKindFilter, { nullable: true }) kind?: object;
  @Field(() => EmergencyGradeFilter, { nullable: true }) level?: object;
  @Field(() => IncidentStatusFilter, { nullable: true }) status?: object;
  @Field(() => DateTimeFilter, { nullable: true }) occurredAt?: DateTimeFilter;
  @Field(() => TextFilter, { nullable: true, description: "YYYY-MM" }) month?: TextFilter;
  @Field(() => DivisionFilter, { nullable: true }) division?: DivisionFilter;
  @Field(() => DivisionFilter, { nullable: true }) township?: DivisionFilter;
  @Field(() => TextFilter, { nullable: true }) narrative?: TextFilter;
  @Field(() => TextFilter, { nullable: true }) partnerSummary?: TextFilter;
}

const IncidentOrder = orderOf("Incident", { OCCURRED_AT: "occurredAt", LEVEL: "level", STATUS: "status" });

@ArgsType()
class IncidentsArgs extends PageArgs {
  @Field(() => IncidentFilter, { nullable: true }) filter?: IncidentFilter;
  @Field(() => IncidentOrder, { nullable: true, description: "Without it: newest first. 默认最新在前" })
  orderBy?: object;
}

const IncidentConnection: ClassType = connectionOf("SensitiveIncident", () => SensitiveIncident);

@Resolver()
export class IncidentQueries {
  @RootOf("SensitiveIncident")
  @Query(() => SensitiveIncident, { nullable: true, description: "One incident, if it exists for you. 一起敏感事件" })
  incident(@Arg("id", () => ID) _id: string, @Root() root: unknown, @Info() info: GraphQLResolveInfo): unknown {
    const found = planned(root, info);
    if (!found) throw notFoundOrNotShared();
    return found;
  }

  @RootOf("SensitiveIncident")
  @Query(() => IncidentConnection, { nullable: true, description: "Incidents that exist for you. 对您可见的敏感事件" })
  incidents(
    @Args(() => IncidentsArgs) _args: IncidentsArgs,
    @Root() root: unknown,
    @Info() info: GraphQLResolveInfo,
  ): unknown {
    return planned(root, info);
  }
}
