import { ArgsType, type ClassType, Field, Int, ObjectType } from "type-graphql";
import { Public } from "../policy/group.js";

/** Relay's page information. */
@ObjectType({ description: "Where a page stands in its list. 分页信息", simpleResolvers: true })
export class PageInfo {
  @Public() @Field({ description: "There is a page after it. 还有下一页" }) hasNextPage: boolean;
  @Public() @Field({ description: "There is a page before it. 还有上一页" }) hasPreviousPage: boolean;
  @Public()
  @Field(() => String, { nullable: true, description: "Send it as `before` for the page before. 首条游标" })
  startCursor: string | null;
  @Public()
  @Field(() => String, { nullable: true, description: "Send it as `after` for the next page. 末条游标" })
  endCursor: string | null;
}

@ArgsType()
export class PageArgs {
  @Field(() => Int, { nullable: true, description: "1 to 100, else 20. 每页条数" }) first?: number;
  @Field(() => String, { nullable: true, description: "pageInfo.endCursor of the page before. 上页末条游标" })
  after?: string;
  @Field(() => Int, { nullable: true, description: "1 to 100: backward from the end. 由末尾向前的条数" }) last?: number;
  @Field(() => String, { nullable: true, description: "pageInfo.startCursor of the page after. 下页首条游标" })
  before?: string;
}

/** The Relay connection of a shared record. */
export function connectionOf(name: string, record: () => ClassType): ClassType {
  @ObjectType(`${name}Edge`, {
    description: "A record and where it stands in the list. 记录及其游标",
    simpleResolvers: true,
  })
  class Edge {
    @Public() @Field({ description: "Send it as `after` or `before`. 游标" }) cursor: string;
    @Public() @Field(record, { description: "The record. 记录" }) node: object;
  }
  @ObjectType(`${name}Connection`, { description: "Records that exist for you. 对您可见的记录", simpleResolvers: true })
  class Connection {
    @Public() @Field(() => [Edge], { description: "The records with their cursors. 记录及其游标" }) edges: Edge[];
    @Public() @Field(() => [record()], { description: "The records without their cursors. 记录" }) nodes: object[];
    @Public()
    @Field(() => PageInfo, { description: "Where this page stands in the list. 分页信息" })
    pageInfo: PageInfo;
    @Public()
    @Field(() => Int, { description: "Counted only when asked for: records that exist for you. 总数" })
    totalCount: number;
  }
  return Connection;
}
