import { Field, Int, ObjectType } from "type-graphql";
import { Column, Entity, Index, JoinColumn, ManyToOne, type Relation } from "typeorm";
import { Group } from "../../policy/group.js";
import { About, Shared } from "../../read/index.js";
import { Agency } from "../directory/index.js";
import { enumType } from "../enum.js";
import { Minor } from "../minors/index.js";
import { PlainDate } from "../scalars.js";
import { Node, RecordAboutMinor } from "../shared-record.js";

/** B18; law: 国发〔2016〕13号 for left-behind children. */
export enum CareStatus {
  LEFT_BEHIND = "LEFT_BEHIND",
  MIGRANT = "MIGRANT",
  BOTH = "BOTH",
}
enumType(CareStatus, "CareStatus", "Left behind, or moved along, or one after the other. 留守、流动情况", {
  LEFT_BEHIND: "Left-behind child: the parents work away. 留守儿童",
  MIGRANT: "Migrant child: moved across a county line with a parent, for half a year or longer. 流动儿童",
  BOTH: "Both within the same school year. 留守兼流动",
});

/** The registration of a left-behind or migrant child by one agency (R38, B18): school, village or women's federation. */
@Shared()
@ObjectType({
  implements: Node,
  description: "A left-behind or migrant child as an agency has registered it. 流动留守儿童登记",
  simpleResolvers: true,
})
@Entity("care_registration")
@Index("care_registration_place", ["place", "id"])
@Index("care_registration_minor", ["minorId"])
export class CareRegistration extends RecordAboutMinor {
  @Group("R38")
  @Field(() => Int, { nullable: true, description: "Counts its changes; send it with one. 版本号" })
  override version: number;

  @Group("R38")
  @About("minor")
  @Field(() => Minor, { nullable: true, description: "The child. 所登记的未成年人" })
  @ManyToOne(() => Minor, { nullable: false })
  @JoinColumn({ name: "minor" })
  minor: Relation<Minor>;

  @ManyToOne(() => Agency) @JoinColumn({ name: "registered_by" }) registeredByRow: Relation<Agency>;
  @Group("R38")
  @Field(() => Agency, { nullable: true, description: "The agency that has registered it. 登记单位" })
  @Column("uuid")
  registeredBy: string;

  @Group("R38")
  @Field(() => CareStatus, { nullable: true, description: "Left behind, migrant, or both. 留守、流动情况" })
  @Column("text")
  status: CareStatus;

  @Group("R38")
  @Field(() => String, { nullable: true, description: "Who looks after the child day by day. 实际照护人" })
  @Column("text", { nullable: true })
  carer: string | null;

  @Group("R38")
  @Field(() => String, {
    nullable: true,
    description: "Province and county in which the parents work. 父母务工地(省、县)",
  })
  @Column("text", { nullable: true })
  parentsWorkPlace: string | null;

  @Group("R38")
  @Field(() => PlainDate, { nullable: true, description: "Since when it is so. 起始日期" })
  @Column("date")
  since: string;

  @Group("R38")
  @Field(() => PlainDate, { nullable: true, description: "Until when; null while it is so. 终止日期" })
  @Column("date", { nullable: true })
  endedOn: string | null;
}
