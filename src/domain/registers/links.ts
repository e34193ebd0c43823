import type { GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, Field, ID, Info, ObjectType, Query, Resolver } from "type-graphql";
import { KEPT_GROUPS } from "../../change/import/index.js";
import { badUserInput } from "../../errors.js";
import { Needs, Public } from "../../policy/group.js";
import type { HubContext } from "../../viewer/context.js";
import { GLOBAL_ID } from "../shared-record.js";

/** Numbers that are looked up at once. */
const MOST_NUMBERS = 500;

@ObjectType({
  description: "A number of your agency's register, and the minor that it is here. 登记编号与中枢标识",
  simpleResolvers: true,
})
export class MinorLink {
  @Public() @Field({ description: "The agency's own number. 本单位编号" }) number: string;
  @Public() @Field(() => ID, { description: GLOBAL_ID }) minor: string;
}

@Resolver()
export class MinorLinks {
  /**
   * How an agency that keeps rows at home ties its own numbers, those of its register `minors` and its roster, to the
   * hub's ids. It tells nothing but what the agency has brought itself, and of which it stays a source, also of a pupil
   * who has left; of a minor with whom the agency has a conflict of interest, as of a number that was never brought,
   * nothing.
   */
  @Needs(KEPT_GROUPS, { may: "machine", toWrite: true })
  @Query(() => [MinorLink], {
    nullable: true,
    description:
      "The ids here of minors that your agency has brought, by its own numbers. 本单位登记编号对应的中枢标识",
  })
  minorLinks(
    @Arg("numbers", () => [String], { description: "The agency's own numbers, at most 500. 本单位编号,至多500个" })
    numbers: string[],
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<MinorLink[]> {
    if (numbers.length > MOST_NUMBERS)
      throw badUserInput("numbers", "At most 500 numbers", "编号至多 500 个", "Ask for fewer numbers at once");
    return context.onRecord(info, async (work) => {
      const found = await work.manager.query<{ number: string; minor: string }[]>(
        `SELECT n.key AS number, m.id AS minor
           FROM register_key n JOIN minor m ON m.id = n.record
          WHERE n.agency = $1 AND n.register = 'minors' AND n.key = ANY ($2) AND NOT m.involved && $3::bigint[]
          ORDER BY n.key`,
        [work.viewer.agency.id, numbers, work.conflicts],
      );
      return {
        answer: found.map(({ number, minor }) => ({ number, minor: work.idOf(minor) })),
        shown: found.map(({ minor }) => ({ type: "Minor", key: minor, groups: {} })),
      };
    });
  }
}
