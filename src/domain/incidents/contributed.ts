import type { GraphQLResolveInfo } from "graphql";
import { FieldResolver, Info, Resolver, Root } from "type-graphql";
import { GroupOfEdge } from "../../policy/group.js";
import { Edge, planned } from "../../read/index.js";
import { Minor } from "../minors/index.js";
import { OpinionAlert } from "../opinion/index.js";
import { IncidentAlert, IncidentMinor, SensitiveIncident } from "./record.js";

@Resolver(() => Minor)
export class MinorIncidents {
  @GroupOfEdge("R27m")
  @Edge({ through: () => IncidentMinor, near: "minor", far: "incident", owner: "far", rows: "R27m" })
  @FieldResolver(() => [SensitiveIncident], {
    nullable: true,
    description: "Incidents whose link to this minor you may see. 相关敏感事件",
  })
  incidents(@Root() minor: unknown, @Info() info: GraphQLResolveInfo): unknown {
    return planned(minor, info);
  }
}

@Resolver(() => OpinionAlert)
export class AlertIncident {
  @GroupOfEdge("R28m")
  @Edge({ through: () => IncidentAlert, near: "alert", far: "incident", owner: "far", rows: "R28m" })
  @FieldResolver(() => SensitiveIncident, {
    nullable: true,
    description: "The incident that it is about. 相关敏感事件",
  })
  incident(@Root() alert: unknown, @Info() info: GraphQLResolveInfo): unknown {
    return planned(alert, info);
  }
}
