import "reflect-metadata";

/**
 * All that an agency's own program needs to keep records at home and show them under the hub's policy
 * (docs/joining-as-an-agency.md). Decorators, GraphQL types and tables come from here and nowhere else: a second copy of
 * type-graphql or typeorm beside the hub's would know nothing of what was declared with the first.
 */

// Types of the schema.
export { Field, Float, ID, Int, ObjectType } from "type-graphql";
// Tables.
export {
  Column,
  type DataSource,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  OneToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  type Relation,
  Unique,
} from "typeorm";
// The agency's program, and its part of the graph.
export { demoOf } from "./agency/demo.js";
export { runAgency } from "./agency/run.js";
export { type HubConfig, parseConfig, readConfig } from "./config.js";
// Who is shown a field, and how the planner finds what it shows.
export { enumType } from "./domain/enum.js";
export { DateTime, DivisionCode, Month, PlainDate } from "./domain/scalars.js";
export { Group, Public } from "./policy/group.js";
export type { Role } from "./policy/policy.js";
export { Belonging, Computed, From } from "./read/index.js";
export { type Agency, type AgencyDefinition, agencySdl, openAgency } from "./server/agency.js";
export type { IdCipher } from "./store/global-id.js";
