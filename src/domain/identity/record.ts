import { Field, ID, Int, ObjectType } from "type-graphql";
import { Public } from "../../policy/group.js";
import { Agency } from "../directory/index.js";
import { enumType } from "../enum.js";
import { PlainDate } from "../scalars.js";

/** Band and contact, never the other child: B6. */
export enum MatchBand {
  ONE = "ONE",
  SEVERAL = "SEVERAL",
  NONE = "NONE",
}
enumType(MatchBand, "MatchBand", "How many children are known by that. 匹配结果", {
  ONE: "One child. 匹配到一名",
  SEVERAL: "Several, e.g. twins. 匹配到多名",
  NONE: "None that agencies answer for here. 未匹配到",
});

@ObjectType({
  description: "Whether a child is known, and whom to call: no value and no id of it. 身份匹配结果",
  simpleResolvers: true,
})
export class IdentityMatch {
  @Public() @Field(() => MatchBand, { description: "How many. 匹配结果" }) band: MatchBand;
  @Public()
  @Field(() => [Agency], { description: "Agencies that know the child, each with its duty desk. 可联系的部门" })
  contacts: object[];
}

/** As R35 shows it at B: the reader is "a duty holder under law". */
@ObjectType({ description: "A duty holder under law looked for a minor of yours. 查询留痕", simpleResolvers: true })
export class MinorLookup {
  @Public() @Field(() => PlainDate, { description: "Day. 日期" }) day: string;
  @Public() @Field(() => ID, { description: "The minor, of whom you are a source. 未成年人标识" }) minor: string;
  @Public() @Field(() => Int, { description: "How often on that day. 次数" }) times: number;
}
