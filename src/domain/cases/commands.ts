import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, ArgsType, Ctx, Field, ID, Info, InputType, Int, Mutation, Resolver } from "type-graphql";
import { IsNull } from "typeorm";
import type { Change } from "../../change/change.js";
import { conflict } from "../../change/conflict.js";
import { isSource, type Loaded, takesPart } from "../../change/loaded.js";
import { badUserInput, type Mistake, notFoundOrNotShared } from "../../errors.js";
import { Writes } from "../../policy/group.js";
import type { HubContext } from "../../viewer/context.js";
import { EachOnce, INPUT, Line, Past, Prose } from "../input.js";
import { DivisionCode, PlainDate } from "../scalars.js";
import { Case, CaseKind, CaseMinor, CaseParticipant, CaseRole, CaseStage } from "./record.js";

@InputType({ description: "A case to be opened. 立案登记" })
class OpenCaseInput {
  @Line() @Field(() => String, { nullable: true, description: "Number at your agency. 案件编号" }) number?: string;
  @Field(() => CaseKind, { description: "What kind of case. 案件类别" }) kind: CaseKind;
  @Past() @Field(() => PlainDate, { description: "Day of opening. 受理日期" }) openedOn: string;
  @Field(() => DivisionCode, { description: "Where it happened, 12 digits. 案发地" }) division: string;
  @Prose()
  @Field(() => String, { nullable: true, description: "What happened, as the lead agency has it. 案情" })
  narrative?: string;
  @Prose()
  @Field(() => String, { nullable: true, description: "Written for partners. 给协作部门的摘要" })
  partnerSummary?: string;

  @EachOnce()
  @Field(() => [ID], { nullable: true, description: "Minors concerned, neither victim nor suspect. 涉及的未成年人" })
  minors?: string[];
  @EachOnce()
  @Field(() => [ID], { nullable: true, description: "Minors who are victims. 未成年被害人" })
  victims?: string[];
  @EachOnce()
  @Field(() => [ID], {
    nullable: true,
    description: "Minors under suspicion; deleted when the case closes. 涉罪未成年人(结案即删除)",
  })
  minorSuspects?: string[];

  @EachOnce()
  @Field(() => [String], {
    nullable: true,
    description: "Logins of people of your agency who work on it beside you. 本单位承办人(登录名)",
  })
  assignees?: string[];
}

@ArgsType()
class CaseArgs {
  @Field(() => ID, { description: "The case. 案件标识" }) id: string;
  @Field(() => Int, { description: "As you read it; CONFLICT if it has changed since. 读取时的版本号" })
  version: number;
}

@ArgsType()
class ParticipantArgs extends CaseArgs {
  @Field(() => ID, { description: "The agency. 部门" }) agency: string;
}

@ArgsType()
class PersonArgs extends CaseArgs {
  @Line() @Field({ description: "Login of a person of your agency. 本单位人员(登录名)" }) person: string;
}

@ArgsType()
class CloseCaseArgs extends CaseArgs {
  @Past() @Field(() => PlainDate, { description: "Day of closing. 结案日期" }) closedOn: string;
}

@Resolver()
export class CaseCommands {
  /** R19, R20 NAMED_ONLY: whoever makes the record is named on it in the same transaction. */
  @Writes("Case", { newAt: "division" })
  @Mutation(() => Case, {
    nullable: true,
    description: "Opens a case that your agency leads; you are named on it. 立案(本单位牵头,登记人为指定人员)",
  })
  openCase(
    @Arg("input", () => OpenCaseInput, { description: INPUT }) input: OpenCaseInput,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<unknown> {
    return context.change(info, async (change) => {
      const { division, assignees, minors, victims, minorSuspects, ...own } = input;
      const concerned = { minors, victims, minorSuspects };
      change.mayMake("Case", { division, field: "input.division" }, { ...own, ...concerned });
      const edges = await edgesTo(change, concerned);
      const people = await change.colleagues(assignees ?? []);

      const made = change.newRecord();
      await change.manager.insert(Case, {
        ...made,
        ...own,
        place: division,
        stage: CaseStage.ACCEPTED,
        leadAgency: change.viewer.agency.id,
      });
      await change.involveMaker("Case", made.id, ["SOURCE", "PART", "ASSIGNED", "NAMED"]);
      await change.involve(
        "Case",
        made.id,
        people.map((person) => ({ kind: "ASSIGNED", person })),
      );
      for (const edge of edges) await change.manager.insert(CaseMinor, { caseFile: made.id, ...edge });
      return { type: "Case", key: made.id };
    });
  }

  @Writes("Case", { always: ["participants"], by: ["o", "p"] })
  @Mutation(() => Case, {
    nullable: true,
    description: "Brings an agency in; its head names the people. 增加参与部门(人员由该部门负责人指定)",
  })
  addCaseParticipant(
    @Args(() => ParticipantArgs) { id, version, agency }: ParticipantArgs,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<unknown> {
    return context.change(info, async (change) => {
      const loaded = await change.mayChange("Case", change.key("Case", id), { participants: [agency] }, version);
      const invited = await change.agency(agency);
      if (!change.isShownBy("p", "Case", invited.kind))
        throw badUserInput(
          "agency",
          "Taking part would show this kind of agency nothing of a case",
          "该类部门不参与案件办理",
          "Invite an agency with a part in cases; `hub matrix` lists them in row R17",
        );
      await stillOpen(change, loaded);
      const { manager } = change;
      const already = { case: { id: loaded.key }, agency: invited.id, until: IsNull() };
      if (await manager.existsBy(CaseParticipant, already)) return { type: "Case", key: loaded.key };
      await counted(change, loaded);
      await change.involve("Case", loaded.key, [{ kind: "PART", agency: invited.id }]);
      return { type: "Case", key: loaded.key };
    });
  }

  /** Not a write of a group: each agency that takes part decides who of its people does. posts.csv, `name-persons` */
  @Writes("Case", { may: "name-persons" })
  @Mutation(() => Case, {
    nullable: true,
    description: "Names a person of your agency on a case that it takes part in. 指定本单位参与人员",
  })
  nameCasePerson(
    @Args(() => PersonArgs) { id, version, person }: PersonArgs,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<unknown> {
    return context.change(info, async (change) => {
      const loaded = await change.findOwn("Case", change.key("Case", id), version);
      if (!takesPart(loaded)) throw notFoundOrNotShared();
      const [named] = await change.colleagues([person]);
      if (named === undefined || named === change.viewer.person?.id) throw namesOthers();
      await stillOpen(change, loaded);
      // Not counted: others who take part are not shown whom an agency names.
      await change.involve("Case", loaded.key, [{ kind: "NAMED", person: named }]);
      return { type: "Case", key: loaded.key };
    });
  }

  @Writes("Case", { sometimes: ["participants"] })
  @Mutation(() => Case, {
    nullable: true,
    description:
      "Ends your agency's part, or as the lead agency another's. Null when the case is no longer yours to see. 结束参与",
  })
  endCaseParticipation(
    @Args(() => ParticipantArgs) { id, version, agency }: ParticipantArgs,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<unknown> {
    return context.change(info, async (change) => {
      const key = change.key("Case", id);
      const ending = await change.agency(agency);
      const own = ending.id === change.viewer.agency.id;
      const loaded = own
        ? await change.findOwn("Case", key, version)
        : await change.mayChange("Case", key, { participants: [agency] }, version);
      if (own && isSource(loaded)) throw leadStays();
      await counted(change, loaded);
      if (!(await change.endPart("Case", loaded.key, ending.id))) throw notFoundOrNotShared();
      return { type: "Case", key: loaded.key };
    });
  }

  /** The edge to minor suspects goes in the same transaction, by a trigger (R20 ENDS_WITH_CASE, JDPL 59). */
  @Writes("Case", { always: ["stage", "closedOn"] })
  @Mutation(() => Case, {
    nullable: true,
    description: "Closes a case; links to minor suspects are deleted with it. 结案(同时删除涉罪未成年人关联)",
  })
  closeCase(
    @Args(() => CloseCaseArgs) { id, version, closedOn }: CloseCaseArgs,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<unknown> {
    return context.change(info, async (change) => {
      const written = { stage: CaseStage.CLOSED, closedOn };
      const loaded = await change.mayChange("Case", change.key("Case", id), written, version);
      const { openedOn } = await stillOpen(change, loaded);
      if (closedOn < openedOn)
        throw badUserInput("closedOn", "Closed before it was opened", "结案日期早于受理日期", "Compare the two days");
      await change.manager.update(Case, { id: loaded.key }, { ...written, version: loaded.version + 1 });
      return { type: "Case", key: loaded.key };
    });
  }
}

/** @throws Mistake BAD_USER_INPUT a minor in two relations; Refusal NOT_FOUND_OR_NOT_SHARED one that does not exist for the viewer */
async function edgesTo(
  change: Change,
  { minors, victims, minorSuspects }: Readonly<Record<"minors" | "victims" | "minorSuspects", string[] | undefined>>,
): Promise<{ minorId: string; role: CaseRole }[]> {
  const wanted = [
    ...(minors ?? []).map((id) => ({ id, role: CaseRole.CONCERNED })),
    ...(victims ?? []).map((id) => ({ id, role: CaseRole.VICTIM })),
    ...(minorSuspects ?? []).map((id) => ({ id, role: CaseRole.SUSPECT })),
  ];
  if (new Set(wanted.map(({ id }) => id)).size < wanted.length)
    throw badUserInput(
      "input.minors",
      "A minor stands in exactly one of minors, victims, minorSuspects of a case",
      "同一未成年人在一个案件中只能有一种身份",
      "Keep one",
    );
  const keys = await change.existing(
    "Minor",
    wanted.map(({ id }) => id),
  );
  return keys.map((minorId, i) => ({ minorId, role: wanted[i]?.role ?? CaseRole.CONCERNED }));
}

/** Whoever takes part or leaves changes the case, for others who are about to change it too. */
const counted = ({ manager }: Change, { key, version }: Loaded): Promise<unknown> =>
  manager.update(Case, { id: key }, { version: version + 1 });

async function stillOpen({ manager }: Change, { key }: Loaded): Promise<{ readonly openedOn: string }> {
  const { stage, openedOn } = await manager.findOneOrFail(Case, {
    select: { id: true, stage: true, openedOn: true },
    where: { id: key },
  });
  if (stage === CaseStage.CLOSED) throw conflict("The case is closed", "案件已结案");
  return { openedOn };
}

/** HEAD names others without reading it: policy, NAMED_ONLY. */
const namesOthers = (): Mistake =>
  badUserInput("person", "A head names others, not himself", "负责人不能指定本人", "Name who works on the case");

const leadStays = (): Mistake =>
  badUserInput("agency", "The lead agency's part ends with the case", "牵头部门的参与随结案结束", "Close the case");
