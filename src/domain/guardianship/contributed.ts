import type { GraphQLResolveInfo } from "graphql";
import { FieldResolver, Info, Resolver, Root } from "type-graphql";
import { RootOf } from "../../policy/group.js";
import { AboutThis, planned } from "../../read/index.js";
import { Minor } from "../minors/index.js";
import { GuardianshipAssessment } from "./record.js";

@Resolver(() => Minor)
export class MinorGuardianship {
  @RootOf("GuardianshipAssessment")
  @AboutThis("minor")
  @FieldResolver(() => [GuardianshipAssessment], {
    nullable: true,
    description: "Assessments of the child's guardianship that exist for you. 监护评估",
  })
  guardianshipAssessments(@Root() minor: unknown, @Info() info: GraphQLResolveInfo): unknown {
    return planned(minor, info);
  }
}
