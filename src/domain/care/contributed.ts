import type { GraphQLResolveInfo } from "graphql";
import { FieldResolver, Info, Resolver, Root } from "type-graphql";
import { RootOf } from "../../policy/group.js";
import { AboutThis, planned } from "../../read/index.js";
import { Minor } from "../minors/index.js";
import { CareRegistration } from "./record.js";

@Resolver(() => Minor)
export class MinorCare {
  @RootOf("CareRegistration")
  @AboutThis("minor")
  @FieldResolver(() => [CareRegistration], {
    nullable: true,
    description: "Registrations as a left-behind or migrant child that exist for you. 流动留守儿童登记",
  })
  careRegistrations(@Root() minor: unknown, @Info() info: GraphQLResolveInfo): unknown {
    return planned(minor, info);
  }
}
