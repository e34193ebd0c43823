import { Mistake } from "../../errors.js";
import { type Known, OPERATOR, type Target } from "./known.js";
import { badValue, CellRefused, type Said } from "./report.js";

/** How the text of a cell becomes a value. @throws Mistake (a parser of the domain) or CellRefused */
export interface Parser<V> {
  /** What the text names, so that all of it is looked up at once. */
  readonly names?: Target;
  /** A number, a code or a day, which may be typed in full width; no free text. */
  readonly plain?: boolean;
  read(text: string, column: string, known: Known): V;
}

export interface Column<V> {
  /** Policy row of the value: only its writers may fill the cell. */
  readonly group?: string;
  /** ENVELOPED: demo data only. */
  readonly enveloped?: boolean;
  /** Counts for a new record only: a stale file must not give back an access that has ended since. */
  readonly once?: boolean;
  /** A file without the column is taken as one whose cells are empty. */
  readonly mayLack?: boolean;
  /** What people write over it, where `TITLES` does not say. */
  readonly titles?: readonly string[];
  readonly names?: Target;
  readonly plain?: boolean;
  /** Texts of the cell, one for each thing that it names. */
  split(text: string): string[];
  read(text: string, column: string, known: Known): V;
}
type About = Pick<Column<unknown>, "group" | "enveloped" | "once" | "mayLack" | "titles">;

export type Columns = Readonly<Record<string, Column<unknown>>>;
/** The values of a row. */
export type Row<C extends Columns> = { readonly [Name in keyof C]: C[Name] extends Column<infer V> ? V : never };

const whole = (text: string) => (text === "" ? [] : [text]);

/** A cell that must not be empty. */
export const required = <V>(parser: Parser<V>, about: About = {}): Column<V> => ({
  ...about,
  ...parser,
  split: whole,
  read: (text, column, known) => {
    if (text === "") throw new CellRefused(EMPTY);
    return parser.read(text, column, known);
  },
});

/** A cell that may be empty: null. */
export const optional = <V>(parser: Parser<V>, about: About = {}): Column<V | null> => ({
  ...about,
  ...parser,
  split: whole,
  read: (text, column, known) => (text === "" ? null : parser.read(text, column, known)),
});

/** A cell with any number of values and `;` (or `；`) between them, each once. */
export const list = <V>(parser: Parser<V>, about: About = {}): Column<readonly V[]> => {
  const split = (text: string) => text.split(/[;；]/).flatMap((part) => part.trim() || []);
  return {
    ...about,
    ...parser,
    split,
    read: (text, column, known) => {
      const parts = split(text);
      if (new Set(parts).size < parts.length) throw new CellRefused(TWICE);
      return parts.map((part) => parser.read(part, column, known));
    },
  };
};

/** @returns what is wrong with a cell; any other error is a fault and goes on */
export function said(error: unknown): Said {
  if (error instanceof CellRefused) return error.said;
  if (error instanceof Mistake) return badValue(error);
  throw error;
}

export interface CellRules {
  readonly demo: boolean;
  /** Whether the importing agency writes this policy row. */
  readonly writes: (group: string) => boolean;
}

/** Refuses a filled cell that this agency, or this hub, must not write, and one whose text nobody has typed. @throws CellRefused */
export function permit({ group, enveloped, plain }: Column<unknown>, text: string, rules: CellRules): void {
  if (text === "") return;
  if (text.startsWith("=")) throw new CellRefused(FORMULA);
  if (text.includes("\uFFFD")) throw new CellRefused(LOST);
  if (plain && /^\d(\.\d+)?E\+\d+$/i.test(text)) throw new CellRefused(ROUNDED);
  if (enveloped && !rules.demo) throw new CellRefused(DEMO_ONLY);
  if (group && !rules.writes(group)) throw new CellRefused(notAWriter(group));
}

export const notAWriter = (group: string): Said => ({
  code: "NOT_A_WRITER",
  message: `Your agency does not write group ${group}`,
  messageZh: `贵单位无权登记信息组${group}`,
  remedy: "Leave it empty; the agencies that write it stand in policies/access-matrix.csv, column writers",
});

/** What a cell names, and is not there - or not for the importing agency: both are answered alike. */
export const unknownReference = (target: Target): Said => (target === "ids of the hub" ? NOT_SHARED : unknown(target));
const unknown = (target: Target): Said => ({
  code: "UNKNOWN_REFERENCE",
  message: `Nothing of that name in ${target}`,
  messageZh: "引用的编号不存在",
  remedy: OPERATOR.has(target)
    ? `Compare it with the operator's register ${target}`
    : `Give a number of your own register ${target}, and import that register first`,
});

const NOT_SHARED: Said = {
  code: "NOT_FOUND_OR_NOT_SHARED",
  message: "There is no such minor, or none to whom your agency stands in a relation by which it keeps records",
  messageZh: "不存在该未成年人,或贵单位目前与其没有可据以留存记录的关系",
  remedy:
    "Compare the id with the one that your people are shown, and see whether the part, liaison or assignment stands",
};
const FORMULA: Said = {
  code: "FORMULA",
  message: "The cell begins as a formula does",
  messageZh: "该格以公式符号开头",
  remedy: "Write the value itself, without =",
};
const LOST: Said = {
  code: "UNKNOWN_ENCODING",
  message: "A character was lost when the file was saved before",
  messageZh: "文件此前保存时已有字符丢失",
  remedy: "Type the text again, or export the file anew as UTF-8",
};
const ROUNDED: Said = {
  code: "ROUNDED_NUMBER",
  message: "A program has rounded the number, so its last digits are lost",
  messageZh: "号码已被表格软件转为科学计数,末位已丢失",
  remedy: "Format the column as text, then type the number again (单元格格式设为文本后重新填写)",
};
const EMPTY: Said = {
  code: "EMPTY",
  message: "The cell is empty",
  messageZh: "该格不能为空",
  remedy: "Fill it in",
};
const TWICE: Said = {
  code: "BAD_VALUE",
  message: "The same stands twice in the cell",
  messageZh: "该格内有重复项",
  remedy: "Keep one",
};
const DEMO_ONLY: Said = {
  code: "DEMO_ONLY",
  message: "This hub cannot keep the value encrypted yet, so it takes invented ones only",
  messageZh: "本中枢尚不能加密保存该项,仅在演示模式下接受虚构数据",
  remedy: "Leave the cell empty",
};
