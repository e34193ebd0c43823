import { Arg, Ctx, Field, FieldResolver, ID, ObjectType, Query, Resolver } from "type-graphql";
import { badUserInput, notFoundOrNotShared } from "../../errors.js";
import { rangeWithin } from "../../facts/jurisdiction.js";
import { Public } from "../../policy/group.js";
import type { Role } from "../../policy/policy.js";
import type { HubContext } from "../../viewer/context.js";
import { DivisionCode } from "../scalars.js";
import { GLOBAL_ID } from "../shared-record.js";
import { FieldAccess, FieldExpectation, FieldExplanation } from "./explained.js";
import { Agency, AgencyKind, Division } from "./record.js";

@ObjectType({ description: "What a question may be asked for. 查询目的", simpleResolvers: true })
export class StatablePurpose {
  @Public() @Field({ description: "As X-Hub-Purpose takes it. 目的代码" }) purpose: string;
  @Public() @Field({ description: "Its name in Chinese. 目的名称" }) purposeZh: string;
  @Public() @Field(() => [String], { description: "Laws and plans that it rests on. 依据" }) basis: string[];
}

@ObjectType({
  description: "A subgraph that keeps records at home, as it is registered. 部门子图登记",
  simpleResolvers: true,
})
export class RegisteredSubgraph {
  @Public() @Field({ description: "As the hub's operator has named it. 子图名称" }) name: string;
  @Public()
  @Field(() => [String], { description: "Policy rows that it may show. 登记的政策行" })
  holds: readonly string[];
}

@ObjectType({ description: "You, as the directory knows you. 当前用户", simpleResolvers: true })
export class ViewerView {
  @Public() @Field(() => String, { nullable: true, description: "Absent for a system by itself. 姓名" }) name:
    | string
    | null;
  @Public() @Field(() => AgencyKind, { description: "Your role: the kind of your agency. 角色" }) role: Role;
  @Public() @Field({ description: "Your post. 岗位" }) post: string;
  @Public() @Field({ description: "Name of your post in Chinese. 岗位名称" }) postZh: string;
  @Public() @Field(() => Agency, { nullable: true, description: "Your agency. 部门" }) agency: object | null;
  @Public() @Field(() => [String], { description: "Purposes that your role may state. 可用目的" }) purposes: string[];
  @Public()
  @Field(() => [StatablePurpose], { description: "The same, with their names. 可用目的及名称" })
  mayState: StatablePurpose[];
  @Public()
  @Field(() => [RegisteredSubgraph], { description: "Subgraphs of your agency. 本部门的子图" })
  subgraphs: readonly RegisteredSubgraph[];
}

@Resolver(() => ViewerView)
export class DirectoryQueries {
  @Public()
  @Query(() => ViewerView, { description: "Who you are to the hub. 当前用户" })
  viewer(@Ctx() { viewer, directory, purposes, subgraphs }: HubContext): ViewerView {
    return {
      name: viewer.person?.name ?? null,
      role: viewer.agency.role,
      post: viewer.post.post,
      postZh: viewer.post.postZh,
      agency: directory.agency(viewer.agency.id),
      purposes: purposes.map(({ purpose }) => purpose),
      mayState: purposes.map(({ purpose, purposeZh, basis }) => ({ purpose, purposeZh, basis: [...basis] })),
      subgraphs,
    };
  }

  @Public()
  @FieldResolver(() => [FieldExpectation], {
    description: "What you may expect at these coordinates, for the purpose you state. 可见预期",
  })
  can(
    @Ctx() context: HubContext,
    @Arg("coordinates", () => [String], {
      description: "Type.field, e.g. Minor.phone; at most 200. 字段坐标,至多200个",
    })
    coordinates: string[],
  ): object[] {
    if (coordinates.length > 200)
      throw badUserInput(
        "coordinates",
        "At most 200 coordinates",
        "最多 200 个字段",
        "Ask for fewer coordinates at once",
      );
    return coordinates.map((coordinate) => context.expect(coordinate) ?? noField("coordinates", coordinate));
  }

  @Public()
  @Query(() => FieldExplanation, {
    description: "A field in words: its groups, who of your role may see it, when and for what. 字段说明",
  })
  explainField(
    @Ctx() context: HubContext,
    @Arg("coordinate", () => String, { description: "Type.field, e.g. Minor.phone. 字段坐标" }) coordinate: string,
  ): object {
    return context.explain(coordinate) ?? noField("coordinate", coordinate);
  }

  @Public()
  @Query(() => [FieldAccess], {
    description: "Every guarded field, and when a role is shown it; your own role if none is named. 可见范围",
  })
  accessMatrix(
    @Ctx() { viewer, access }: HubContext,
    @Arg("role", () => AgencyKind, { nullable: true, description: "Else your own. 角色,默认为您的角色" }) role?: Role,
  ): readonly object[] {
    return access(role ?? viewer.agency.role);
  }

  @Public()
  @Query(() => [Agency], { description: "All agencies that take part. 参与共享的部门" })
  agencies(@Ctx() { directory }: HubContext): readonly object[] {
    return directory.agencies();
  }

  @Public()
  @Query(() => Agency, { nullable: true, description: "One agency. 一个部门" })
  agency(@Arg("id", () => ID, { description: GLOBAL_ID }) id: string, @Ctx() { directory, keyOf }: HubContext): object {
    const key = keyOf("Agency", id);
    const agency = key && directory.agency(key);
    if (!agency) throw notFoundOrNotShared();
    return agency;
  }

  @Public()
  @Query(() => [Division], { description: "Divisions, all or below a prefix of 2, 4, 6, 9 or 12 digits. 区划" })
  divisions(
    @Ctx() { directory }: HubContext,
    @Arg("within", () => String, { nullable: true, description: "Prefix of 2, 4, 6, 9 or 12 digits. 区划代码前缀" })
    within?: string,
  ): readonly object[] {
    if (within === undefined || within === null) return directory.divisions();
    const { from, to } = rangeWithin(within);
    return directory.divisions().filter(({ code }) => code >= from && code <= to);
  }

  @Public()
  @Query(() => Division, { nullable: true, description: "One division. 一个区划" })
  division(
    @Arg("code", () => DivisionCode, { description: "12 digits. 12位区划代码" }) code: string,
    @Ctx() { directory }: HubContext,
  ): object {
    const division = directory.division(code);
    if (!division) throw notFoundOrNotShared();
    return division;
  }
}

function noField(argument: string, coordinate: string): never {
  throw badUserInput(
    argument,
    `"${coordinate.slice(0, 80)}" is no field of this schema`,
    "没有这个字段",
    "Write Type.field, e.g. Minor.homeAddress",
  );
}
