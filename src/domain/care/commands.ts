import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, ArgsType, Ctx, Field, ID, Info, InputType, Int, Mutation, Resolver } from "type-graphql";
import { IsNull } from "typeorm";
import { conflict } from "../../change/conflict.js";
import { badUserInput } from "../../errors.js";
import { Writes } from "../../policy/group.js";
import type { HubContext } from "../../viewer/context.js";
import { INPUT, Line, Past } from "../input.js";
import { PlainDate } from "../scalars.js";
import { CareRegistration, CareStatus } from "./record.js";

@InputType({ description: "A left-behind or migrant child to be registered. 流动留守儿童登记" })
class RegisterCareChildInput {
  @Field(() => ID, { description: "The child. 未成年人标识" }) minor: string;
  @Field(() => CareStatus, { description: "Left behind, migrant, or both. 留守、流动情况" }) status: CareStatus;
  @Line()
  @Field(() => String, { nullable: true, description: "Who looks after the child day by day. 实际照护人" })
  carer?: string;
  @Line()
  @Field(() => String, {
    nullable: true,
    description: "Province and county in which the parents work. 父母务工地(省、县)",
  })
  parentsWorkPlace?: string;
  @Past() @Field(() => PlainDate, { description: "Since when it is so. 起始日期" }) since: string;
}

@ArgsType()
class EndCareRegistrationArgs {
  @Field(() => ID, { description: "The registration. 登记标识" }) id: string;
  @Field(() => Int, { description: "As you read it; CONFLICT if it has changed since. 读取时的版本号" })
  version: number;
  @Past() @Field(() => PlainDate, { description: "Until when it was so. 终止日期" }) endedOn: string;
}

@Resolver()
export class CareCommands {
  /** Each agency has a registration of its own: what another one has registered plays no part (B18). */
  @Writes("CareRegistration", { newAt: "minor" })
  @Mutation(() => CareRegistration, {
    nullable: true,
    description: "Registers a left-behind or migrant child. 登记流动留守儿童",
  })
  registerCareChild(
    @Arg("input", () => RegisterCareChildInput, { description: INPUT }) input: RegisterCareChildInput,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<unknown> {
    return context.change(info, async (change) => {
      const { minor: id, ...written } = input;
      const minor = await change.mayMakeAbout("CareRegistration", { id, field: "input.minor" }, written);
      const { manager, viewer } = change;

      const made = change.newRecord();
      const its = { minorId: minor.key, registeredBy: viewer.agency.id };
      await manager.insert(CareRegistration, { ...made, ...written, ...its, place: minor.place });
      await change.involveMaker("CareRegistration", made.id, ["SOURCE"]);
      // Counted under the lock that the new row has put on the child.
      if ((await manager.countBy(CareRegistration, { ...its, endedOn: IsNull() })) > 1)
        throw conflict("Your agency has registered the child already", "贵单位已登记该未成年人");
      return { type: "CareRegistration", key: made.id };
    });
  }

  @Writes("CareRegistration", { always: ["endedOn"] })
  @Mutation(() => CareRegistration, {
    nullable: true,
    description: "Ends a registration of your agency. 终止流动留守儿童登记",
  })
  endCareRegistration(
    @Args(() => EndCareRegistrationArgs) { id, version, endedOn }: EndCareRegistrationArgs,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<unknown> {
    return context.change(info, async (change) => {
      const written = { endedOn };
      const { key } = await change.mayChange("CareRegistration", change.key("CareRegistration", id), written, version);
      const { manager } = change;
      const { since, endedOn: ended } = await manager.findOneByOrFail(CareRegistration, { id: key });
      if (ended) throw conflict("The registration has ended", "该登记已终止");
      if (endedOn < since)
        throw badUserInput("endedOn", "Ended before it began", "终止日期早于起始日期", "Compare the two days");
      await manager.update(CareRegistration, { id: key }, { ...written, version: version + 1 });
      return { type: "CareRegistration", key };
    });
  }
}
