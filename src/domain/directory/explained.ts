import { Field, ObjectType } from "type-graphql";
import { Public } from "../../policy/group.js";

@ObjectType({
  description: "What you may expect of a field before you ask for a record. 字段可见预期",
  simpleResolvers: true,
})
export class FieldExpectation {
  @Public() @Field({ description: "Type.field, e.g. Minor.phone. 字段坐标" }) coordinate: string;
  @Public() @Field({ description: "Best level: F, M, B, X or -. 可达到的级别" }) level: string;
  @Public() @Field(() => [String], { description: "What must hold of the record. 条件" }) conditions: string[];
  @Public() @Field({ description: "Basis, or why not. 依据或原因" }) reason: string;
}

@ObjectType({ description: "A group of the policy, as its row says it. 数据组", simpleResolvers: true })
export class ExplainedGroup {
  @Public() @Field({ description: "Row of the policy, e.g. R6. 政策行" }) row: string;
  @Public() @Field({ description: "Name in English. 英文名称" }) group: string;
  @Public() @Field({ description: "Name in Chinese. 中文名称" }) groupZh: string;
  @Public() @Field({ description: "Statute or reason. 依据" }) reason: string;
  @Public()
  @Field(() => [String], { description: "Each level with what must hold, the first that holds counts. 规则" })
  rules: string[];
}

@ObjectType({ description: "A field in words, for your role. 字段说明", simpleResolvers: true })
export class FieldExplanation {
  @Public() @Field({ description: "Type.field, e.g. Minor.phone. 字段坐标" }) coordinate: string;
  @Public() @Field(() => [ExplainedGroup], { description: "Groups that guard it. 数据组" }) groups: ExplainedGroup[];
  @Public() @Field(() => [String], { description: "Posts of your role that it is open to. 岗位" }) posts: string[];
  @Public() @Field(() => [String], { description: "Purposes that open it. 目的" }) purposes: string[];
  @Public()
  @Field(() => FieldExpectation, { description: "What you yourself may expect. 您的预期" })
  expectation: object;
}

@ObjectType({ description: "A guarded field and one level of it. 可见范围中的一行", simpleResolvers: true })
export class FieldAccess {
  @Public() @Field({ description: "Type.field, e.g. Minor.phone. 字段坐标" }) coordinate: string;
  @Public() @Field({ description: "Row of the policy, e.g. R6. 政策行" }) row: string;
  @Public() @Field({ description: "Name in English. 英文名称" }) group: string;
  @Public() @Field({ description: "Name in Chinese. 中文名称" }) groupZh: string;
  @Public() @Field({ description: "F, M, B, X; - where nothing is shown. 级别" }) level: string;
  @Public()
  @Field(() => [String], { description: "Conditions of which one must hold, e.g. o, p; docs/access-model.md. 条件" })
  conditions: string[];
}
