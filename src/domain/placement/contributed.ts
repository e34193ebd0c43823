import type { GraphQLResolveInfo } from "graphql";
import { FieldResolver, Info, Resolver, Root } from "type-graphql";
import { RootOf } from "../../policy/group.js";
import { AboutThis, planned } from "../../read/index.js";
import { Minor } from "../minors/index.js";
import { Placement } from "./record.js";

@Resolver(() => Minor)
export class MinorPlacements {
  @RootOf("Placement")
  @AboutThis("minor")
  @FieldResolver(() => [Placement], {
    nullable: true,
    description: "Placements of the child that exist for you. 对您可见的安置",
  })
  placements(@Root() minor: unknown, @Info() info: GraphQLResolveInfo): unknown {
    return planned(minor, info);
  }
}
