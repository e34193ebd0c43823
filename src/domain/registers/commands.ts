import type { GraphQLResolveInfo } from "graphql";
import { Arg, Ctx, Field, Info, InputType, Mutation, Resolver } from "type-graphql";
import { bring } from "../../change/bring.js";
import { KEPT_GROUPS } from "../../change/import/index.js";
import { badUserInput } from "../../errors.js";
import { Needs } from "../../policy/group.js";
import type { HubContext } from "../../viewer/context.js";
import { INPUT, Line } from "../input.js";
import { ImportOutcome } from "./record.js";

@InputType({ description: "A register of your agency, or a part of it: docs/registers.md. 本单位登记表" })
class RegisterInput {
  @Line(40) @Field({ description: "Name of the register, e.g. roster. 登记表名称" }) register: string;
  @Field(() => String, { nullable: true, description: "CSV with a header row. 含表头的CSV文本" }) csv?: string;
  @Field(() => [[String]], { nullable: true, description: "Header row and rows, instead of CSV. 表头及各行" })
  rows?: string[][];
  @Field({ defaultValue: false, description: "It is the whole register: numbers without a row end. 为完整登记表" })
  complete: boolean;
  @Field({ defaultValue: false, description: "Write what can be taken although rows are refused. 部分接受" })
  acceptValid: boolean;
}

@Resolver()
export class RegisterCommands {
  /** Of department systems: people bring files (`hub import`), or write a record by its own mutation. */
  @Needs(KEPT_GROUPS, { may: "machine", toWrite: true })
  @Mutation(() => ImportOutcome, {
    nullable: true,
    description: "What an import would do, compared with your own records; writes nothing. 预演登记导入",
  })
  importPlan(
    @Arg("input", () => RegisterInput, { description: INPUT }) input: RegisterInput,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ImportOutcome> {
    return context.onRecord(info, (work) => bring(work, bytesOf(input), input, null));
  }

  @Needs(KEPT_GROUPS, { may: "machine", toWrite: true })
  @Mutation(() => ImportOutcome, {
    nullable: true,
    description: "Imports what was planned; refused with CONFLICT if it would do something else by now. 执行登记导入",
  })
  importApply(
    @Arg("input", () => RegisterInput, { description: INPUT }) input: RegisterInput,
    @Arg("digest", { description: "Of the plan. 计划摘要" }) digest: string,
    @Ctx() context: HubContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ImportOutcome> {
    return context.onRecord(info, (work) =>
      bring(work, bytesOf(input), input, { digest, key: context.idempotencyKey }),
    );
  }
}

/** The rows as CSV, which is all that the import reads. */
function bytesOf({ csv, rows }: RegisterInput): Buffer {
  if ((csv === undefined || csv === null) === (rows === undefined || rows === null))
    throw badUserInput("input", "Either csv or rows", "csv 与 rows 须填且仅填其一", "Send one of them");
  const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
  return Buffer.from(csv ?? (rows ?? []).map((row) => row.map(quoted).join(",")).join("\n"));
}
