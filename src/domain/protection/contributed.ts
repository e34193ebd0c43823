import type { GraphQLResolveInfo } from "graphql";
import { FieldResolver, Info, Resolver, Root } from "type-graphql";
import { RootOf } from "../../policy/group.js";
import { AboutThis, planned } from "../../read/index.js";
import { Minor } from "../minors/index.js";
import { ProtectionMeasure } from "./record.js";

@Resolver(() => Minor)
export class MinorProtection {
  @RootOf("ProtectionMeasure")
  @AboutThis("minor")
  @FieldResolver(() => [ProtectionMeasure], {
    nullable: true,
    description: "Warning letters and protection orders for the child that exist for you. 告诫书、人身安全保护令",
  })
  protectionMeasures(@Root() minor: unknown, @Info() info: GraphQLResolveInfo): unknown {
    return planned(minor, info);
  }
}
