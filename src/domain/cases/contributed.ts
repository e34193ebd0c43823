import type { GraphQLResolveInfo } from "graphql";
import { FieldResolver, Info, Resolver, Root } from "type-graphql";
import { GroupOfEdge } from "../../policy/group.js";
import { Edge, planned } from "../../read/index.js";
import { Minor } from "../minors/index.js";
import { CASE_EDGE_ROWS, Case, CaseMinor } from "./record.js";

/** What this folder adds to a minor. */
@Resolver(() => Minor)
export class MinorCases {
  @GroupOfEdge("R17m", "R19", "R20")
  @Edge({
    through: () => CaseMinor,
    near: "minor",
    far: "case",
    owner: "far",
    rows: { property: "role", byValue: CASE_EDGE_ROWS },
  })
  @FieldResolver(() => [Case], { nullable: true, description: "Cases whose link to this minor you may see. 相关案件" })
  cases(@Root() minor: unknown, @Info() info: GraphQLResolveInfo): unknown {
    return planned(minor, info);
  }
}
