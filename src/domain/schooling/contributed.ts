import type { GraphQLResolveInfo } from "graphql";
import { FieldResolver, Info, Resolver, Root } from "type-graphql";
import { Group } from "../../policy/group.js";
import { Belonging, planned } from "../../read/index.js";
import { Minor } from "../minors/index.js";
import { Enrolment } from "./record.js";

/** What this folder adds to a minor; a school that keeps its data at home takes the folder along. */
@Resolver(() => Minor)
export class MinorSchooling {
  @Group("R12", { at: "B" })
  @Belonging(() => Enrolment, "minor")
  @FieldResolver(() => Enrolment, { nullable: true, description: "Where the minor is enrolled. 学籍" })
  enrolment(@Root() minor: unknown, @Info() info: GraphQLResolveInfo): unknown {
    return planned(minor, info);
  }
}
