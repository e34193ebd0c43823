import type { Columns } from "./column.js";
import type { Register } from "./register.js";

/**
 * What people write over a column, beside its name: the first is the one that docs/registers.md shows. No two columns of
 * a register share a title.
 */
export const TITLES: Readonly<Record<string, readonly string[]>> = {
  active: ["在岗", "有效", "是否在岗"],
  addressee: ["抄送村(社区)"],
  address: ["安置地址"],
  admitted_on: ["接收日期", "入站日期"],
  advice: ["建议"],
  agency: ["部门", "单位"],
  alert: ["舆情编号"],
  assessed_on: ["评估日期"],
  assigned: ["承办人"],
  author_account: ["发布账号"],
  author_is_minor: ["发布者是否未成年人"],
  basis: ["依据"],
  reason: ["理由"],
  value: ["建议值"],
  support_record: ["帮扶记录编号"],
  supervision: ["法律监督编号"],
  birth_date: ["出生日期", "出生年月日"],
  care_categories: ["关爱类别", "儿童类别"],
  carer: ["受托照护人", "委托照护人"],
  carer_declared_to_school_on: ["书面告知学校日期"],
  carer_declared_to_village_on: ["书面告知村(居)委会日期"],
  carer_phone: ["受托照护人电话", "委托照护人电话"],
  carer_since: ["委托照护起始日期"],
  case: ["案件编号"],
  citizen_number: ["公民身份号码", "身份证号", "身份证号码", "身份证件号"],
  class: ["班级"],
  client_id: ["业务系统编号"],
  closed_on: ["结案日期"],
  code: ["代码", "编码"],
  credit_code: ["统一社会信用代码"],
  detected_at: ["发现时间"],
  division: ["区划代码", "发生地区划代码"],
  due_on: ["回复期限"],
  duty_phone: ["值班电话"],
  ended_on: ["结束日期"],
  entered_on: ["入账日期"],
  ethnic_group: ["民族", "民族代码"],
  finding: ["检查结果"],
  findings: ["评估情况"],
  foster_carer: ["寄养人"],
  found_division: ["发现地区划代码"],
  full_name: ["姓名", "学生姓名", "儿童姓名"],
  given_name: ["名", "名(不含姓)"],
  grade: ["年级"],
  guardian_1_name: ["监护人1姓名", "监护人姓名"],
  guardian_1_phone: ["监护人1电话", "监护人电话"],
  guardian_1_relation: ["监护人1关系", "监护人关系", "与学生关系"],
  guardian_2_name: ["监护人2姓名"],
  guardian_2_phone: ["监护人2电话"],
  guardian_2_relation: ["监护人2关系"],
  guidance: ["指导内容"],
  heat: ["热度"],
  home_address: ["家庭住址", "住址", "家庭地址"],
  hours: ["时长(小时)"],
  hub_id: ["中枢标识"],
  incident: ["事件编号"],
  inspected_on: ["检查日期"],
  inspected_with: ["联合检查部门"],
  issued_on: ["出具日期"],
  issuer: ["出具机关"],
  kept: ["保留记录"],
  key: ["编号", "登记编号", "学号", "学籍号"],
  kind: ["类别", "类型"],
  last_visit_on: ["最近走访日期"],
  left_on: ["离站日期"],
  legal_basis_document: ["依据文件"],
  legal_basis_kind: ["共享依据"],
  level: ["等级"],
  matter: ["监督事项"],
  merged: ["并入记录"],
  minor: ["未成年人编号"],
  minors: ["其他涉及未成年人"],
  name: ["名称", "人员姓名"],
  named: ["指定人员"],
  narrative: ["经过"],
  next_visit_by: ["下次走访期限"],
  notified: ["通报单位"],
  number: ["案号", "文号"],
  occurred_at: ["发生时间"],
  office: ["负责单位"],
  opened_on: ["受理日期"],
  original_text: ["原文"],
  parents_work_place: ["父母务工地"],
  participants: ["参与部门"],
  partner_summary: ["协作摘要"],
  person: ["人员"],
  phone: ["联系电话", "电话", "手机号"],
  place_name: ["场所名称"],
  placed_on: ["安置日期"],
  placement: ["安置编号"],
  policy_row: ["政策行"],
  post: ["岗位"],
  prefix: ["区划前缀"],
  record_type: ["记录类型"],
  redacted_text: ["脱敏文本"],
  reference: ["原文编号"],
  residence: ["居住地区划代码"],
  responsible_person: ["被检查单位负责人"],
  result: ["监督结果"],
  risks: ["风险因素"],
  reviewed_on: ["评估日期"],
  school: ["学校", "学校名称"],
  sex: ["性别"],
  since: ["起始日期", "入学日期"],
  source: ["来源平台"],
  stage: ["办理阶段"],
  started_on: ["开始日期"],
  status: ["状态"],
  subject: ["登录账号", "账号"],
  summary: ["帮扶内容"],
  supervised: ["被监督单位"],
  suspects: ["涉罪未成年人"],
  teacher: ["班主任"],
  terms: ["措施内容"],
  topic: ["主题"],
  valid_until: ["有效期至"],
  victims: ["被害人"],
  visits: ["走访次数"],
};

/** Titles that `--accept-valid` puts beside refused rows: sent again as they are, they say nothing. */
export const REJECT_TITLES = [
  "拒收行 line",
  "拒收列 column",
  "拒收代码 code",
  "说明 message",
  "处理办法 remedy",
] as const;

/** How the columns of one agency's file are named. `hub.yaml`, `registers` */
export interface FileTitles {
  /** Title of the file -> column of the register. */
  readonly columns: Readonly<Record<string, string>>;
  /** Titles that the register has no use for. */
  readonly ignore: readonly string[];
  /** Columns of the register that the file does not have: their cells are empty. */
  readonly without: readonly string[];
}

type Registers = Readonly<Record<string, Readonly<Record<string, FileTitles>>>>;

/** Titles that an agency has of its own for a register; the operator's own stand under `operator`. */
export const titlesOf = (registers: Registers, agency: string | undefined, register: string): FileTitles | undefined =>
  registers[agency ?? "operator"]?.[register];

/** What in `hub.yaml` names no register or no column of one: a start with it is refused. One finding a line. */
export function titleFindings(
  registers: Registers,
  known: readonly Pick<Register<Columns>, "name" | "columns">[],
): string[] {
  return Object.entries(registers).flatMap(([agency, of]) =>
    Object.entries(of).flatMap(([name, { columns, without }]) => {
      const where = `hub.yaml, registers.${agency}.${name}`;
      const register = known.find((one) => one.name === name);
      if (!register)
        return [`${where}: there is no such register; use one of ${known.map((one) => one.name).join(", ")}`];
      return [...Object.values(columns), ...without]
        .filter((column) => !Object.hasOwn(register.columns, column))
        .map(
          (column) => `${where}: ${name} has no column "${column}"; it has ${Object.keys(register.columns).join(", ")}`,
        );
    }),
  );
}
