import { ValidateNested } from "class-validator";
import type { GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, Field, Info, InputType, Mutation, Resolver } from "type-graphql";
import type { Change } from "../../change/change.js";
import { Writes } from "../../policy/group.js";
import type { HubContext } from "../../viewer/context.js";
import { EachOnce, INPUT, Line, must, Past } from "../input.js";
import { DivisionCode, PlainDate } from "../scalars.js";
import { CareCategory, EntrustedCare, Guardian, Minor, Sex } from "./record.js";
import { inventedNumber, requireMinor } from "./whole.js";

@InputType({ description: "A guardian to be registered. 监护人" })
class GuardianInput {
  @Line() @Field({ description: "Full name. 姓名" }) fullName: string;
  @Line() @Field({ description: "Relation to the minor, GB/T 4761. 与未成年人关系" }) relation: string;
  @Line(40) @Field(() => String, { nullable: true, description: "Telephone. 联系电话" }) phone?: string;
}

@InputType({ description: "Who cares while the parents work away, MPL 22. 委托照护" })
class EntrustedCareInput {
  @Line() @Field({ description: "Who cares. 受托人" }) carer: string;
  @Line(40) @Field(() => String, { nullable: true, description: "Telephone of the carer. 受托人电话" }) phone?: string;
  @Past() @Field(() => PlainDate, { description: "Since when. 起始日期" }) since: string;
  @Past()
  @Field(() => PlainDate, { nullable: true, description: "Told to the school in writing. 书面告知学校日期" })
  declaredToSchoolOn?: string;
  @Past()
  @Field(() => PlainDate, { nullable: true, description: "Told to the village in writing. 书面告知村(居)委会日期" })
  declaredToVillageOn?: string;
}

@InputType({ description: "A minor for your agency's own register. 未成年人登记" })
class RegisterMinorInput {
  @Line() @Field({ description: "Full name. 姓名" }) fullName: string;
  @Line() @Field({ description: "Given name without the surname. 名(不含姓)" }) givenName: string;

  @Line(40)
  @Field(() => String, {
    nullable: true,
    description: "GB 11643. In the demo invented ones only, area 99xxxx. 公民身份号码(演示模式仅限虚构号码)",
  })
  citizenNumber?: string;

  @Past() @Field(() => PlainDate, { description: "Day of birth. 出生日期" }) birthDate: string;
  @Field(() => Sex, { description: "Sex as registered. 性别" }) sex: Sex;

  @must(
    "ethnic-group",
    (value) => typeof value === "string" && /^(0[1-9]|[1-4]\d|5[0-6]|97|98)$/.test(value),
    "Not a code of GB/T 3304",
    "不是 GB/T 3304 民族代码",
    "Send two digits, e.g. 01 for Han",
  )
  @Field(() => String, { nullable: true, description: "GB/T 3304, two digits. 民族" })
  ethnicGroup?: string;

  @EachOnce()
  @Field(() => [CareCategory], { nullable: true, description: "Why care is due. 关爱类别" })
  careCategories?: CareCategory[];

  @Field(() => DivisionCode, { description: "Village or community of residence, 12 digits. 居住的村(社区)" })
  residence: string;

  @Line(500) @Field(() => String, { nullable: true, description: "Home address. 家庭住址" }) homeAddress?: string;
  @Line(40) @Field(() => String, { nullable: true, description: "Telephone. 联系电话" }) phone?: string;

  @EachOnce(10)
  @ValidateNested({ each: true })
  @Field(() => [GuardianInput], { nullable: true, description: "Guardians. 监护人" })
  guardians?: GuardianInput[];

  @ValidateNested()
  @Field(() => EntrustedCareInput, { nullable: true, description: "Who cares while the parents work away. 委托照护" })
  entrustedCare?: EntrustedCareInput;
}

@Resolver()
export class MinorCommands {
  /**
   * Always the caller's own new record, also when the number is known elsewhere: a register that answered otherwise
   * would tell who is known, and make a source of whoever guesses a number. Joining two records is a decision of people.
   */
  @Writes("Minor", { newAt: "residence" })
  @Mutation(() => Minor, {
    nullable: true,
    description: "Registers a minor with your agency as the source. 登记未成年人(以本单位为来源)",
  })
  registerMinor(
    @Arg("input", () => RegisterMinorInput, { description: INPUT }) input: RegisterMinorInput,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<unknown> {
    return context.change(info, async (change) => {
      const { residence, ...written } = input;
      change.mayMake("Minor", { division: residence, field: "input.residence" }, written);
      const { guardians = [], entrustedCare, citizenNumber, ...own } = written;
      const number = citizenNumber ? inventedNumber(citizenNumber, "input.citizenNumber") : null;
      requireMinor({ ...own, citizenNumber: number }, (field) => `input.${field}`);

      const minor = change.newRecord();
      await change.manager.insert(Minor, {
        ...minor,
        ...own,
        careCategories: own.careCategories ?? [],
        citizenNumber: number,
        place: residence,
      });
      await change.involveMaker("Minor", minor.id, ["SOURCE"]);
      await change.know(minor.id, { ...own, citizenNumber: number, residence });
      await insertBelonging(change, minor.id, guardians ?? [], entrustedCare);
      return { type: "Minor", key: minor.id };
    });
  }
}

async function insertBelonging(
  { manager, newKey }: Pick<Change, "manager" | "newKey">,
  id: string,
  guardians: readonly GuardianInput[],
  entrustedCare: EntrustedCareInput | undefined,
): Promise<void> {
  const minor = { id };
  for (const guardian of guardians) await manager.insert(Guardian, { id: newKey(), minor, ...guardian });
  if (entrustedCare) await manager.insert(EntrustedCare, { id: newKey(), minor, ...entrustedCare });
}
