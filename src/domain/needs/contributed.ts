import type { GraphQLResolveInfo } from "graphql";
import { FieldResolver, Info, Resolver, Root } from "type-graphql";
import { RootOf } from "../../policy/group.js";
import { AboutThis, planned } from "../../read/index.js";
import { Minor } from "../minors/index.js";
import { SupportNeed } from "./record.js";

@Resolver(() => Minor)
export class MinorNeeds {
  @RootOf("SupportNeed")
  @AboutThis("minor")
  @FieldResolver(() => [SupportNeed], {
    nullable: true,
    description: "What it needs, as far as shown to you. 支持需要",
  })
  supportNeeds(@Root() minor: unknown, @Info() info: GraphQLResolveInfo): unknown {
    return planned(minor, info);
  }
}
