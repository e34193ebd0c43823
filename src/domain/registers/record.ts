import { Field, Int, ObjectType } from "type-graphql";
import { Public } from "../../policy/group.js";
import { enumType } from "../enum.js";

export enum RowHappening {
  NEW = "NEW",
  CHANGED = "CHANGED",
  ENDED = "ENDED",
}
enumType(RowHappening, "RowHappening", "What an import does to a number of the agency's register. 登记行的变化", {
  NEW: "Not known before. 新增",
  CHANGED: "Known, and its row has changed. 变更",
  ENDED: "Known, and a complete file has no row of it any more. 终止",
});

@ObjectType({ description: "A row that an import writes. 登记行变化", simpleResolvers: true })
export class ImportChange {
  @Public()
  @Field(() => RowHappening, { description: "What happens to it. 变化" })
  happening: keyof typeof RowHappening;
  @Public()
  @Field(() => Int, { nullable: true, description: "Line on which the row begins, from 1; null: no row says it. 行号" })
  line: number | null;
  @Public() @Field({ description: "The agency's own number. 本单位编号" }) key: string;
}

@ObjectType({ description: "Why a row is refused; never with the value. 拒收原因", simpleResolvers: true })
export class ImportError {
  @Public() @Field(() => Int, { description: "Line on which the row begins, from 1. 行号" }) line: number;
  @Public()
  @Field(() => String, { nullable: true, description: "Column; null: the row or file as a whole. 列" })
  column: string | null;
  @Public() @Field({ description: "See docs/registers.md. 代码" }) code: string;
  @Public() @Field({ description: "What is wrong, in English. 英文说明" }) message: string;
  @Public() @Field({ description: "What is wrong, in Chinese. 中文说明" }) messageZh: string;
  @Public() @Field({ description: "What to send instead. 处理办法" }) remedy: string;
}

@ObjectType({
  description: "What an import of your agency's register would do, or has done. 登记导入结果",
  simpleResolvers: true,
})
export class ImportOutcome {
  @Public()
  @Field({ description: "Of the plan: agency, register, content, policy, and what would happen. 计划摘要" })
  digest: string;
  @Public() @Field({ description: "It has been written. 已写入" }) written: boolean;
  @Public() @Field(() => Int, { description: "Rows of numbers that were not known. 新增行数" }) new: number;
  @Public() @Field(() => Int, { description: "Rows that have changed. 变更行数" }) changed: number;
  @Public() @Field(() => Int, { description: "Rows that say the same as before. 未变行数" }) unchanged: number;
  @Public() @Field(() => Int, { description: "Numbers that a complete file has no more. 终止编号数" }) ended: number;
  @Public() @Field(() => Int, { description: "Rows with an error. 拒收行数" }) refused: number;
  @Public()
  @Field(() => [ImportChange], { description: "In the order of the file, the first 1,000. 变化明细" })
  changes: readonly ImportChange[];
  @Public()
  @Field(() => [ImportError], { description: "In the order of the file, the first 1,000. 拒收明细" })
  errors: readonly ImportError[];
}
