import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, ArgsType, Ctx, Field, ID, Info, InputType, Int, Mutation, Resolver } from "type-graphql";
import { IsNull } from "typeorm";
import type { Change } from "../../change/change.js";
import { conflict } from "../../change/conflict.js";
import { badUserInput } from "../../errors.js";
import { Writes } from "../../policy/group.js";
import type { HubContext } from "../../viewer/context.js";
import { INPUT, Line, Past } from "../input.js";
import { PlainDate } from "../scalars.js";
import { Placement, PlacementKind } from "./record.js";

@InputType({ description: "A child to be placed. 安置登记" })
class PlaceMinorInput {
  @Field(() => ID, { description: "The child. 未成年人标识" }) minor: string;
  @Field(() => PlacementKind, { description: "How it is looked after. 安置方式" }) kind: PlacementKind;
  @Field(() => ID, {
    nullable: true,
    description: "The social affairs office that answers for it; without it your own. 负责的社会事务办,默认本单位",
  })
  office?: string;
  @Past() @Field(() => PlainDate, { description: "Since when. 安置日期" }) placedOn: string;
  @Line() @Field(() => String, { nullable: true, description: "Where the child lives now. 安置地址" }) address?: string;
  @Line()
  @Field(() => String, { nullable: true, description: "Who looks after the child there. 寄养人" })
  fosterCarer?: string;
}

@ArgsType()
class PlacementArgs {
  @Field(() => ID, { description: "The placement. 安置记录标识" }) id: string;
  @Field(() => Int, { description: "As you read it; CONFLICT if it has changed since. 读取时的版本号" })
  version: number;
}

@ArgsType()
class ReviewPlacementArgs extends PlacementArgs {
  @Past() @Field(() => PlainDate, { description: "Day of the review. 评估日期" }) reviewedOn: string;
}

@ArgsType()
class EndPlacementArgs extends PlacementArgs {
  @Past() @Field(() => PlainDate, { description: "Until when the child was placed. 终止日期" }) endedOn: string;
}

@Resolver()
export class PlacementCommands {
  /** Each agency keeps its own: what another one has arranged plays no part (B7). */
  @Writes("Placement", { newAt: "minor" })
  @Mutation(() => Placement, {
    nullable: true,
    description: "Records that your agency has placed a child. 登记未成年人安置",
  })
  placeMinor(
    @Arg("input", () => PlaceMinorInput, { description: INPUT }) input: PlaceMinorInput,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<unknown> {
    return context.change(info, async (change) => {
      const { minor: id, ...written } = input;
      const minor = await change.mayMakeAbout("Placement", { id, field: "input.minor" }, written);
      const { manager, viewer } = change;
      const its = { minorId: minor.key, placedBy: viewer.agency.id };
      const office = await officeOf(change, input.office);
      const made = change.newRecord();
      await manager.insert(Placement, { ...made, ...written, ...its, office, place: minor.place });
      await change.involveMaker("Placement", made.id, ["SOURCE"]);
      // Counted under the lock that the new row has put on the child.
      if ((await manager.countBy(Placement, { ...its, endedOn: IsNull() })) > 1)
        throw conflict("Your agency has placed the child already", "贵单位已安置该未成年人");
      return { type: "Placement", key: made.id };
    });
  }

  @Writes("Placement", { always: ["reviewedOn"] })
  @Mutation(() => Placement, {
    nullable: true,
    description: "Records a review after which the placement goes on. 登记评估结果:继续安置",
  })
  reviewPlacement(
    @Args(() => ReviewPlacementArgs) { id, version, reviewedOn }: ReviewPlacementArgs,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<unknown> {
    return context.change(info, (change) => changed(change, id, version, { reviewedOn }));
  }

  @Writes("Placement", { always: ["endedOn"] })
  @Mutation(() => Placement, { nullable: true, description: "Ends a placement of your agency. 终止安置" })
  endPlacement(
    @Args(() => EndPlacementArgs) { id, version, endedOn }: EndPlacementArgs,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<unknown> {
    return context.change(info, (change) => changed(change, id, version, { endedOn }));
  }
}

/** @throws Mistake BAD_USER_INPUT  where the maker is no social affairs office and names none */
async function officeOf(change: Change, id: string | undefined): Promise<string> {
  const { agency } = change.viewer;
  const office = id === undefined ? { id: agency.id, kind: agency.role } : await change.agency(id);
  if (office.kind !== "SOCIAL_AFFAIRS_OFFICE")
    throw badUserInput(
      "input.office",
      "A social affairs office answers for every placement",
      "安置须由社会事务办负责",
      "Name the office of the child's place of residence; `agencies` lists them",
    );
  return office.id;
}

/** A review or the end: of a placement that goes on, and not before what is recorded of it. */
async function changed(
  change: Change,
  id: string,
  version: number,
  written: { readonly reviewedOn: string } | { readonly endedOn: string },
): Promise<{ type: "Placement"; key: string }> {
  const { key } = await change.mayChange("Placement", change.key("Placement", id), written, version);
  const { placedOn, reviewedOn, endedOn } = await change.manager.findOneByOrFail(Placement, { id: key });
  if (endedOn) throw conflict("The placement has ended", "该安置已终止");
  for (const [field, day] of Object.entries(written))
    if (day < (reviewedOn ?? placedOn))
      throw badUserInput(
        field,
        "It lies before the placement or its last review",
        "早于安置日期或最近评估日期",
        "Compare the days",
      );
  await change.manager.update(Placement, { id: key }, { ...written, version: version + 1 });
  return { type: "Placement", key };
}
