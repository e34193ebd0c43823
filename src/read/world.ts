import type { GraphQLSchema } from "graphql";
import type { EntityMetadata } from "typeorm";
import type { Coordinates } from "../policy/coordinates.js";
import type { TruthTables } from "../policy/tables.js";
import type { IdCipher } from "../store/global-id.js";
import type { EntityClass } from "./record.js";

/** Small reference tables that are joined from memory. */
export interface Directory {
  agency(id: string): { readonly kind: string } | null;
  division(code: string): object | null;
}

/** What a subgraph holds at home. */
export interface HeldAtHome {
  /** Keys of the agencies whose records are in it. */
  readonly agencies: readonly string[];
  /** Names of policy rows. */
  readonly holds: ReadonlySet<string>;
}

/** All that planning and running questions needs; one for the life of a policy. */
export interface ReadWorld {
  readonly schema: GraphQLSchema;
  readonly coordinates: Coordinates;
  readonly tables: TruthTables;
  readonly ids: IdCipher;
  readonly directory: Directory;
  /** Undefined for a subgraph that is not registered, or where none joins. */
  heldBy?: ((subgraph: string) => HeldAtHome | undefined) | undefined;
  /** The records are an agency's: references are ids of the hub, tied to them by the view `standing_link`. */
  readonly atHome?: boolean;
  /** Entity behind a class or a GraphQL type name. */
  entity(target: EntityClass | string): EntityMetadata;
}
