import type { GraphQLResolveInfo } from "graphql";
import { FieldResolver, Info, Resolver, Root } from "type-graphql";
import { RootOf } from "../../policy/group.js";
import { AboutThis, planned } from "../../read/index.js";
import { Minor } from "../minors/index.js";
import { SupportRecord } from "./record.js";

@Resolver(() => Minor)
export class MinorSupport {
  @RootOf("SupportRecord")
  @AboutThis("minor")
  @FieldResolver(() => [SupportRecord], {
    nullable: true,
    description: "Visits, assistance and plans that exist for you. 走访、帮扶、支持计划",
  })
  supportRecords(@Root() minor: unknown, @Info() info: GraphQLResolveInfo): unknown {
    return planned(minor, info);
  }
}
