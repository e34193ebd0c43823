import { ArgsType, type ClassType, Field, Int, ObjectType } from "type-graphql";
import { Public } from "../policy/group.js";

/** Relay's page information. */
@ObjectType({ description: "分页信息", simpleResolvers: true })
export class PageInfo {
  @Public() @Field({ description: "还有下一页" }) hasNextPage: boolean;
  @Public() @Field({ description: "还有上一页" }) hasPreviousPage: boolean;
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
  @ObjectType(`${name}Edge`, { simpleResolvers: true })
  class Edge {
    @Public() @Field({ description: "游标" }) cursor: string;
    @Public() @Field(record) node: object;
  }
  @ObjectType(`${name}Connection`, { description: "Records that exist for you. 对您可见的记录", simpleResolvers: true })
  class Connection {
    @Public() @Field(() => [Edge]) edges: Edge[];
    @Public() @Field(() => [record()], { description: "The records without their cursors. 记录" }) nodes: object[];
    @Public() @Field(() => PageInfo) pageInfo: PageInfo;
    @Public()
    @Field(() => Int, { description: "Counted only when asked for: records that exist for you. 总数" })
    totalCount: number;
  }
  return Connection;
}
