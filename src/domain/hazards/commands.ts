import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, ArgsType, Ctx, Field, ID, Info, InputType, Int, Mutation, Resolver } from "type-graphql";
import type { Change, NamedAgency } from "../../change/change.js";
import { conflict } from "../../change/conflict.js";
import { badUserInput } from "../../errors.js";
import { Writes } from "../../policy/group.js";
import type { HubContext } from "../../viewer/context.js";
import { EachOnce, INPUT, Line, Past, Prose } from "../input.js";
import { DivisionCode, PlainDate } from "../scalars.js";
import { Hazard, HazardKind, HazardLevel, HazardOrigin } from "./record.js";

@InputType()
abstract class FoundInput {
  @Field(() => DivisionCode, { description: "Where the place is, 12 digits. 所在区划" }) division: string;
  @Line() @Field({ description: "The place, by name. 场所名称" }) placeName: string;
  @Field(() => HazardKind, { description: "What was looked at. 类别" }) kind: HazardKind;
  @Past() @Field(() => PlainDate, { description: "Day on which it was looked at. 检查(排查)日期" }) foundOn: string;
  @Prose()
  @Field({ description: "What was found, or that nothing was; name no child. 检查结果(不得写明未成年人)" })
  finding: string;
  @Line()
  @Field(() => String, { nullable: true, description: "Who answers for the place. 被检查单位负责人" })
  responsiblePerson?: string;
}

@InputType({ description: "An inspection to be published; one finding each. 检查情况通报" })
class PublishInspectionInput extends FoundInput {
  @Field(() => HazardLevel, { nullable: true, description: "How grave; none where nothing was found. 隐患等级" })
  level?: HazardLevel;
  @Past()
  @Field(() => PlainDate, { nullable: true, description: "Takes it into the ledger on this day. 入账日期" })
  openedOn?: string;
  @EachOnce()
  @Field(() => [ID], {
    nullable: true,
    description: "Whom it is sent to: the school, station or house that was inspected. 通报对象(学校、救助机构等)",
  })
  notified?: string[];
  @EachOnce()
  @Field(() => [ID], { nullable: true, description: "Agencies that have inspected with you. 联合检查部门" })
  inspectedWith?: string[];
}

@InputType({ description: "A hazard for the ledger, from your own screening. 隐患入账填报" })
class OpenLedgerEntryInput extends FoundInput {
  @Field(() => HazardLevel, { description: "How grave: sets the deadline. 隐患等级(决定整改期限)" })
  level: HazardLevel;
  @Past() @Field(() => PlainDate, { description: "Day of the entry. 入账日期" }) openedOn: string;
}

@ArgsType()
class HazardArgs {
  @Field(() => ID, { description: "The entry. 隐患标识" }) id: string;
  @Field(() => Int, { description: "As you read it; CONFLICT if it has changed since. 读取时的版本号" })
  version: number;
}

@ArgsType()
class FindingToLedgerArgs extends HazardArgs {
  @Field(() => HazardLevel, { description: "How grave: sets the deadline. 隐患等级(决定整改期限)" })
  level: HazardLevel;
  @Past() @Field(() => PlainDate, { description: "Day of the entry. 入账日期" }) openedOn: string;
}

@ArgsType()
class AssignRectificationArgs extends HazardArgs {
  @Field(() => ID, { description: "The agency that is to put it right. 整改责任单位" }) assignedTo: string;
}

@ArgsType()
class ReportRectificationArgs extends HazardArgs {
  @Prose() @Field({ description: "What was done; name no child. 整改情况(不得写明未成年人)" }) rectification: string;
  @Past() @Field(() => PlainDate, { description: "Day on which it was put right. 整改完成日期" }) rectifiedOn: string;
}

@ArgsType()
class VerifyRectificationArgs extends HazardArgs {
  @Field({ description: "It is put right; if not, it waits for rectification again. 复核是否通过" }) passed: boolean;
  @Past() @Field(() => PlainDate, { description: "Day on which you have looked. 复核日期" }) verifiedOn: string;
}

@ArgsType()
class CloseLedgerEntryArgs extends HazardArgs {
  @Past() @Field(() => PlainDate, { description: "Day of closure. 销号日期" }) closedOn: string;
}

@ArgsType()
class ReopenLedgerEntryArgs extends HazardArgs {
  @Past()
  @Field(() => PlainDate, { description: "Day on which it came back: a new deadline runs. 反弹日期" })
  openedOn: string;
}

/** B25: screen, ledger, assign, rectify, verify by another agency, close; reopen on recurrence. B26: publish. */
@Resolver()
export class HazardCommands {
  @Writes("Hazard", { newAt: "division", always: ["origin"] })
  @Mutation(() => Hazard, {
    nullable: true,
    description: "Publishes what an inspection of a place has found, or that it found nothing. 通报检查情况",
  })
  publishInspection(
    @Arg("input", () => PublishInspectionInput, { description: INPUT }) input: PublishInspectionInput,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<unknown> {
    return context.change(info, async (change) => {
      const { notified = [], inspectedWith = [], ...found } = input;
      if (found.openedOn !== undefined && found.level === undefined)
        throw badUserInput(
          "input.level",
          "What comes into the ledger has a level, which sets its deadline",
          "入账隐患须有等级,以确定整改期限",
          "Name a level, or leave openedOn out",
        );
      const made = await make(change, HazardOrigin.INSPECTION, found);
      await change.involve("Hazard", made.key, [
        ...(await named(change, "a", "input.notified", notified)).map(
          ({ id }) => ({ kind: "ADDRESSEE", agency: id }) as const,
        ),
        ...(await named(change, "p", "input.inspectedWith", inspectedWith)).map(
          ({ id }) => ({ kind: "PART", agency: id }) as const,
        ),
      ]);
      return made;
    });
  }

  @Writes("Hazard", { newAt: "division", always: ["origin"] })
  @Mutation(() => Hazard, {
    nullable: true,
    description: "Enters a hazard that your agency has found by itself in the ledger. 排查隐患入账",
  })
  openLedgerEntry(
    @Arg("input", () => OpenLedgerEntryInput, { description: INPUT }) input: OpenLedgerEntryInput,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<unknown> {
    return context.change(info, (change) => make(change, HazardOrigin.SCREENING, input));
  }

  @Writes("Hazard", { always: ["level", "openedOn"] })
  @Mutation(() => Hazard, {
    nullable: true,
    description: "Takes a finding that you have published into the ledger. 检查发现问题转入台账",
  })
  findingToLedger(
    @Args(() => FindingToLedgerArgs) { id, version, ...written }: FindingToLedgerArgs,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<unknown> {
    return context.change(info, (change) =>
      changed(change, id, version, written, async ({ openedOn, foundOn }) => {
        if (openedOn) throw conflict("It is in the ledger already", "该隐患已入台账");
        notBefore("openedOn", written.openedOn, foundOn);
        return written;
      }),
    );
  }

  /** Also to another one, until it has been put right. */
  @Writes("Hazard", { always: ["assignedTo"] })
  @Mutation(() => Hazard, {
    nullable: true,
    description: "Assigns an entry of yours to the agency that is to put it right. 派发整改任务",
  })
  assignRectification(
    @Args(() => AssignRectificationArgs) { id, version, assignedTo: to }: AssignRectificationArgs,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<unknown> {
    return context.change(info, (change) =>
      changed(
        change,
        id,
        version,
        { assignedTo: to },
        async ({ id: key, openedOn, rectifiedOn, place, assignedTo }) => {
          if (!openedOn || rectifiedOn) throw conflict("It does not wait for rectification", "该隐患不在待整改状态");
          const agency = await change.agency(to);
          if (!(await change.mayAnswer("Hazard", agency, place)))
            throw badUserInput(
              "assignedTo",
              "This agency is not shown the entry, or writes nothing of it",
              "该部门看不到该隐患,或不登记此类信息",
              "Name a school, rescue station or care institution, or an agency that writes R31 and answers for the place",
            );
          if (assignedTo && assignedTo !== agency.id) await change.endAddress("Hazard", key, assignedTo);
          await change.involve("Hazard", key, [{ kind: "ADDRESSEE", agency: agency.id }]);
          return { assignedTo: agency.id };
        },
      ),
    );
  }

  @Writes("Hazard", { always: ["rectification", "rectifiedOn"], by: ["a"] })
  @Mutation(() => Hazard, {
    nullable: true,
    description: "Reports what your agency has done about an entry that is assigned to it. 反馈整改情况",
  })
  reportRectification(
    @Args(() => ReportRectificationArgs) { id, version, ...written }: ReportRectificationArgs,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<unknown> {
    return context.change(info, (change) =>
      changed(change, id, version, written, async ({ openedOn, assignedTo, verifiedOn }) => {
        // Whoever has the notice is an addressee too.
        if (!openedOn || assignedTo !== change.viewer.agency.id)
          throw conflict("It is not assigned to your agency", "该隐患未派发给贵单位");
        if (verifiedOn) throw conflict("It is verified already", "该隐患已复核");
        notBefore("rectifiedOn", written.rectifiedOn, openedOn);
        return written;
      }),
    );
  }

  @Writes("Hazard", { always: ["verifiedBy", "verifiedOn"], by: ["o", "p", "j"] })
  @Mutation(() => Hazard, {
    nullable: true,
    description: "Says whether what another agency has rectified is right now. 复核整改情况(须由其他部门复核)",
  })
  verifyRectification(
    @Args(() => VerifyRectificationArgs) { id, version, passed, verifiedOn }: VerifyRectificationArgs,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<unknown> {
    return context.change(info, (change) => {
      const written = { verifiedBy: change.viewer.agency.id, verifiedOn };
      return changed(change, id, version, written, async (hazard) => {
        if (!hazard.rectifiedOn || hazard.verifiedOn)
          throw conflict("It does not wait for verification", "该隐患不在待复核状态");
        if (hazard.assignedTo === written.verifiedBy)
          throw conflict("Another agency verifies than the one that has rectified", "复核须由整改单位以外的部门进行");
        notBefore("verifiedOn", verifiedOn, hazard.rectifiedOn);
        return passed ? written : { rectification: null, rectifiedOn: null };
      });
    });
  }

  @Writes("Hazard", { always: ["closedOn"] })
  @Mutation(() => Hazard, { nullable: true, description: "Closes an entry of yours that is verified. 隐患销号" })
  closeLedgerEntry(
    @Args(() => CloseLedgerEntryArgs) { id, version, closedOn }: CloseLedgerEntryArgs,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<unknown> {
    return context.change(info, (change) =>
      changed(change, id, version, { closedOn }, async ({ verifiedOn, closedOn: closed }) => {
        if (!verifiedOn || closed) throw conflict("It does not wait for closure", "该隐患不在待销号状态");
        notBefore("closedOn", closedOn, verifiedOn);
        return { closedOn };
      }),
    );
  }

  /** What was done and found before stays in what the disclosure log has of it, not in the entry. */
  @Writes("Hazard", { always: ["openedOn", "recurrences"] })
  @Mutation(() => Hazard, {
    nullable: true,
    description:
      "Opens a closed entry of yours again, for the same agency to put right: it has come back. 隐患反弹重开",
  })
  reopenLedgerEntry(
    @Args(() => ReopenLedgerEntryArgs) { id, version, openedOn }: ReopenLedgerEntryArgs,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<unknown> {
    return context.change(info, (change) =>
      changed(change, id, version, { openedOn, recurrences: 1 }, async ({ closedOn, recurrences }) => {
        if (!closedOn) throw conflict("It is not closed", "该隐患未销号");
        notBefore("openedOn", openedOn, closedOn);
        const again = { rectification: null, rectifiedOn: null, verifiedBy: null, verifiedOn: null, closedOn: null };
        return { openedOn, recurrences: recurrences + 1, ...again };
      }),
    );
  }
}

type Found = FoundInput & { readonly level?: HazardLevel; readonly openedOn?: string };

async function make(
  change: Change,
  origin: HazardOrigin,
  input: Found,
): Promise<{ readonly type: "Hazard"; readonly key: string }> {
  const { division, ...found } = input;
  change.mayMake("Hazard", { division, field: "input.division" }, { ...found, origin });
  if (found.openedOn !== undefined) notBefore("input.openedOn", found.openedOn, found.foundOn);
  const begun = change.newRecord();
  const its = { origin, place: division, foundBy: change.viewer.agency.id };
  await change.manager.insert(Hazard, { ...begun, ...found, ...its });
  await change.involveMaker("Hazard", begun.id, ["SOURCE", "PART"]);
  return { type: "Hazard", key: begun.id };
}

/** Agencies to which the relation shows the record. @throws Mistake BAD_USER_INPUT */
async function named(
  change: Change,
  relation: "a" | "p",
  field: string,
  ids: readonly string[],
): Promise<readonly NamedAgency[]> {
  const agencies = await change.agencies(ids);
  if (!agencies.every(({ kind }) => change.isShownBy(relation, "Hazard", kind)))
    throw badUserInput(
      field,
      "It would show this kind of agency nothing",
      "该类部门不因此看到检查情况",
      "`hub matrix` lists in row R31 who is shown it by being addressed (a), and who by taking part (p)",
    );
  return agencies;
}

/** @param values of the fields that are the caller's to write @param next  what becomes of the entry as it stands */
async function changed(
  change: Change,
  id: string,
  version: number,
  values: object,
  next: (hazard: Hazard) => Promise<Partial<Hazard>>,
): Promise<{ readonly type: "Hazard"; readonly key: string }> {
  const { key } = await change.mayChange("Hazard", change.key("Hazard", id), values, version);
  const written = await next(await change.manager.findOneByOrFail(Hazard, { id: key }));
  await change.manager.update(Hazard, { id: key }, { ...written, version: version + 1 });
  return { type: "Hazard", key };
}

function notBefore(field: string, day: string, earlier: string): void {
  if (day < earlier)
    throw badUserInput(
      field,
      `Before ${earlier}, what it follows`,
      `早于前一环节的日期(${earlier})`,
      "Compare the days",
    );
}
