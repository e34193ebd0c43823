import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, ArgsType, Ctx, Field, ID, Info, InputType, Int, Mutation, Resolver } from "type-graphql";
import { IsNull } from "typeorm";
import type { Change } from "../../change/change.js";
import { conflict } from "../../change/conflict.js";
import type { Loaded } from "../../change/loaded.js";
import { badUserInput } from "../../errors.js";
import { Writes } from "../../policy/group.js";
import type { HubContext } from "../../viewer/context.js";
import { EachOnce, INPUT, Past, Prose } from "../input.js";
import { PlainDate } from "../scalars.js";
import { GuardianshipAssessment, GuardianshipRisk, GuardianshipRiskLevel } from "./record.js";

const NEXT_VISIT = "By when the next visit is due, as the level asks. 下次走访期限";

@InputType({ description: "An assessment of a child's guardianship. 监护评估填报" })
class AssessGuardianshipInput {
  @Field(() => ID, { description: "The child. 未成年人标识" }) minor: string;
  @Past() @Field(() => PlainDate, { description: "Day of the assessment. 评估日期" }) assessedOn: string;
  @EachOnce()
  @Field(() => [GuardianshipRisk], { description: "What puts it at risk; may be none. 风险因素" })
  risks: GuardianshipRisk[];
  @Field(() => GuardianshipRiskLevel, { description: "How grave the risk is. 风险等级" }) level: GuardianshipRiskLevel;
  @Prose()
  @Field(() => String, { nullable: true, description: "What was found. 评估情况" })
  findings?: string;
  @Field(() => PlainDate, { description: NEXT_VISIT }) nextVisitBy: string;
}

@ArgsType()
class AssessmentArgs {
  @Field(() => ID, { description: "The assessment. 监护评估标识" }) id: string;
  @Field(() => Int, { description: "As you read it; CONFLICT if it has changed since. 读取时的版本号" })
  version: number;
}

@ArgsType()
class RecordGuidanceArgs extends AssessmentArgs {
  @Past() @Field(() => PlainDate, { description: "Day of the visit. 走访日期" }) visitedOn: string;
  @Prose() @Field(() => String, { description: "What the guardian was advised. 指导内容" }) guidance: string;
  @Field(() => GuardianshipRiskLevel, {
    nullable: true,
    description: "How grave the risk is now; unchanged without it. 走访后的风险等级",
  })
  level?: GuardianshipRiskLevel;
  @Field(() => PlainDate, { description: NEXT_VISIT }) nextVisitBy: string;
}

@ArgsType()
class CloseAssessmentArgs extends AssessmentArgs {
  @Past() @Field(() => PlainDate, { description: "Day of closing. 结束日期" }) closedOn: string;
}

@Resolver()
export class GuardianshipCommands {
  /** B8: assessment, then guidance. One goes on at a time for each agency; what another one assesses plays no part. */
  @Writes("GuardianshipAssessment", { newAt: "minor" })
  @Mutation(() => GuardianshipAssessment, {
    nullable: true,
    description: "Assesses the guardianship of a child, and begins guidance. 开展监护评估",
  })
  assessGuardianship(
    @Arg("input", () => AssessGuardianshipInput, { description: INPUT }) input: AssessGuardianshipInput,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<unknown> {
    return context.change(info, async (change) => {
      const { minor: id, ...written } = input;
      const minor = await change.mayMakeAbout("GuardianshipAssessment", { id, field: "input.minor" }, written);
      notBefore("input.nextVisitBy", written.nextVisitBy, written.assessedOn);
      const { manager, viewer } = change;

      const made = change.newRecord();
      const its = { minorId: minor.key, assessedBy: viewer.agency.id };
      await manager.insert(GuardianshipAssessment, { ...made, ...written, ...its, place: minor.place });
      await change.involveMaker("GuardianshipAssessment", made.id, ["SOURCE"]);
      // Counted under the lock that the new row has put on the child.
      if ((await manager.countBy(GuardianshipAssessment, { ...its, closedOn: IsNull() })) > 1)
        throw conflict("Your agency's guidance of this child is under way", "贵单位对该未成年人的监护指导正在进行");
      return { type: "GuardianshipAssessment", key: made.id };
    });
  }

  @Writes("GuardianshipAssessment", {
    always: ["visits", "lastVisitOn", "guidance", "nextVisitBy"],
    sometimes: ["level"],
  })
  @Mutation(() => GuardianshipAssessment, {
    nullable: true,
    description: "Records a guidance visit of your agency. 记录监护指导走访",
  })
  recordGuidance(
    @Args(() => RecordGuidanceArgs) { id, version, visitedOn, guidance, level, nextVisitBy }: RecordGuidanceArgs,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<unknown> {
    return context.change(info, async (change) => {
      const written = { lastVisitOn: visitedOn, guidance, nextVisitBy, ...(level ? { level } : {}) };
      const loaded = await change.mayChange(
        "GuardianshipAssessment",
        change.key("GuardianshipAssessment", id),
        written,
        version,
      );
      const { assessedOn, lastVisitOn, visits } = await stillOpen(change, loaded);
      notBefore("visitedOn", visitedOn, lastVisitOn ?? assessedOn);
      notBefore("nextVisitBy", nextVisitBy, visitedOn);
      await change.manager.update(
        GuardianshipAssessment,
        { id: loaded.key },
        { ...written, visits: visits + 1, version: loaded.version + 1 },
      );
      return { type: "GuardianshipAssessment", key: loaded.key };
    });
  }

  @Writes("GuardianshipAssessment", { always: ["closedOn", "nextVisitBy"] })
  @Mutation(() => GuardianshipAssessment, {
    nullable: true,
    description: "Ends the guidance that your agency has begun. 结束监护指导",
  })
  closeGuardianshipAssessment(
    @Args(() => CloseAssessmentArgs) { id, version, closedOn }: CloseAssessmentArgs,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<unknown> {
    return context.change(info, async (change) => {
      const written = { closedOn, nextVisitBy: null };
      const loaded = await change.mayChange(
        "GuardianshipAssessment",
        change.key("GuardianshipAssessment", id),
        written,
        version,
      );
      const { assessedOn, lastVisitOn } = await stillOpen(change, loaded);
      notBefore("closedOn", closedOn, lastVisitOn ?? assessedOn);
      await change.manager.update(
        GuardianshipAssessment,
        { id: loaded.key },
        { ...written, version: loaded.version + 1 },
      );
      return { type: "GuardianshipAssessment", key: loaded.key };
    });
  }
}

async function stillOpen({ manager }: Change, { key }: Loaded): Promise<GuardianshipAssessment> {
  const assessment = await manager.findOneByOrFail(GuardianshipAssessment, { id: key });
  if (assessment.closedOn) throw conflict("The guidance has ended", "监护指导已结束");
  return assessment;
}

function notBefore(field: string, day: string, earlier: string): void {
  if (day < earlier)
    throw badUserInput(
      field,
      "Earlier than what came before it: assessment, last visit",
      "早于评估或最近一次走访日期",
      "Compare the days",
    );
}
