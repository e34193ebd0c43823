import {
  Args,
  ArgsType,
  type ClassType,
  Ctx,
  Field,
  FieldResolver,
  Int,
  ObjectType,
  Query,
  Resolver,
} from "type-graphql";
import { Counts, Public } from "../policy/group.js";
import { isFlow, type Subject } from "../statistics/subject.js";
import type { HubContext } from "../viewer/context.js";
import { COUNTED as CARE } from "./care/index.js";
import { COUNTED as CASES } from "./cases/index.js";
import { Division } from "./directory/index.js";
import { enumType } from "./enum.js";
import { COUNTED as GUARDIANSHIP } from "./guardianship/index.js";
import { COUNTED as HAZARDS } from "./hazards/index.js";
import { COUNTED as INCIDENTS } from "./incidents/index.js";
import { COUNTED as MINORS } from "./minors/index.js";
import { COUNTED as NEEDS } from "./needs/index.js";
import { COUNTED as ALERTS } from "./opinion/index.js";
import { COUNTED as PLACEMENTS } from "./placement/index.js";
import { COUNTED as PROTECTION } from "./protection/index.js";
import { COUNTED as SCHOOLING } from "./schooling/index.js";
import { COUNTED as SUPPORT } from "./support/index.js";

/** Everything that is counted: a record type is, once its folder says so. */
export const SUBJECTS: readonly Subject[] = [
  MINORS,
  SCHOOLING,
  GUARDIANSHIP,
  CARE,
  NEEDS,
  SUPPORT,
  PROTECTION,
  PLACEMENTS,
  CASES,
  INCIDENTS,
  ALERTS,
  HAZARDS,
].flat();

enum EmptyCell {
  NONE = "NONE",
  SUPPRESSED_SMALL = "SUPPRESSED_SMALL",
  SUPPRESSED_COMPLEMENTARY = "SUPPRESSED_COMPLEMENTARY",
  COUNTY_ONLY = "COUNTY_ONLY",
  NOT_CLOSED = "NOT_CLOSED",
}
enumType(EmptyCell, "EmptyCell", "Why a cell is empty. 单元格为空的原因", {
  NONE: "It is not empty. 不为空",
  SUPPRESSED_SMALL: "Fewer than are published, or none. 数量过小(含零),不予发布",
  SUPPRESSED_COMPLEMENTARY: "With it, a small one could be worked out. 为防止推算出过小的单元格而不予发布",
  COUNTY_ONLY: "Not counted below county. 县级以下不统计",
  NOT_CLOSED: "The period is not closed, or was not counted. 该期尚未关账",
});

@ObjectType({ description: "One count of a closed month or quarter. 一个统计单元格", simpleResolvers: true })
class StatisticsCell {
  @Public()
  @Field(() => Division, { nullable: true, description: "County or township. 区县或乡镇(街道)" })
  place: object;
  @Public() @Field({ description: "YYYY-MM, or YYYY-Qn. 月份或季度" }) period: string;
  @Public()
  @Field(() => String, {
    nullable: true,
    description:
      "Value of the dimension in `by`, NOT_RECORDED where the record has none; null for all of them. 所选维度的取值",
  })
  value: string | null;
  @Public()
  @Field(() => Int, { nullable: true, description: "Rounded; null where it is withheld. 数量(已取整)" })
  count: number | null;
  @Public() @Field(() => EmptyCell, { description: "Why it is empty. 为空的原因" }) reason: EmptyCell;
}

@ObjectType({
  description: "Counts of closed months and quarters; nothing about a person. 已关账月份和季度的统计数",
  simpleResolvers: true,
})
class Statistics {}

@ArgsType()
class PeriodArgs {
  @Field(() => String, {
    nullable: true,
    description:
      "First month or quarter, e.g. 2026-07 or 2026-Q3; without both, the last that is closed. 起始月份或季度",
  })
  from?: string;
  @Field(() => String, { nullable: true, description: "Last month or quarter. 截止月份或季度" }) to?: string;
  @Field(() => String, { nullable: true, description: "Prefix of 2, 4, 6, 9 or 12 digits. 区划代码前缀" })
  within?: string;
}

@Resolver()
class StatisticsQuery {
  @Public()
  @Query(() => Statistics, {
    description: "What was counted, once, when a month or quarter was closed: docs/statistics.md. 统计",
  })
  statistics(): Statistics {
    return {};
  }
}

/** The field of a subject, and the enum of what it can be broken down by. */
function statisticsOf(subject: Subject): new () => object {
  const { name, group, description, dimensions } = subject;
  const named = `${name.charAt(0).toUpperCase()}${name.slice(1)}By`;
  const meanings: Readonly<Record<string, string>> = {
    COUNTY: "By county, the default. 按区县(默认)",
    TOWNSHIP: "By township. 按乡镇(街道)",
    ...(isFlow(subject) ? { MONTH: "By month. 按月份" } : {}),
    QUARTER: "By quarter, the default. 按季度(默认)",
    ...Object.fromEntries(dimensions.map((dimension) => [dimension.name, dimension.description])),
  };
  const By = Object.fromEntries(Object.keys(meanings).map((key) => [key, key]));
  enumType(By, named, "What to count by: a place, a time, and at most one more. 统计维度", meanings);

  @ArgsType()
  class CountArgs extends PeriodArgs {
    @Field(() => [By], {
      defaultValue: [],
      description: "Place, time, and at most one more: others would be too small to publish. 统计维度",
    })
    by: string[];
  }

  @Resolver(() => Statistics)
  class StatisticsField {
    @Counts(group)
    @FieldResolver(() => [StatisticsCell], { nullable: true, description })
    // By its own name: what decorators say of a method is kept by it, for all fields of a type together.
    async [name](@Args(() => CountArgs) asked: CountArgs, @Ctx() context: HubContext): Promise<object[]> {
      const cells = await context.count(subject, asked);
      return cells.map((cell) => ({ ...cell, place: context.directory.division(cell.place) }));
    }
  }
  return StatisticsField;
}

/** Resolvers of `Query.statistics` and of what stands below it. */
export const STATISTICS: readonly ClassType[] = [StatisticsQuery, ...SUBJECTS.map(statisticsOf)];
