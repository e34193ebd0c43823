import type { GraphQLResolveInfo } from "graphql";
import { Arg, Args, ArgsType, type ClassType, Field, ID, Info, Query, Resolver, Root } from "type-graphql";
import { notFoundOrNotShared } from "../errors.js";
import { RootOf } from "../policy/group.js";
import { planned } from "../read/index.js";
import { connectionOf, PageArgs } from "./connection.js";
import { GLOBAL_ID } from "./shared-record.js";

interface Described {
  readonly name: string;
  readonly description: string;
}

/** The two root fields of a shared record: one by its id, and those that meet a filter, in an order. */
export function recordQueries(
  record: ClassType,
  { one, many, filter, order }: { one: Described; many: Described; filter: ClassType; order: ClassType },
): new () => object {
  const Connection = connectionOf(record.name, () => record);

  @ArgsType()
  class ListArgs extends PageArgs {
    @Field(() => filter, { nullable: true, description: "Which of them. 筛选条件" }) filter?: object;
    @Field(() => order, { nullable: true, description: "Without it: newest first. 默认最新在前" }) orderBy?: object;
  }

  @Resolver()
  class RecordQueries {
    @RootOf(record.name)
    @Query(() => record, { ...one, nullable: true })
    one(
      @Arg("id", () => ID, { description: GLOBAL_ID }) _id: string,
      @Root() root: unknown,
      @Info() info: GraphQLResolveInfo,
    ): unknown {
      const found = planned(root, info);
      if (!found) throw notFoundOrNotShared();
      return found;
    }

    @RootOf(record.name)
    @Query(() => Connection, { ...many, nullable: true })
    many(@Args(() => ListArgs) _args: ListArgs, @Root() root: unknown, @Info() info: GraphQLResolveInfo): unknown {
      return planned(root, info);
    }
  }
  return RecordQueries;
}
