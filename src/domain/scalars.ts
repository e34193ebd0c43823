import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from "graphql";
import { GraphQLDateTime } from "graphql-scalars";
import { isCalendarDate, shanghaiTime } from "../calendar.js";
import { Fault, Mistake } from "../errors.js";

interface TextScalar<Internal> {
  readonly name: string;
  readonly description: string;
  readonly specifiedByURL?: string;
  /** What to send instead, for errors. */
  readonly form: string;
  /** @returns undefined for text that is not of the form */
  readonly parse: (text: string) => Internal | undefined;
}

/** A scalar that travels as text. Text from SQL is of the right form already and goes out as it is. */
function textScalar<Internal>({ form, parse, ...about }: TextScalar<Internal>) {
  const read = (value: unknown, node?: ValueNode): Internal => {
    const parsed = typeof value === "string" ? parse(value) : undefined;
    if (parsed !== undefined) return parsed;
    const mistake = new Mistake("BAD_USER_INPUT", {
      message: `Not a ${about.name}`,
      messageZh: `不是有效的${about.name}`,
      type: about.name,
      remedy: `Send ${form}`,
    });
    // graphql-js gives a GraphQLError from a scalar no place in the document.
    throw node ? new GraphQLError(mistake.message, { nodes: node, originalError: mistake }) : mistake;
  };
  return new GraphQLScalarType<Internal, string>({
    ...about,
    parseValue: (value) => read(value),
    parseLiteral: (node) => read(node.kind === Kind.STRING ? node.value : undefined, node),
    serialize: (value) => {
      if (typeof value === "string") return value;
      if (value instanceof Date) return shanghaiTime(value);
      throw new Fault("INTERNAL_SERVER_ERROR", {
        message: `A ${about.name} could not be written`,
        messageZh: `${about.name}无法输出`,
      });
    },
  });
}

export const PlainDate = textScalar({
  name: "PlainDate",
  description: "A calendar day in Asia/Shanghai, YYYY-MM-DD. 日期(北京时间),格式 YYYY-MM-DD",
  specifiedByURL: "https://www.rfc-editor.org/rfc/rfc3339#section-5.6",
  form: "a calendar date as YYYY-MM-DD, e.g. 2026-03-01",
  parse: (text) => (isCalendarDate(text) ? text : undefined),
});

export const DateTime = textScalar({
  name: "DateTime",
  description: "A moment, RFC 3339; the hub writes it with +08:00, any offset is read. 时刻,输出为北京时间(+08:00)",
  specifiedByURL: "https://www.rfc-editor.org/rfc/rfc3339",
  form: "a moment with its offset, e.g. 2026-03-01T08:30:00+08:00",
  parse: (text) => {
    try {
      const moment = GraphQLDateTime.parseValue(text);
      // Beyond these years JavaScript's text of a moment is none that PostgreSQL reads.
      return moment.getUTCFullYear() >= 1 && moment.getUTCFullYear() <= 9999 ? moment : undefined;
    } catch {
      return undefined; // its message would repeat the value
    }
  },
});

export const Month = textScalar({
  name: "Month",
  description: "A month in Asia/Shanghai, YYYY-MM. 月份(北京时间),格式 YYYY-MM",
  form: "a month as YYYY-MM, e.g. 2026-03",
  parse: (text) => (isCalendarDate(`${text}-01`) ? text : undefined),
});

export const DivisionCode = textScalar({
  name: "DivisionCode",
  description:
    "Division code of 12 digits, GB/T 2260 and GB/T 10114, padded with zeros: 320508000000 is a county. 统计用区划代码,12位",
  form: "12 digits, padded with zeros, e.g. 320508100000",
  parse: (text) => (/^[1-9]\d{11}$/.test(text) ? text : undefined),
});
