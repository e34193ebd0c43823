import { type ClassType, Field, InputType, Int, registerEnumType } from "type-graphql";
import { DateTime, DivisionCode, PlainDate } from "./scalars.js";

/** A filter means: the field is shown to you, and the predicate holds. Parts of one filter must all hold. */
@InputType({ description: "文本条件" })
export class TextFilter {
  @Field(() => String, { nullable: true, description: "等于" }) eq?: string;
  @Field(() => [String], { nullable: true, description: "属于" }) in?: string[];
  @Field(() => String, { nullable: true, description: "以…开头" }) startsWith?: string;
  @Field(() => String, { nullable: true, description: "包含" }) contains?: string;
}

@InputType({ description: "日期条件" })
export class DateFilter {
  @Field(() => PlainDate, { nullable: true }) eq?: string;
  @Field(() => PlainDate, { nullable: true, description: "不早于" }) gte?: string;
  @Field(() => PlainDate, { nullable: true, description: "不晚于" }) lte?: string;
}

@InputType({ description: "时间条件" })
export class DateTimeFilter {
  @Field(() => DateTime, { nullable: true, description: "不早于" }) gte?: Date;
  @Field(() => DateTime, { nullable: true, description: "不晚于" }) lte?: Date;
}

@InputType({ description: "整数条件" })
export class IntFilter {
  @Field(() => Int, { nullable: true }) eq?: number;
  @Field(() => Int, { nullable: true, description: "不小于" }) gte?: number;
  @Field(() => Int, { nullable: true, description: "不大于" }) lte?: number;
}

@InputType({ description: "区划条件" })
export class DivisionFilter {
  @Field(() => DivisionCode, { nullable: true, description: "12 digits. 12位区划代码" }) eq?: string;
  @Field(() => [DivisionCode], { nullable: true }) in?: string[];
}

const MEANING = "Parts must all hold; a field that is not shown to you never matches, `not` included. 条件";

/** A record's filter: conditions on its fields, and the same joined and turned round. */
export const FilterType = (): ClassDecorator => (filter) => {
  InputType({ description: MEANING })(filter);
  Field(() => [filter], { nullable: true })(filter.prototype, "and");
  Field(() => [filter], { nullable: true })(filter.prototype, "or");
  Field(() => filter, { nullable: true })(filter.prototype, "not");
};

/** Conditions on an enum. */
export function enumFilter(name: string, values: object): ClassType {
  @InputType(name)
  class EnumFilter {
    @Field(() => values, { nullable: true }) eq?: string;
    @Field(() => [values], { nullable: true }) in?: string[];
  }
  return EnumFilter;
}

export enum Direction {
  ASC = "ASC",
  DESC = "DESC",
}
registerEnumType(Direction, {
  name: "Direction",
  description: "Fields that are not shown come last either way. 升序、降序",
});

/** Order by one field: `keys` maps the enum's values to coordinates. */
export function orderOf(name: string, keys: Readonly<Record<string, string>>): ClassType {
  registerEnumType(keys, { name: `${name}OrderField`, description: "排序字段" });
  @InputType(`${name}Order`)
  class Order {
    @Field(() => keys) field: string;
    @Field(() => Direction, { defaultValue: Direction.ASC }) direction: Direction;
  }
  return Order;
}
