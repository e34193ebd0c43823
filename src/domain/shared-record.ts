import { Field, ID, InterfaceType, ObjectType } from "type-graphql";
import { Column, PrimaryColumn } from "typeorm";
import { Public } from "../policy/group.js";
import { Computed } from "../read/index.js";

export const GLOBAL_ID = "Opaque; the same for every viewer of this hub. 不透明标识";

/** Anything that `node(id)` can find. */
@InterfaceType({
  description: "A record with a global id. 有全局标识的记录",
  // Fetched rows know their type; agencies come from the directory in memory.
  resolveType: (value: { readonly typename?: string }) => value.typename ?? "Agency",
})
export abstract class Node {
  @Public()
  @Field(() => ID, { description: GLOBAL_ID })
  id: string;
}

/** How much of one group of fields this viewer gets of one record: by relation, never by whether a value exists. */
@ObjectType({ description: "What of a record is shown to you, group by group. 对您的披露情况", simpleResolvers: true })
export class Disclosure {
  @Public() @Field({ description: "Policy row, e.g. R6. 政策行" }) group: string;
  @Public() @Field({ description: "Name of the group. 信息组名称" }) name: string;
  @Public() @Field({ description: "F value, M mask, B band, X pointer, - withheld. 披露级别" }) level: string;
  @Public()
  @Field({ description: "More could be shown after an approved share request. 可申请共享" })
  requestable: boolean;
  @Public()
  @Field(() => [String], { description: "Your relation to the record that the level rests on. 披露所依据的关系" })
  because: string[];
}

/**
 * Columns of every record that several agencies share. `involved` and `place` are what row security and facts
 * look at; both are kept by the database (docs/architecture.md, "Facts").
 */
@ObjectType({ simpleResolvers: true })
export abstract class SharedRecord extends Node {
  @PrimaryColumn("uuid") override id: string;

  /** The key as the global id shows it: orders rows whose time of making the viewer does not learn. */
  @Column("uuid") ref: string;

  /** 12-digit division code of the record's place (residence, for a minor). */
  @Column("bigint") place: string;

  /** Keys of the agencies and persons that have a relation to this record, see src/facts/keys.ts. */
  @Column("bigint", { array: true, default: () => "'{}'" }) involved: string[];

  /**
   * Counts changes of what the anchor's group shows at F, and of nothing else: whoever is shown the version sees what
   * has raised it (docs/decisions/0006-a-version-tells-what-is-shown.md). A record declares the field in that group
   * where a change names the version it was made on.
   */
  @Column("int", { default: 1 }) version: number;

  @Public()
  @Field(() => [Disclosure], { description: "What of this record is shown to you. 对您的披露情况" })
  disclosure: Disclosure[];
}

/**
 * Columns of a record about one minor: `involved` and `place` follow the minor's, kept by the database. Its relation
 * `minor` is a field of its own, in the group that guards it.
 */
@ObjectType({ simpleResolvers: true })
export abstract class RecordAboutMinor extends SharedRecord {
  @Column("uuid", { name: "minor" }) minorId: string;
}

/** The band of a place: its township, the first 9 of 12 digits. */
export const TownshipOfPlace = () => Computed((column) => `${column("place")} / 1000 * 1000`);

/**
 * Columns of a row that belongs to one shared record and is seen as that record is seen (a guardian, an
 * enrolment): `involved` and `place` are copies of the owner's, kept by the database.
 */
@ObjectType({ simpleResolvers: true })
export abstract class BelongingRecord {
  @PrimaryColumn("uuid") id: string;
  @Column("bigint", { nullable: true }) place: string | null;
  @Column("bigint", { array: true, default: () => "'{}'" }) involved: string[];
}

/**
 * Columns of an edge between two shared records. `involved` holds only the keys for which the group of the edge
 * can open at all; an edge to a person carries no place.
 */
export abstract class EdgeRecord {
  @Column("bigint", { nullable: true }) place: string | null;
  @Column("bigint", { array: true, default: () => "'{}'" }) involved: string[];
}
