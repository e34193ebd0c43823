import type { GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, ID, Info, Query, Resolver, Root } from "type-graphql";
import { notFoundOrNotShared } from "../errors.js";
import { RootOfAny } from "../policy/group.js";
import { planned } from "../read/index.js";
import type { HubContext } from "../viewer/context.js";
import { GLOBAL_ID, Node } from "./shared-record.js";

@Resolver()
export class NodeQuery {
  @RootOfAny()
  @Query(() => Node, { nullable: true, description: "Any record by its global id. 按标识取记录" })
  node(
    @Arg("id", () => ID, { description: GLOBAL_ID }) id: string,
    @Root() root: unknown,
    @Ctx() { directory, keyOf }: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): unknown {
    const agency = keyOf("Agency", id);
    const found = agency ? directory.agency(agency) : planned(root, info);
    if (!found) throw notFoundOrNotShared();
    return found;
  }
}
