import type { GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, Field, ID, Info, ObjectType, Query, Resolver } from "type-graphql";
import { HAS_LEFT, KEPT_GROUPS } from "../../change/import/index.js";
import { badUserInput } from "../../errors.js";
import { relationsThatKeep } from "../../facts/keeping.js";
import { Needs, Public } from "../../policy/group.js";
import type { HubContext } from "../../viewer/context.js";

/** Numbers that are looked up at once. */
const MOST_NUMBERS = 500;

@ObjectType({ description: "Why a number is tied to nobody here. 不提供中枢标识的原因", simpleResolvers: true })
export class LinkRefused {
  @Public() @Field({ description: "See docs/registers.md. 代码" }) code: string;
  @Public() @Field({ description: "What is wrong, in English. 英文说明" }) message: string;
  @Public() @Field({ description: "What is wrong, in Chinese. 中文说明" }) messageZh: string;
  @Public() @Field({ description: "What to do. 处理办法" }) remedy: string;
}

@ObjectType({
  description: "A number of your agency's register, and the minor that it is here. 登记编号与中枢标识",
  simpleResolvers: true,
})
export class MinorLink {
  @Public() @Field({ description: "The agency's own number. 本单位编号" }) number: string;
  @Public()
  @Field(() => ID, { nullable: true, description: "Global id; null: `refused` says why. 中枢标识" })
  minor: string | null;
  @Public()
  @Field(() => LinkRefused, { nullable: true, description: "Why there is no id: the pupil has left. 不提供的原因" })
  refused: LinkRefused | null;
}

@Resolver()
export class MinorLinks {
  /**
   * How an agency that keeps rows at home ties its own numbers, those of its register `minors` and its roster, to the
   * hub's ids. It tells nothing but what the agency has brought itself, and of which it stays a source: of a pupil who
   * was enrolled there and has left, that he has (PIPL 6: what is kept of him is told nobody any more); of a minor with
   * whom the agency has a conflict of interest, as of a number that was never brought, nothing. Of an agency that brings no
   * minors the numbers are those of `own-numbers`, each while the relation stands by which the agency may keep rows.
   */
  @Needs(KEPT_GROUPS, { may: "machine", toWrite: true })
  @Query(() => [MinorLink], {
    nullable: true,
    description:
      "The ids here of minors that your agency has brought or given a number, by its own numbers. 本单位登记编号对应的中枢标识",
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
      const found = await work.manager.query<{ number: string; minor: string; left: boolean }[]>(
        `SELECT n.key AS number, m.id AS minor, hub_has_left(m.id) AS left
           FROM register_key n JOIN minor m ON m.id = n.record
          WHERE n.agency = $1 AND n.register = 'minors' AND n.key = ANY ($2) AND NOT m.involved && $3::bigint[]
         UNION ALL
         SELECT n.key, n.record, false
           FROM register_key n
          WHERE n.agency = $1 AND n.register = 'own-numbers' AND n.key = ANY ($2) AND hub_keeps(n.record, $4)
          ORDER BY number`,
        [work.viewer.agency.id, numbers, work.conflicts, relationsThatKeep(work.policy, work.viewer.agency.role)],
      );
      return {
        answer: found.map(({ number, minor, left }) =>
          left ? { number, minor: null, refused: HAS_LEFT } : { number, minor: work.idOf(minor), refused: null },
        ),
        shown: found.map(({ minor }) => ({ type: "Minor", key: minor, groups: {} })),
      };
    });
  }
}
