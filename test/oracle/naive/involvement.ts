import { Column, Entity, PrimaryColumn } from "typeorm";
import type { InvolvementKind } from "../../../src/facts/keys.js";

/** The table of relations, which the hub itself never reads as entities. */
@Entity("involvement")
export class Involvement {
  @PrimaryColumn("uuid") id: string;
  @Column("text") recordType: string;
  @Column("uuid") record: string;
  @Column("uuid") agency: string;
  @Column("uuid", { nullable: true }) person: string | null;
  @Column("text") kind: InvolvementKind;
  @Column("text", { nullable: true }) policyRow: string | null;
  @Column("timestamptz") since: Date;
  @Column("timestamptz", { nullable: true }) until: Date | null;
  /** Set on what the database has derived from other rows. */
  @Column("uuid", { nullable: true }) via: string | null;
}
