import { Field, ID, Int, ObjectType } from "type-graphql";
import { Public } from "../../policy/group.js";
import { Agency } from "../directory/index.js";
import { enumType } from "../enum.js";
import { PlainDate } from "../scalars.js";

/** An agency of the directory. */
export interface AgencyContact {
  readonly kind: string;
}

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
  contacts: AgencyContact[];
}

/** What has become of two records that may be one child. */
export enum MergeState {
  OPEN = "OPEN",
  OFFERED = "OFFERED",
  MERGED = "MERGED",
  APART = "APART",
}
enumType(MergeState, "MergeState", "What has become of a proposal. 合并建议状态", {
  OPEN: "Nobody has looked at it. 待核实",
  OFFERED: "Put to the agencies that know the two. 待相关部门确认",
  MERGED: "All of them have agreed: one record. 已合并",
  APART: "Two children; never proposed again. 不是同一人(不再建议)",
});

export enum MergeDecision {
  OFFER = "OFFER",
  KEEP_APART = "KEEP_APART",
}
enumType(MergeDecision, "MergeDecision", "What is to become of a proposal. 处理意见", {
  OFFER: "Put it to the agencies: each learns that another may know its child. 提交相关部门确认",
  KEEP_APART: "They are two children. 不是同一人",
});

/** Band and contact again (D16): no value and no id of either record. */
@ObjectType({ description: "Records of two agencies that may be one child. 合并建议", simpleResolvers: true })
export class MergeProposal {
  @Public() @Field(() => ID, { description: "To name it on the telephone too. 标识" }) id: string;
  @Public() @Field(() => MergeState, { description: "What has become of it. 状态" }) state: MergeState;
  @Public() @Field(() => Int, { description: "Version of the state. 状态版本号" }) version: number;
  @Public() @Field(() => PlainDate, { description: "Since when it is there. 产生日期" }) day: string;
  @Public()
  @Field(() => [Agency], { description: "Agencies that know one of the two. 可联系的部门" })
  contacts: AgencyContact[];
}

/** One agency's half of a proposal: nothing of the other record, nor of whose it is. */
@ObjectType({ description: "Another agency may know this minor of yours. 待确认的合并", simpleResolvers: true })
export class MergeOffer {
  @Public() @Field(() => ID, { description: "The proposal. 合并建议标识" }) id: string;
  @Public() @Field(() => MergeState, { description: "What has become of it. 状态" }) state: MergeState;
  @Public() @Field(() => Int, { description: "Version of the state. 状态版本号" }) version: number;
  @Public() @Field(() => ID, { description: "The minor, of whom you are a source. 未成年人标识" }) minor: string;
  @Public() @Field({ description: "Your agency has agreed. 本单位已确认" }) agreed: boolean;
}

/** J10: what was read then is to be read again. */
@ObjectType({
  description: "You were shown a record that mixed two children. 曾查阅错误合并的记录",
  simpleResolvers: true,
})
export class MixedReading {
  @Public() @Field(() => PlainDate, { description: "Day. 日期" }) day: string;
  @Public() @Field(() => ID, { description: "The record that had both. 该记录标识" }) minor: string;
}

/** As R35 shows it at B: the reader is "a duty holder under law". */
@ObjectType({ description: "A duty holder under law looked for a minor of yours. 查询留痕", simpleResolvers: true })
export class MinorLookup {
  @Public() @Field(() => PlainDate, { description: "Day. 日期" }) day: string;
  @Public() @Field(() => ID, { description: "The minor, of whom you are a source. 未成年人标识" }) minor: string;
  @Public() @Field(() => Int, { description: "How often on that day. 次数" }) times: number;
}
