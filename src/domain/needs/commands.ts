import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, ArgsType, Ctx, Field, ID, Info, InputType, Int, Mutation, Resolver } from "type-graphql";
import { conflict } from "../../change/conflict.js";
import { Writes } from "../../policy/group.js";
import type { HubContext } from "../../viewer/context.js";
import { INPUT, Prose } from "../input.js";
import { SupportNeed, SupportNeedKind, SupportNeedLevel, SupportNeedStatus } from "./record.js";

@InputType({ description: "What a child needs. 支持需要" })
class RaiseSupportNeedInput {
  @Field(() => ID, { description: "The child. 未成年人标识" }) minor: string;
  @Field(() => SupportNeedKind, { description: "What kind of support. 类别" }) kind: SupportNeedKind;
  @Field(() => SupportNeedLevel, { description: "How urgent. 需要程度" }) level: SupportNeedLevel;
  @Prose(2_000)
  @Field(() => String, {
    nullable: true,
    description: "What to do and what not to. Everybody whom the need is shown to reads it: never why. 建议(不写原因)",
  })
  advice?: string;
}

@ArgsType()
class CloseSupportNeedArgs {
  @Field(() => ID, { description: "The need. 支持需要标识" }) id: string;
  @Field(() => Int, { description: "As you read it; CONFLICT if it has changed since. 读取时的版本号" })
  version: number;
}

@Resolver()
export class SupportNeedCommands {
  /** Whether somebody has raised the like plays no part: the answer would tell of a need that is not shown. J3 step 6 */
  @Writes("SupportNeed", { newAt: "minor" })
  @Mutation(() => SupportNeed, {
    nullable: true,
    description: "Raises what a child needs; nobody is shown who did. 提出支持需要(不显示提出者)",
  })
  raiseSupportNeed(
    @Arg("input", () => RaiseSupportNeedInput, { description: INPUT }) input: RaiseSupportNeedInput,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<unknown> {
    return context.change(info, async (change) => {
      const { minor: id, ...written } = input;
      const minor = await change.mayMakeAbout("SupportNeed", { id, field: "input.minor" }, written);
      const made = change.newRecord();
      await change.manager.insert(SupportNeed, {
        ...made,
        ...written,
        minorId: minor.key,
        place: minor.place,
        status: SupportNeedStatus.OPEN,
      });
      await change.involveMaker("SupportNeed", made.id, ["SOURCE"]);
      return { type: "SupportNeed", key: made.id };
    });
  }

  @Writes("SupportNeed", { always: ["status"] })
  @Mutation(() => SupportNeed, {
    nullable: true,
    description: "Closes a need that your agency has raised. 关闭本单位提出的支持需要",
  })
  closeSupportNeed(
    @Args(() => CloseSupportNeedArgs) { id, version }: CloseSupportNeedArgs,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<unknown> {
    return context.change(info, async (change) => {
      const written = { status: SupportNeedStatus.CLOSED };
      const { key } = await change.mayChange("SupportNeed", change.key("SupportNeed", id), written, version);
      const { manager } = change;
      const { status } = await manager.findOneByOrFail(SupportNeed, { id: key });
      if (status === SupportNeedStatus.CLOSED) throw conflict("The need is closed", "该支持需要已关闭");
      await manager.update(SupportNeed, { id: key }, { ...written, version: version + 1 });
      return { type: "SupportNeed", key };
    });
  }
}
