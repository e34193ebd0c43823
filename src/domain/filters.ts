import { type ClassType, Field, InputType, Int } from "type-graphql";
import { enumType } from "./enum.js";
import { DateTime, DivisionCode, PlainDate } from "./scalars.js";

const EQ = "Equal to it. 等于";
const IN = "One of them. 属于其中之一";
const GTE = "From it on. 不早于、不小于";
const LTE = "Up to it. 不晚于、不大于";

/** A filter means: the field is shown to you, and the predicate holds. Parts of one filter must all hold. */
@InputType({ description: "Conditions on a text. 文本条件" })
export class TextFilter {
  @Field(() => String, { nullable: true, description: EQ }) eq?: string;
  @Field(() => [String], { nullable: true, description: IN }) in?: string[];
  @Field(() => String, { nullable: true, description: "Begins with it. 以…开头" }) startsWith?: string;
  @Field(() => String, { nullable: true, description: "Has it somewhere. 包含" }) contains?: string;
}

@InputType({ description: "Conditions on a day. 日期条件" })
export class DateFilter {
  @Field(() => PlainDate, { nullable: true, description: EQ }) eq?: string;
  @Field(() => PlainDate, { nullable: true, description: GTE }) gte?: string;
  @Field(() => PlainDate, { nullable: true, description: LTE }) lte?: string;
}

@InputType({ description: "Conditions on a moment. 时间条件" })
export class DateTimeFilter {
  @Field(() => DateTime, { nullable: true, description: GTE }) gte?: Date;
  @Field(() => DateTime, { nullable: true, description: LTE }) lte?: Date;
}

@InputType({ description: "Conditions on a whole number. 整数条件" })
export class IntFilter {
  @Field(() => Int, { nullable: true, description: EQ }) eq?: number;
  @Field(() => Int, { nullable: true, description: GTE }) gte?: number;
  @Field(() => Int, { nullable: true, description: LTE }) lte?: number;
}

@InputType({ description: "Conditions on a division, 12 digits. 区划条件(12位代码)" })
export class DivisionFilter {
  @Field(() => DivisionCode, { nullable: true, description: EQ }) eq?: string;
  @Field(() => [DivisionCode], { nullable: true, description: IN }) in?: string[];
}

/** The filter of a record: conditions on its fields, and the same joined and turned round. */
export function filterOf(record: string, conditions: Readonly<Record<string, ClassType>>): ClassType {
  @InputType(`${record}Filter`, {
    description:
      "Parts must all hold; a field that is not shown to you never matches, `not` included. 各项须同时满足;对您不可见的字段一律不匹配",
  })
  class Filter {
    @Field(() => [Filter], { nullable: true, description: "All of them hold. 全部满足" }) and?: Filter[];
    @Field(() => [Filter], { nullable: true, description: "At least one holds. 至少满足其一" }) or?: Filter[];
    @Field(() => Filter, { nullable: true, description: "It does not hold. 不满足" }) not?: Filter;
  }
  for (const [field, condition] of Object.entries(conditions))
    Field(() => condition, {
      nullable: true,
      description: "What the field of this name must meet; a month is YYYY-MM. 同名字段须满足的条件(月份写作 YYYY-MM)",
    })(Filter.prototype, field);
  return Filter;
}

/** Conditions on an enum. */
export function enumFilter(name: string, values: object): ClassType {
  @InputType(name, { description: "Conditions on a value of a fixed list. 选项条件" })
  class EnumFilter {
    @Field(() => values, { nullable: true, description: EQ }) eq?: string;
    @Field(() => [values], { nullable: true, description: IN }) in?: string[];
  }
  return EnumFilter;
}

export enum Direction {
  ASC = "ASC",
  DESC = "DESC",
}
enumType(Direction, "Direction", "Fields that are not shown come last either way. 排序方向(不可见的字段总排在最后)", {
  ASC: "Smallest, earliest or gravest first. 升序",
  DESC: "Largest, latest or lightest first. 降序",
});

/** Order by one field: `keys` maps the enum's values to coordinates. */
export function orderOf(name: string, keys: Readonly<Record<string, string>>): ClassType {
  enumType(
    keys,
    `${name}OrderField`,
    "What to order by. 排序字段",
    Object.fromEntries(Object.entries(keys).map(([key, field]) => [key, `By \`${field}\`. 按该字段排序`])),
  );
  @InputType(`${name}Order`, { description: "Order by one field. 排序" })
  class Order {
    @Field(() => keys, { description: "What to order by. 排序字段" }) field: string;
    @Field(() => Direction, { defaultValue: Direction.ASC, description: "Up or down. 排序方向" }) direction: Direction;
  }
  return Order;
}
