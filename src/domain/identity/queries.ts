import type { GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, Info, Query, Resolver } from "type-graphql";
import { badUserInput } from "../../errors.js";
import { Needs } from "../../policy/group.js";
import type { HubContext } from "../../viewer/context.js";
import { PlainDate } from "../scalars.js";
import { MinorLookup } from "./record.js";

/** Days that one question may ask about. */
const LONGEST = 31;

@Resolver()
export class IdentityQueries {
  /** J1: the owner is told. Of the reader R35 shows at B no more than that the law lets him. */
  @Needs(["R35"], { at: ["B"] })
  @Query(() => [MinorLookup], {
    nullable: true,
    description:
      "Days on which somebody looked for minors of whom your agency is a source. 对本单位登记未成年人的匹配查询",
  })
  minorLookups(
    @Arg("from", () => PlainDate, { description: "First day. 起始日" }) from: string,
    @Arg("to", () => PlainDate, { description: "Last day, at most 31 days on. 截止日,最长31天" }) to: string,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<MinorLookup[]> {
    if (to < from || Date.parse(to) - Date.parse(from) > LONGEST * 86_400_000)
      throw badUserInput(
        "to",
        "Not within 31 days after `from`",
        "截止日应在起始日之后31天内",
        "Ask for a month at a time",
      );
    return context.onRecord(info, async (work) => {
      if (!work.mayTellOf({ own: true })) return { answer: [], shown: [] };
      const rows = await work.manager.query<{ day: string; minor: string; times: number }[]>(
        `SELECT on_day::text AS day, minor, count(*)::int AS times
           FROM minor_lookup
          WHERE told = $1 AND on_day BETWEEN $2 AND $3
          GROUP BY on_day, minor
          ORDER BY on_day DESC, minor`,
        [work.viewer.agency.id, from, to],
      );
      return {
        answer: rows.map(({ minor, ...row }) => ({ ...row, minor: work.idOf(minor) })),
        shown: rows.map(({ minor }) => ({ type: "Minor", key: minor, groups: { R35: "B" } })),
      };
    });
  }
}
