import type { GraphQLResolveInfo } from "graphql";
import { Args, ArgsType, Ctx, Field, ID, Info, Int, Mutation, Query, Resolver } from "type-graphql";
import { shanghaiDay } from "../../calendar.js";
import { conflict } from "../../change/conflict.js";
import type { Answered, Work } from "../../change/on-record.js";
import { type Mistake, notFoundOrNotShared } from "../../errors.js";
import { Needs } from "../../policy/group.js";
import type { Shown } from "../../read/row.js";
import type { HubContext } from "../../viewer/context.js";
import { namedKinds } from "./match.js";
import { MergeDecision, MergeOffer, MergeProposal, MergeState, MixedReading } from "./record.js";

@ArgsType()
class MergeArgs {
  @Field(() => ID, { description: "The proposal. 合并建议标识" }) id: string;
  @Field(() => Int, { description: "As you read it; CONFLICT if it has been settled since. 读取时的版本号" })
  version: number;
}

@ArgsType()
class DecideArgs extends MergeArgs {
  @Field(() => MergeDecision, { description: "What is to become of it. 处理意见" }) decision: MergeDecision;
}

/**
 * Import proposes, people decide; decision 0010. An agency learns nothing from its own register: a proposal is seen by
 * whoever answers for matching in the place, and by the agencies once that person has put it to them.
 */
@Resolver()
export class MergeMinors {
  @Needs(["R1", "R2"], { may: "match-identity", asks: ["R32"] })
  @Query(() => [MergeProposal], {
    nullable: true,
    description: "Records of two agencies in your jurisdiction that may be one child. 疑似同一未成年人",
  })
  mergeProposals(@Ctx() context: HubContext, @Info() info: GraphQLResolveInfo): Promise<MergeProposal[]> {
    return context.onRecord(info, async (work) => ({ answer: await proposals(work), shown: [] }));
  }

  @Needs(["R1", "R2"], { may: "match-identity", asks: ["R32"] })
  @Mutation(() => MergeProposal, {
    nullable: true,
    description: "Puts a proposal to the agencies that know the two, or says that they are two. 处理合并建议",
  })
  decideMerge(
    @Args(() => DecideArgs) { id, version, decision }: DecideArgs,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<MergeProposal> {
    return context.onRecord(info, async (work) => {
      const proposal = (await proposals(work)).find((one) => one.id === id);
      if (!proposal) throw notFoundOrNotShared();
      const state = decision === MergeDecision.OFFER ? MergeState.OFFERED : MergeState.APART;
      if (proposal.state === state) return { answer: proposal, shown: [] };
      const [decided] = await work.manager.query<{ done: boolean }[]>("SELECT hub_decide_merge($1, $2, $3) AS done", [
        id,
        version,
        state,
      ]);
      if (!decided?.done) throw settled();
      return { answer: { ...proposal, state, version: version + 1 }, shown: [], wrote: true };
    });
  }

  @Needs(["R1"], { may: "approve-access", writers: true })
  @Query(() => [MergeOffer], {
    nullable: true,
    description: "Whether other agencies may know children of yours, as far as you were asked. 待本单位确认的合并",
  })
  mergeOffers(@Ctx() context: HubContext, @Info() info: GraphQLResolveInfo): Promise<MergeOffer[]> {
    return context.onRecord(info, async (work) => {
      const answer = await offers(work);
      return { answer: answer.map(({ key, ...offer }) => offer), shown: answer.map(subject) };
    });
  }

  /** Four eyes: one person of each agency that is a source of one of the two. Until all have agreed nothing changes. */
  @Needs(["R1"], { may: "approve-access", writers: true })
  @Mutation(() => MergeOffer, {
    nullable: true,
    description:
      "Agrees for your agency that the two are one child; they become one when all have agreed. 确认为同一未成年人",
  })
  mergeMinor(
    @Args(() => MergeArgs) { id, version }: MergeArgs,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<MergeOffer> {
    return context.onRecord(info, async (work) => {
      const before = await offered(work, id);
      const [agreed] = await work.manager.query<{ state: MergeState | null }[]>(
        "SELECT hub_agree_to_merge($1, $2, $3) AS state",
        [id, version, work.viewer.person?.id],
      );
      if (!agreed?.state) throw settled();
      return done(await offered(work, id), before);
    });
  }

  @Needs(["R1"])
  @Query(() => [MixedReading], {
    nullable: true,
    description: "Days on which you yourself were shown a record that mixed two children. 本人曾查阅的错误合并记录",
  })
  mixedReadings(@Ctx() context: HubContext, @Info() info: GraphQLResolveInfo): Promise<MixedReading[]> {
    return context.onRecord(info, async (work) => {
      const rows = await work.manager.query<MixedReading[]>(
        "SELECT on_day::text AS day, minor FROM mixed_reading ORDER BY on_day, minor",
      );
      return {
        answer: rows.map(({ day, minor }) => ({ day, minor: work.idOf(minor) })),
        shown: rows.map(({ minor }) => ({ type: "Minor", key: minor, groups: {} })),
      };
    });
  }

  /** J10: a wrong merge. One agency is enough, for it takes access away and never adds any. */
  @Needs(["R1"], { may: "approve-access", writers: true })
  @Mutation(() => MergeOffer, {
    nullable: true,
    description: "Takes a wrong merge apart: both records are as they were, and are never proposed again. 撤销错误合并",
  })
  unmergeMinor(
    @Args(() => MergeArgs) { id, version }: MergeArgs,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<MergeOffer> {
    return context.onRecord(info, async (work) => {
      const before = await offered(work, id);
      const [apart] = await work.manager.query<{ state: MergeState | null }[]>("SELECT hub_unmerge($1, $2) AS state", [
        id,
        version,
      ]);
      if (!apart?.state) throw settled();
      return done(await offered(work, id), before);
    });
  }
}

interface ProposalRow {
  readonly id: string;
  readonly state: MergeState;
  readonly version: number;
  readonly since: Date;
  readonly agencies: readonly string[];
  readonly conflict: boolean;
}

/** Those that the viewer may know of: with every agency that he may know to know one of the two. */
async function proposals(work: Work): Promise<MergeProposal[]> {
  const rows = await work.manager.query<ProposalRow[]>("SELECT * FROM hub_merge_proposals($1)", [work.conflicts]);
  const kinds = namedKinds(work);
  return rows
    .filter(({ conflict }) => work.mayTellOf({ covered: true, conflict }))
    .map(({ id, state, version, since, agencies }) => ({
      id,
      state,
      version,
      day: shanghaiDay(since),
      contacts: agencies.map((agency) => work.agency(agency)),
    }))
    .filter(({ contacts }) => contacts.every(({ kind }) => kinds.includes(kind)));
}

interface OfferRow extends MergeOffer {
  readonly covered: boolean;
  readonly conflict: boolean;
}

/** With the key of the minor, for the log. */
interface Offer extends MergeOffer {
  readonly key: string;
}

async function offers(work: Work): Promise<Offer[]> {
  const rows = await work.manager.query<OfferRow[]>("SELECT * FROM hub_merge_offers($1)", [work.conflicts]);
  return rows
    .filter(({ covered, conflict }) => work.mayTellOf({ own: true, covered, conflict }))
    .map(({ covered, conflict, minor, ...offer }) => ({ ...offer, key: minor, minor: work.idOf(minor) }));
}

/** @throws Refusal NOT_FOUND_OR_NOT_SHARED */
async function offered(work: Work, id: string): Promise<Offer> {
  const offer = (await offers(work)).find((one) => one.id === id);
  if (!offer) throw notFoundOrNotShared();
  return offer;
}

const subject = ({ key }: Offer): Shown => ({ type: "Minor", key, groups: {} });

/** The record may have become another one: both stand in the log. */
const done = ({ key, ...answer }: Offer, before: Offer): Answered<MergeOffer> => ({
  answer,
  shown: [before, { key, ...answer }].map(subject),
  wrote: true,
});

const settled = (): Mistake =>
  conflict(
    "The proposal has been settled since you read it, or cannot be carried out as the records stand",
    "该建议在您读取之后已处理,或按当前记录无法办理",
  );
