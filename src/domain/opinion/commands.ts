import type { GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, Field, Info, InputType, Int, Mutation, Resolver } from "type-graphql";
import { LessThan } from "typeorm";
import { notFoundOrNotShared } from "../../errors.js";
import { Writes } from "../../policy/group.js";
import type { HubContext } from "../../viewer/context.js";
import { INPUT, Line, Past, Prose, Whole } from "../input.js";
import { DateTime, DivisionCode } from "../scalars.js";
import { OpinionAlert, OpinionLevel, OpinionStatus, OpinionTopic } from "./record.js";
import { assertRedacted } from "./redaction.js";

@InputType({ description: "An alert of your agency's monitoring. 舆情预警" })
class RaiseOpinionAlertInput {
  @Line() @Field({ description: "Platform. 来源平台" }) source: string;
  @Line()
  @Field({ description: "Id of the post at its source; with the source the key of the alert. 原文编号" })
  reference: string;
  @Field(() => OpinionTopic, { description: "What it is about. 主题" }) topic: OpinionTopic;
  @Field(() => OpinionLevel, { description: "How grave. 等级" }) level: OpinionLevel;
  @Whole(0, 2_000_000_000) @Field(() => Int, { description: "Reposts, comments and likes. 热度" }) heat: number;
  @Past() @Field(() => DateTime, { description: "When it was found. 发现时间" }) detectedAt: Date;
  @Field(() => DivisionCode, { description: "12 digits. 涉及地" }) division: string;
  @Line()
  @Field(() => String, { nullable: true, description: "Account that posted it. 发布账号" })
  authorAccount?: string;

  @Field({
    defaultValue: false,
    description: "The author is a minor: the account is masked for everybody. 发布者是未成年人",
  })
  authorIsMinor: boolean;

  @Prose()
  @Field(() => String, { nullable: true, description: "In the demo only. 原文(仅限演示模式)" })
  originalText?: string;

  @Prose()
  @Field(() => String, {
    nullable: true,
    description:
      "Text for partners with minors taken out; identity and phone numbers are refused. 已遮蔽未成年人信息的文本",
  })
  redactedText?: string;
}

@Resolver()
export class OpinionCommands {
  @Writes("OpinionAlert", { newAt: "division" })
  @Mutation(() => OpinionAlert, {
    nullable: true,
    description:
      "Raises an alert; the same source and reference again only raises its heat. 上报舆情(重复上报更新热度)",
  })
  raiseOpinionAlert(
    @Arg("input", () => RaiseOpinionAlertInput, { description: INPUT }) input: RaiseOpinionAlertInput,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<unknown> {
    return context.change(info, async (change) => {
      const { division, authorIsMinor, ...written } = input;
      change.mayMake("OpinionAlert", { division, field: "input.division" }, written);
      if (written.redactedText) assertRedacted(written.redactedText, "input.redactedText");

      const { manager, viewer } = change;
      const made = change.newRecord();
      // Of two at once the second waits for the first, and finds it in the next statement.
      const { raw } = await manager
        .createQueryBuilder()
        .insert()
        .into(OpinionAlert)
        .values({
          ...made,
          ...written,
          place: division,
          authorIsMinor,
          monitor: viewer.agency.id,
          status: OpinionStatus.DETECTED,
        })
        .orIgnore()
        .returning(["id"])
        .execute();
      if (raw.length > 0) {
        await change.involveMaker("OpinionAlert", made.id, ["SOURCE"]);
        return { type: "OpinionAlert", key: made.id };
      }

      const { source, reference, heat } = written;
      const known = await manager.findOne(OpinionAlert, {
        select: { id: true },
        where: { monitor: viewer.agency.id, source, reference },
      });
      if (!known) throw notFoundOrNotShared();
      const { key, version } = await change.mayChange("OpinionAlert", known.id, { heat });
      // Both only rise: what was once known of the author's age keeps the account masked.
      if (authorIsMinor) await manager.update(OpinionAlert, { id: key }, { authorIsMinor });
      await manager.update(OpinionAlert, { id: key, heat: LessThan(heat) }, { heat, version: version + 1 });
      return { type: "OpinionAlert", key };
    });
  }
}
