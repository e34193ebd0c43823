import type { GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, Field, Info, InputType, Mutation, Resolver } from "type-graphql";
import { shanghaiDay } from "../../calendar.js";
import { nameTokens, numberToken, type TokenOf } from "../../change/identity-tokens.js";
import type { Work } from "../../change/on-record.js";
import { badUserInput, rateLimited } from "../../errors.js";
import { Needs } from "../../policy/group.js";
import type { HubContext } from "../../viewer/context.js";
import { INPUT, Line, Past } from "../input.js";
import { parseCitizenNumber } from "../minors/index.js";
import { DivisionCode, PlainDate } from "../scalars.js";
import { type AgencyContact, IdentityMatch, MatchBand } from "./record.js";

@InputType({ description: "A citizen number, or name, birth date and division. 公民身份号码,或姓名、出生日期与区划" })
class MatchIdentityInput {
  @Line(40)
  @Field(() => String, { nullable: true, description: "GB 11643. 公民身份号码" })
  citizenNumber?: string;
  @Line()
  @Field(() => String, { nullable: true, description: "As it is said; homophones count. 姓名(同音亦可)" })
  fullName?: string;
  @Past() @Field(() => PlainDate, { nullable: true, description: "Day of birth. 出生日期" }) birthDate?: string;
  @Field(() => DivisionCode, {
    nullable: true,
    description: "Where it lives or comes from: county, township or village. 居住地或来源地(县、乡镇或村)",
  })
  division?: string;
}

/** Houses whose knowing a child tells where it is placed: R32. */
const CUSTODIANS = new Set(["RESCUE_STATION", "CARE_INSTITUTION"]);

@Resolver()
export class MatchIdentity {
  /**
   * B6, J1: a child is found, and somebody must be called. A mutation, for it tells the agencies that are found, and one
   * operation can look for one child only. Decision 0009 says who counts.
   */
  @Needs(["R1", "R2"], { may: "match-identity", asks: ["R32"] })
  @Mutation(() => IdentityMatch, {
    nullable: true,
    description:
      "Whether agencies know a child, and whom to call; they learn that somebody asked. 身份匹配(将告知数据来源部门)",
  })
  matchIdentity(
    @Arg("input", () => MatchIdentityInput, { description: INPUT }) input: MatchIdentityInput,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<IdentityMatch> {
    return context.onRecord(info, async (work) => {
      const tokens = tokensIn(work.tokenOf, input);
      await count(work, tokens);
      const found = await nearest(work, tokens);
      await tell(work, found);
      const minors = [...new Set(found.map(({ minor }) => minor))];
      return {
        answer: { band: bandOf(minors.length), contacts: contactsOf(work, found) },
        shown: minors.map((key) => ({ type: "Minor", key, groups: {} })),
      };
    });
  }
}

/** An agency that knows a child. */
export interface Found {
  readonly minor: string;
  readonly agency: string;
}

/** Who of the agencies that write what a child is found by may be named to the viewer. */
export const namedKinds = (work: Work): string[] =>
  work.writers.filter((role) => !CUSTODIANS.has(role) || work.mayShow("R32", "F"));

/** @returns of those whom the viewer may be told of the nearest: in the township, else in the county */
async function nearest(work: Work, tokens: readonly string[]): Promise<Found[]> {
  const rows = await work.manager.query<(Found & { near: number; conflict: boolean })[]>(
    "SELECT near, minor, agency, conflict FROM hub_match($1, $2, $3)",
    [tokens, namedKinds(work), work.conflicts],
  );
  const told = rows.filter(({ conflict }) => work.mayTell(conflict));
  return told.filter(({ near }) => near === told[0]?.near);
}

const bandOf = (minors: number): MatchBand =>
  minors === 0 ? MatchBand.NONE : minors === 1 ? MatchBand.ONE : MatchBand.SEVERAL;

const contactsOf = (work: Work, found: readonly Found[]): AgencyContact[] =>
  [...new Set(found.map(({ agency }) => agency))].sort().map((agency) => work.agency(agency));

/** That somebody looked, for the agencies that know the child; who and what for stands in the log alone (R35). */
async function tell({ manager }: Work, found: readonly Found[]): Promise<void> {
  await manager.query(
    "INSERT INTO minor_lookup (minor, told, on_day) SELECT minor, agency, $2 FROM jsonb_to_recordset($1) AS f(minor uuid, agency uuid)",
    [JSON.stringify(found), shanghaiDay(new Date())],
  );
}

/**
 * Whoever asks too often could guess numbers, or wait for a child to become known.
 * @throws Mistake RATE_LIMITED
 */
async function count(
  { manager, viewer, tokenOf, settings: { limits } }: Work,
  tokens: readonly string[],
): Promise<void> {
  const asker = viewer.person?.id ?? viewer.client;
  const asked = tokenOf(JSON.stringify(["look-up", ...tokens]));
  await manager.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 1))", [viewer.agency.id]);
  await manager.query("DELETE FROM identity_lookup WHERE at <= now() - interval '1 day'");
  const [late] = await manager.query<{ after: number | null }[]>(
    `SELECT ceil(extract(epoch FROM greatest(
              CASE WHEN count(*) FILTER (WHERE mine) >= $3 THEN min(at) FILTER (WHERE mine) + interval '1 hour' END,
              CASE WHEN count(*) FILTER (WHERE same) >= $4 THEN min(at) FILTER (WHERE same) + interval '1 day' END) - now()))::int AS after
       FROM (SELECT at, asker = $1 AND at > now() - interval '1 hour' AS mine, asked = $2 AS same FROM identity_lookup) l`,
    [asker, asked, limits.lookupsAnHour, limits.lookupsOfOneChild],
  );
  if (late && late.after !== null) throw rateLimited(Math.max(late.after, 1));
  await manager.query("INSERT INTO identity_lookup (agency, asker, asked) VALUES ($1, $2, $3)", [
    viewer.agency.id,
    asker,
    asked,
  ]);
}

/** @throws Mistake BAD_USER_INPUT neither a number nor a name with birth date and division, or both */
function tokensIn(token: TokenOf, { citizenNumber, fullName, birthDate, division }: MatchIdentityInput): string[] {
  if (citizenNumber && !fullName && !birthDate && !division)
    return [numberToken(token, parseCitizenNumber(citizenNumber, "input.citizenNumber").number)];
  if (citizenNumber || !fullName || !birthDate || !division)
    throw badUserInput(
      "input",
      "A child is looked for by its citizen number, or by name, birth date and division together",
      "须填写公民身份号码,或同时填写姓名、出生日期和区划",
      "Send citizenNumber alone, or fullName, birthDate and division",
    );
  if (division.endsWith("00000000"))
    throw badUserInput(
      "input.division",
      "A province or prefecture is too wide to look for a child in",
      "区划范围过大,须为县级及以下",
      "Send the code of a county, township or village",
    );
  return nameTokens(token, { fullName, birthDate, residence: division });
}
