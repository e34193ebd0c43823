import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, ArgsType, Ctx, Field, ID, Info, InputType, Int, Mutation, Resolver } from "type-graphql";
import type { Change } from "../../change/change.js";
import { conflict } from "../../change/conflict.js";
import { badUserInput } from "../../errors.js";
import { Writes } from "../../policy/group.js";
import type { HubContext } from "../../viewer/context.js";
import { INPUT, Past, Prose } from "../input.js";
import { PlainDate } from "../scalars.js";
import { LegalSupervision, SupervisionKind } from "./record.js";

@InputType({ description: "An opinion to an agency. 监督意见填报" })
class SubmitSupervisionOpinionInput {
  @Field(() => ID, { description: "The agency that is to reply. 被监督单位" }) addressee: string;
  @Field(() => SupervisionKind, { description: "What is written. 文书类别" }) kind: SupervisionKind;
  @Prose()
  @Field({ description: "What it is about and asks for; name no child: the case does. 监督事项(不得写明未成年人)" })
  subject: string;
  @Past() @Field(() => PlainDate, { description: "Day of issue. 发出日期" }) issuedOn: string;
  @Field(() => PlainDate, { description: "Last day for the reply. 回复期限" }) dueOn: string;
}

@ArgsType()
class SupervisionArgs {
  @Field(() => ID, { description: "The opinion. 监督意见标识" }) id: string;
  @Field(() => Int, { description: "As you read it; CONFLICT if it has changed since. 读取时的版本号" })
  version: number;
}

@ArgsType()
class ReplySupervisionArgs extends SupervisionArgs {
  @Prose()
  @Field({ description: "What your agency has done; name no child. 回复内容(不得写明未成年人)" })
  reply: string;
  @Past() @Field(() => PlainDate, { description: "Day of the reply. 回复日期" }) repliedOn: string;
}

@ArgsType()
class CloseSupervisionArgs extends SupervisionArgs {
  @Prose()
  @Field({ description: "What you have found of it; name no child. 监督结果(不得写明未成年人)" })
  result: string;
  @Past() @Field(() => PlainDate, { description: "Day on which you have found it. 办结日期" }) closedOn: string;
}

/** B27: opinion, reply, result. */
@Resolver()
export class SupervisionCommands {
  @Writes("LegalSupervision", { newAt: "addressee", always: ["addressee"] })
  @Mutation(() => LegalSupervision, {
    nullable: true,
    description: "Sends an opinion of the procuratorate to an agency. 提出监督意见",
  })
  submitSupervisionOpinion(
    @Arg("input", () => SubmitSupervisionOpinionInput, { description: INPUT }) input: SubmitSupervisionOpinionInput,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<unknown> {
    return context.change(info, async (change) => {
      const { addressee: to, ...own } = input;
      const { id: addressee, kind, division: place } = await change.agency(to);
      change.mayMake("LegalSupervision", { division: place, field: "input.addressee" }, input);
      if (!change.isShownBy("a", "LegalSupervision", kind))
        throw badUserInput(
          "input.addressee",
          "This kind of agency is shown no opinion and could not reply",
          "该类部门不接收法律监督意见",
          "Name an agency whose cell in row R25 has `a`; `hub matrix` lists them",
        );
      if (own.dueOn < own.issuedOn)
        throw badUserInput("input.dueOn", "Due before it was issued", "回复期限早于发出日期", "Compare the two days");

      const made = change.newRecord();
      const its = { place, addressee, submittedBy: change.viewer.agency.id };
      await change.manager.insert(LegalSupervision, { ...made, ...own, ...its });
      await change.involveMaker("LegalSupervision", made.id, ["SOURCE", "PART"]);
      await change.involve("LegalSupervision", made.id, [{ kind: "ADDRESSEE", agency: addressee }]);
      return { type: "LegalSupervision", key: made.id };
    });
  }

  /** Until the procuratorate has found a result the addressee may mend its reply. */
  @Writes("LegalSupervision", { always: ["reply", "repliedOn"], by: ["a"] })
  @Mutation(() => LegalSupervision, {
    nullable: true,
    description: "Replies to an opinion that was sent to your agency, or mends the reply. 回复监督意见",
  })
  replySupervision(
    @Args(() => ReplySupervisionArgs) { id, version, ...written }: ReplySupervisionArgs,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<unknown> {
    return context.change(info, (change) => goesOn(change, id, version, written, "repliedOn"));
  }

  /** Also without a reply: an addressee that lets the day pass must not keep it open. */
  @Writes("LegalSupervision", { always: ["result", "closedOn"] })
  @Mutation(() => LegalSupervision, {
    nullable: true,
    description: "Writes down what came of your opinion, and closes it. 监督办结",
  })
  closeSupervision(
    @Args(() => CloseSupervisionArgs) { id, version, ...written }: CloseSupervisionArgs,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<unknown> {
    return context.change(info, (change) => goesOn(change, id, version, written, "closedOn"));
  }
}

/** @param on  of `written`, the day on which it happened */
async function goesOn<On extends "repliedOn" | "closedOn">(
  change: Change,
  id: string,
  version: number,
  written: Partial<LegalSupervision> & Readonly<Record<On, string>>,
  on: On,
) {
  const { key } = await change.mayChange("LegalSupervision", change.key("LegalSupervision", id), written, version);
  const { issuedOn, closedOn } = await change.manager.findOneByOrFail(LegalSupervision, { id: key });
  if (closedOn) throw conflict("The opinion is closed", "该监督意见已办结");
  if (written[on] < issuedOn)
    throw badUserInput(on, "Before the opinion was issued", "日期早于发出日期", "Compare the two days");
  await change.manager.update(LegalSupervision, { id: key }, { ...written, version: version + 1 });
  return { type: "LegalSupervision" as const, key };
}
