import { Field, ID, Int, ObjectType } from "type-graphql";
import { Column, Entity, Index, JoinColumn, ManyToOne, type Relation } from "typeorm";
import { Group } from "../../policy/group.js";
import { Shared } from "../../read/index.js";
import { enumType } from "../enum.js";
import { Minor } from "../minors/index.js";
import { PlainDate } from "../scalars.js";
import { Node, SharedRecord } from "../shared-record.js";

export enum CorrectionStatus {
  OPEN = "OPEN",
  ACCEPTED = "ACCEPTED",
  REFUSED = "REFUSED",
  WITHDRAWN = "WITHDRAWN",
}
enumType(CorrectionStatus, "CorrectionStatus", "What has become of a correction request. 校核状态", {
  OPEN: "Nobody has answered yet. 待核实",
  ACCEPTED: "The record has the value now. 已更正",
  REFUSED: "The record stays as it is; `reply` says why. 不予更正",
  WITHDRAWN: "Taken back by whoever proposed it. 已撤回",
});

/**
 * Another value for a field of a record that others keep (R40, GDSR 26). It names neither who proposes it nor whom it is
 * addressed to: the one would tell who cares for a child, the other who keeps records of it. Value and reason are there
 * until it is decided; then the record alone shows what it has.
 */
@Shared({ corrects: { coordinate: "coordinate", record: "record" } })
@ObjectType({
  implements: Node,
  description:
    "A correction of somebody else's record, proposed without saying by whom and to whom. 校核请求(不显示提出单位与受理单位)",
  simpleResolvers: true,
})
@Entity("correction_request")
@Index("correction_request_place", ["place", "id"])
@Index("correction_request_record", ["record"])
@Index("correction_request_minor", ["minorId"])
export class CorrectionRequest extends SharedRecord {
  @Group("R40")
  @Field(() => Int, { nullable: true, description: "Counts its changes; send it with one. 版本号" })
  override version: number;

  @Group("R40")
  @Field(() => ID, { nullable: true, description: "The record: ask `node` for it. 所校核的记录标识" })
  @Column("text")
  about: string;

  /** Key of the record. */
  @Column("uuid") record: string;

  /** The record, where it is a minor: two that become one take their requests along. */
  @Column("uuid", { name: "minor", nullable: true }) minorId: string | null;
  @ManyToOne(() => Minor, { nullable: true }) @JoinColumn({ name: "minor" }) minor: Relation<Minor> | null;

  @Group("R40")
  @Field(() => String, { nullable: true, description: "The field, e.g. Minor.homeAddress. 字段" })
  @Column("text")
  coordinate: string;

  @Group("R40")
  @Field(() => String, {
    nullable: true,
    description:
      "The value that is proposed; null once it is decided: the record shows what it has. 建议值(办结后清空)",
  })
  @Column("text", { nullable: true })
  value: string | null;

  @Group("R40")
  @Field(() => String, {
    nullable: true,
    description: "How it is known, never by whom; null once it is decided. 理由(不写提出者,办结后清空)",
  })
  @Column("text", { nullable: true })
  reason: string | null;

  @Group("R40")
  @Field(() => CorrectionStatus, { nullable: true, description: "What has become of it. 状态" })
  @Column("text")
  status: CorrectionStatus;

  @Group("R40")
  @Field(() => PlainDate, {
    nullable: true,
    description: "Last of the ten working days in which it must be answered, GDSR 26. 答复期限(10个工作日)",
  })
  @Column("date")
  dueOn: string;

  @Group("R40")
  @Field(() => String, { nullable: true, description: "What was answered. 答复" })
  @Column("text", { nullable: true })
  reply: string | null;
}
