import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, ArgsType, Ctx, Field, ID, Info, InputType, Int, Mutation, Resolver } from "type-graphql";
import type { Change } from "../../change/change.js";
import { conflict } from "../../change/conflict.js";
import { badUserInput } from "../../errors.js";
import { Writes } from "../../policy/group.js";
import type { HubContext } from "../../viewer/context.js";
import { INPUT, Line, Past, Prose } from "../input.js";
import { PlainDate } from "../scalars.js";
import { ProtectionMeasure, ProtectionMeasureKind } from "./record.js";
import { hasTerm } from "./term.js";

@InputType({ description: "A warning letter or protection order to be kept. 告诫书、人身安全保护令填报" })
class IssueProtectionMeasureInput {
  @Field(() => ID, { description: "The child that it protects. 未成年人标识" }) minor: string;
  @Field(() => ProtectionMeasureKind, { description: "Letter or order. 类别" }) kind: ProtectionMeasureKind;
  @Line() @Field(() => String, { nullable: true, description: "Number of the document. 文书编号" }) number?: string;
  @Line() @Field({ description: "Police station or court that has issued it. 出具机关" }) issuer: string;
  @Prose() @Field({ description: "What it forbids or orders. 措施内容" }) terms: string;
  @Past() @Field(() => PlainDate, { description: "Day of issue. 出具日期" }) issuedOn: string;
  @Field(() => PlainDate, {
    nullable: true,
    description: "Last day of an order, at most six months after its issue (DV 30); a letter has none. 保护令有效期至",
  })
  validUntil?: string;
  @Field(() => ID, {
    nullable: true,
    description: "Village or community that gets a copy, and visits (DV 17, 32). 抄送村(社区)",
  })
  addressee?: string;
}

@ArgsType()
class EndProtectionMeasureArgs {
  @Field(() => ID, { description: "The measure. 保护措施标识" }) id: string;
  @Field(() => Int, { description: "As you read it; CONFLICT if it has changed since. 读取时的版本号" })
  version: number;
  @Past() @Field(() => PlainDate, { description: "Day on which it ended. 终止日期" }) endedOn: string;
}

@Resolver()
export class ProtectionCommands {
  /** DV 17, 32: the village or community gets a copy, and with it the right to read it. */
  @Writes("ProtectionMeasure", { newAt: "minor" })
  @Mutation(() => ProtectionMeasure, {
    nullable: true,
    description:
      "Keeps a warning letter or a protection order, and sends the village a copy. 登记并抄送告诫书、人身安全保护令",
  })
  issueProtectionMeasure(
    @Arg("input", () => IssueProtectionMeasureInput, { description: INPUT }) input: IssueProtectionMeasureInput,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<unknown> {
    return context.change(info, async (change) => {
      const { minor: id, addressee: to, ...written } = input;
      const values = { ...written, addressee: to };
      const minor = await change.mayMakeAbout("ProtectionMeasure", { id, field: "input.minor" }, values);
      if (!hasTerm(written.kind, written.issuedOn, written.validUntil))
        throw badUserInput(
          "input.validUntil",
          "An order is valid for at most six months from its issue; a letter has no last day",
          "保护令有效期自出具之日起不超过六个月;告诫书无有效期",
          "For an order write its last day; for a letter leave the field out",
        );
      const addressee = to === undefined ? undefined : await reader(change, to);

      const made = change.newRecord();
      const its = { minorId: minor.key, recordedBy: change.viewer.agency.id, place: minor.place };
      await change.manager.insert(ProtectionMeasure, { ...made, ...written, ...its, addressee: addressee ?? null });
      await change.involveMaker("ProtectionMeasure", made.id, ["SOURCE"]);
      if (addressee) await change.involve("ProtectionMeasure", made.id, [{ kind: "ADDRESSEE", agency: addressee }]);
      return { type: "ProtectionMeasure", key: made.id };
    });
  }

  @Writes("ProtectionMeasure", { always: ["endedOn"] })
  @Mutation(() => ProtectionMeasure, {
    nullable: true,
    description: "Ends a measure that your station keeps: lifted, or run out. 终止保护措施",
  })
  endProtectionMeasure(
    @Args(() => EndProtectionMeasureArgs) { id, version, endedOn }: EndProtectionMeasureArgs,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<unknown> {
    return context.change(info, async (change) => {
      const written = { endedOn };
      const { key } = await change.mayChange(
        "ProtectionMeasure",
        change.key("ProtectionMeasure", id),
        written,
        version,
      );
      const { issuedOn, endedOn: ended } = await change.manager.findOneByOrFail(ProtectionMeasure, { id: key });
      if (ended) throw conflict("The measure has ended", "该措施已终止");
      if (endedOn < issuedOn)
        throw badUserInput("endedOn", "Ended before it was issued", "终止日期早于出具日期", "Compare the two days");
      await change.manager.update(ProtectionMeasure, { id: key }, { ...written, version: version + 1 });
      return { type: "ProtectionMeasure", key };
    });
  }
}

/** Key of an agency to which a copy says something. @throws Refusal NOT_FOUND_OR_NOT_SHARED; Mistake BAD_USER_INPUT */
async function reader(change: Change, id: string): Promise<string> {
  const agency = await change.agency(id);
  if (!change.isShownBy("a", "ProtectionMeasure", agency.kind))
    throw badUserInput(
      "input.addressee",
      "A copy would show this kind of agency nothing",
      "该类部门不接收保护措施文书",
      "Name the village or community; whoever takes part in the child's case sees it anyhow",
    );
  return agency.id;
}
