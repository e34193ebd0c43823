import type { GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, Field, ID, Info, InputType, Mutation, Resolver } from "type-graphql";
import { conflict } from "../../change/conflict.js";
import { Writes } from "../../policy/group.js";
import type { HubContext } from "../../viewer/context.js";
import { EachOnce, INPUT, Past, Prose } from "../input.js";
import { DateTime, DivisionCode } from "../scalars.js";
import {
  EmergencyGrade,
  IncidentAlert,
  IncidentKind,
  IncidentMinor,
  IncidentStatus,
  SensitiveIncident,
} from "./record.js";

@InputType({ description: "An incident to be reported. 敏感事件报告" })
class ReportIncidentInput {
  @Field(() => IncidentKind, { description: "What kind of incident. 类别" }) kind: IncidentKind;
  @Field(() => EmergencyGrade, { description: "How grave. 等级" }) level: EmergencyGrade;
  @Field(() => DivisionCode, { description: "Where it happened, 12 digits. 发生地" }) division: string;
  @Past() @Field(() => DateTime, { description: "When it happened. 发生时间" }) occurredAt: Date;
  @Prose()
  @Field(() => String, { nullable: true, description: "What happened, as the reporting agency has it. 经过" })
  narrative?: string;
  @Prose()
  @Field(() => String, { nullable: true, description: "Written for partners. 给协作部门的摘要" })
  partnerSummary?: string;
  @EachOnce()
  @Field(() => [ID], { nullable: true, description: "Minors concerned, neither victim nor suspect. 涉及的未成年人" })
  minors?: string[];
}

@Resolver()
export class IncidentCommands {
  @Writes("SensitiveIncident", { newAt: "division" })
  @Mutation(() => SensitiveIncident, { nullable: true, description: "Reports an incident. 报告敏感事件" })
  reportIncident(
    @Arg("input", () => ReportIncidentInput, { description: INPUT }) input: ReportIncidentInput,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<unknown> {
    return context.change(info, async (change) => {
      const { division, ...written } = input;
      change.mayMake("SensitiveIncident", { division, field: "input.division" }, written);
      const { minors, ...own } = written;
      const touched = await change.existing("Minor", minors ?? []);

      const made = change.newRecord();
      await change.manager.insert(SensitiveIncident, {
        ...made,
        ...own,
        place: division,
        status: IncidentStatus.REPORTED,
      });
      await change.involveMaker("SensitiveIncident", made.id, ["SOURCE", "PART"]);
      for (const minorId of touched) await change.manager.insert(IncidentMinor, { incidentId: made.id, minorId });
      return { type: "SensitiveIncident", key: made.id };
    });
  }

  @Writes("SensitiveIncident", { always: ["alerts"] })
  @Mutation(() => SensitiveIncident, {
    nullable: true,
    description: "Ties an alert to an incident that it is about. 将舆情关联到敏感事件",
  })
  linkAlertToIncident(
    @Arg("alert", () => ID, { description: "The alert. 舆情标识" }) alert: string,
    @Arg("incident", () => ID, { description: "The incident. 敏感事件标识" }) incident: string,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<unknown> {
    return context.change(info, async (change) => {
      const key = change.key("SensitiveIncident", incident);
      const loaded = await change.mayChange("SensitiveIncident", key, { alerts: [alert] });
      const alerts = await change.existing("OpinionAlert", [alert]);
      const { raw } = await change.manager
        .createQueryBuilder()
        .insert()
        .into(IncidentAlert)
        .values(alerts.map((alertId) => ({ incidentId: loaded.key, alertId })))
        .orIgnore()
        .returning(["alertId"])
        .execute();
      // Ties to other incidents, shown or hidden, play no part.
      if (raw.length === 0) throw conflict("The alert is tied to this incident already", "该舆情已关联本事件");
      return { type: "SensitiveIncident", key: loaded.key };
    });
  }
}
