import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, ArgsType, Ctx, Field, ID, Info, InputType, Int, Mutation, Resolver } from "type-graphql";
import type { ObjectLiteral } from "typeorm";
import { shanghaiDay, workingDaysAfter } from "../../calendar.js";
import type { Change } from "../../change/change.js";
import { conflict } from "../../change/conflict.js";
import { badUserInput, notFoundOrNotShared } from "../../errors.js";
import { Writes } from "../../policy/group.js";
import type { Changed, HubContext } from "../../viewer/context.js";
import { INPUT, Line, Prose } from "../input.js";
import { Minor } from "../minors/index.js";
import { CorrectionRequest, CorrectionStatus } from "./record.js";
import { readValue } from "./value.js";
import { requireWhole } from "./whole.js";

/** Working days in which a request must be answered: verified, corrected and replied to. GDSR 26 */
export const CORRECTION_DAYS = 10;

@InputType({ description: "Another value for a field of a record that others keep. 校核请求填报" })
class ProposeCorrectionInput {
  @Field(() => ID, { description: "The record. 所校核的记录标识" }) id: string;
  @Line() @Field({ description: "The field that is wrong, e.g. Minor.homeAddress. 字段" }) coordinate: string;
  @Prose()
  @Field({
    description:
      "The right value, as the command takes it that makes such records: a day YYYY-MM-DD, the name of an option, several with commas. 建议值",
  })
  value: string;
  @Prose(2_000)
  @Field({
    description: "How it is known. Whoever keeps the record reads it: never who you are. 理由(受理单位可见,不写提出者)",
  })
  reason: string;
}

@ArgsType()
class CorrectionArgs {
  @Field(() => ID, { description: "The request. 校核请求标识" }) id: string;
  @Field(() => Int, { description: "As you read it; CONFLICT if it has changed since. 读取时的版本号" })
  version: number;
}

@ArgsType()
class DecideCorrectionArgs extends CorrectionArgs {
  @Field(() => Boolean, { description: "The value is right: write it into the record. 予以更正" }) accept: boolean;
  @Prose(2_000)
  @Field(() => String, {
    nullable: true,
    description: "What is answered; a refusal says why, and never what the record has. 答复(不予更正时必填)",
  })
  reply?: string;
}

@Resolver()
export class CorrectionCommands {
  /** GDSR 26. The answer is the same however many agencies keep the record, and whoever they are. */
  @Writes("CorrectionRequest", { newAt: "id" })
  @Mutation(() => CorrectionRequest, {
    nullable: true,
    description:
      "Proposes a correction to whoever keeps the record; nobody is shown who did. 提出校核请求(不显示提出者)",
  })
  proposeCorrection(
    @Arg("input", () => ProposeCorrectionInput, { description: INPUT }) input: ProposeCorrectionInput,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<unknown> {
    return context.change(info, async (change) => {
      const { id: about, ...written } = input;
      const { of, record } = await change.mayPropose(input);
      await readValue(of, written.value, "input.value");
      const made = change.newRecord();
      await change.manager.insert(CorrectionRequest, {
        ...made,
        ...written,
        about,
        record: record.key,
        minorId: of.type === "Minor" ? record.key : null,
        place: record.place,
        status: CorrectionStatus.OPEN,
        dueOn: workingDaysAfter(shanghaiDay(new Date()), CORRECTION_DAYS),
      });
      await change.involve("CorrectionRequest", made.id, [{ kind: "SOURCE" }]);
      await change.address(made.id, of);
      return { type: "CorrectionRequest", key: made.id };
    });
  }

  @Writes("CorrectionRequest", { always: ["status"], sometimes: ["reply"], by: ["a"] })
  @Mutation(() => CorrectionRequest, {
    nullable: true,
    description:
      "Answers a request about a record of your agency: writes the value into it, or says why not. 答复校核请求",
  })
  decideCorrection(
    @Args(() => DecideCorrectionArgs) { id, version, accept, reply }: DecideCorrectionArgs,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<unknown> {
    return context.change(info, async (change) => {
      const status = accept ? CorrectionStatus.ACCEPTED : CorrectionStatus.REFUSED;
      const request = await open(change, id, version, { status, reply });
      if (!accept && reply === undefined)
        throw badUserInput("reply", "A refusal says why", "不予更正须说明理由", "Write a reply");
      const also = await decided(change, request, accept);
      return ended(change, request, { status, reply: reply ?? null }, also);
    });
  }

  @Writes("CorrectionRequest", { always: ["status"] })
  @Mutation(() => CorrectionRequest, {
    nullable: true,
    description: "Takes back a request of your agency. 撤回本单位的校核请求",
  })
  withdrawCorrection(
    @Args(() => CorrectionArgs) { id, version }: CorrectionArgs,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<unknown> {
    return context.change(info, async (change) => {
      const written = { status: CorrectionStatus.WITHDRAWN };
      return ended(change, await open(change, id, version, written), written);
    });
  }
}

async function open(change: Change, id: string, version: number, written: object): Promise<CorrectionRequest> {
  const { key } = await change.mayChange("CorrectionRequest", change.key("CorrectionRequest", id), written, version);
  const request = await change.manager.findOneByOrFail(CorrectionRequest, { id: key });
  if (request.status !== CorrectionStatus.OPEN) throw conflict("The request has been decided", "该校核请求已办结");
  return request;
}

/**
 * Whoever answers, by either word, has the right to write the field himself.
 * @returns the record that was changed
 */
async function decided(
  change: Change,
  { coordinate, record: key, value: text }: CorrectionRequest,
  accept: boolean,
): Promise<Changed[]> {
  const of = change.correctable(coordinate);
  if (!of || text === null) throw notFoundOrNotShared();
  const { manager } = change;
  const { field, guard } = of.written;
  const value = accept ? await readValue(of, text, "accept") : text;
  const { version } = await change.mayCorrect(of, key, value);
  if (!accept) return [];
  const before: ObjectLiteral = await manager.findOneByOrFail(of.type, { id: key });
  if (of.isStep && before[field] === null)
    throw badUserInput(
      "accept",
      "The record has not come so far: there is nothing to correct",
      "该环节尚未办理,无从更正",
      "Take the step by the command that the schema has for it, or refuse with a reply that says so",
    );
  const corrected: ObjectLiteral = manager.create(of.type, { ...before, [field]: value });
  requireWhole(of.type, field, corrected);
  // Counts what the anchor's group shows (docs/decisions/0006-a-version-tells-what-is-shown.md).
  const counted = guard.row.anchor ? { version: version + 1 } : {};
  await manager.update(of.type, { id: key }, { [field]: value, ...counted });
  if (before instanceof Minor && corrected instanceof Minor)
    await change.know(key, foundBy(corrected), foundBy(before));
  return [{ type: of.type, key }];
}

const foundBy = ({ place, ...child }: Minor) => ({ ...child, residence: place });

async function ended(
  change: Change,
  { id, version }: CorrectionRequest,
  written: { readonly status: CorrectionStatus; readonly reply?: string | null },
  also: Changed[] = [],
): Promise<Changed> {
  const its = { ...written, value: null, reason: null, version: version + 1 };
  await change.manager.update(CorrectionRequest, { id }, its);
  await change.settle(id);
  return { type: "CorrectionRequest", key: id, also };
}
