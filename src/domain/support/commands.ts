import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, ArgsType, Ctx, Field, ID, Info, InputType, Int, Mutation, Resolver } from "type-graphql";
import { conflict } from "../../change/conflict.js";
import { badUserInput } from "../../errors.js";
import { Writes } from "../../policy/group.js";
import type { HubContext } from "../../viewer/context.js";
import { INPUT, Past, Prose } from "../input.js";
import { PlainDate } from "../scalars.js";
import { SupportKind, SupportRecord } from "./record.js";

@InputType({ description: "A visit, assistance or support plan. 走访、帮扶、支持计划" })
class RecordSupportInput {
  @Field(() => ID, { description: "The child. 未成年人标识" }) minor: string;
  @Field(() => SupportKind, { description: "Visit, assistance or plan. 方式" }) kind: SupportKind;
  @Prose()
  @Field(() => String, { nullable: true, description: "What was done, or is to be done. 内容" })
  summary?: string;
  @Past() @Field(() => PlainDate, { description: "First day. 开始日期" }) startedOn: string;
  @Past()
  @Field(() => PlainDate, { nullable: true, description: "Last day; without it, it goes on. 结束日期" })
  endedOn?: string;
}

@ArgsType()
class EndSupportArgs {
  @Field(() => ID, { description: "The support record. 帮扶记录标识" }) id: string;
  @Field(() => Int, { description: "As you read it; CONFLICT if it has changed since. 读取时的版本号" })
  version: number;
  @Past() @Field(() => PlainDate, { description: "Last day. 结束日期" }) endedOn: string;
}

@Resolver()
export class SupportCommands {
  @Writes("SupportRecord", { newAt: "minor" })
  @Mutation(() => SupportRecord, {
    nullable: true,
    description: "Records a visit, assistance or plan of your agency. 登记走访、帮扶或支持计划",
  })
  recordSupport(
    @Arg("input", () => RecordSupportInput, { description: INPUT }) input: RecordSupportInput,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<unknown> {
    return context.change(info, async (change) => {
      const { minor: id, ...written } = input;
      const minor = await change.mayMakeAbout("SupportRecord", { id, field: "input.minor" }, written);
      if (written.endedOn) inOrder(written.startedOn, written.endedOn, "input.endedOn");
      const made = change.newRecord();
      await change.manager.insert(SupportRecord, {
        ...made,
        ...written,
        minorId: minor.key,
        place: minor.place,
        givenBy: change.viewer.agency.id,
      });
      await change.involveMaker("SupportRecord", made.id, ["SOURCE"]);
      return { type: "SupportRecord", key: made.id };
    });
  }

  @Writes("SupportRecord", { always: ["endedOn"] })
  @Mutation(() => SupportRecord, { nullable: true, description: "Ends help of your agency. 结束本单位的帮扶" })
  endSupport(
    @Args(() => EndSupportArgs) { id, version, endedOn }: EndSupportArgs,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<unknown> {
    return context.change(info, async (change) => {
      const written = { endedOn };
      const { key } = await change.mayChange("SupportRecord", change.key("SupportRecord", id), written, version);
      const { manager } = change;
      const { startedOn, endedOn: ended } = await manager.findOneByOrFail(SupportRecord, { id: key });
      if (ended) throw conflict("The help has ended", "该帮扶已结束");
      inOrder(startedOn, endedOn, "endedOn");
      await manager.update(SupportRecord, { id: key }, { ...written, version: version + 1 });
      return { type: "SupportRecord", key };
    });
  }
}

/** @throws Mistake BAD_USER_INPUT */
function inOrder(startedOn: string, endedOn: string, field: string): void {
  if (endedOn < startedOn)
    throw badUserInput(field, "Ended before it began", "结束日期早于开始日期", "Compare the two days");
}
