import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readOperation } from "../../src/cli/operation.js";
import { EXAMPLES, openDemo } from "./demo.js";

const README = join(EXAMPLES, "../README.md");
const PICTURE = /(?<=<!-- three-answers -->\n).*(?=<!-- \/three-answers -->)/s;
/** As on the command line, and as the demo knows them. */
const ASKED = [
  { as: "school", subject: "school/head" },
  { as: "village-community-jinyuan-2", subject: "village-community-jinyuan-2/head-1" },
  { as: "police-station/case-officer", subject: "police-station/case-officer" },
];

describe("the picture that README opens with", () => {
  const { text, purpose } = readOperation(join(EXAMPLES, "one-question.graphql"));
  let picture: string;
  beforeAll(async () => {
    const demo = await openDemo();
    try {
      const answers = await Promise.all(ASKED.map(({ subject }) => demo.ask(subject, text, purpose)));
      picture = [
        "",
        `[One child](examples/one-question.graphql), asked about for ${purpose}: a pupil of the school, at home in the village.`,
        "",
        tableOf(answers.map(({ body }) => minorIn(body.data))),
        "It is the victim of a case in which the officer is named. Neither school nor village learns that there is one; the",
        "village sees that there is a citizen number, and needs no more. All people here are invented.",
        "",
        "",
      ].join("\n");
    } finally {
      await demo.close();
    }
    const { HUB_TEST_WRITE_ANSWERS } = process.env; // npm run docs:answers
    if (HUB_TEST_WRITE_ANSWERS) writeFileSync(README, readFileSync(README, "utf8").replace(PICTURE, picture));
  }, 120_000);

  it("is what three roles are answered today to examples/one-question.graphql", () => {
    expect(essence(PICTURE.exec(readFileSync(README, "utf8"))?.[0] ?? "")).toBe(essence(picture));
  });

  it("shows the case to the officer who is named in it, and to nobody else; the number to whom needs it", () => {
    const lines = picture.replaceAll("\\", "").split("\n");
    const row = (field: string) => lines.find((line) => line.startsWith(`| ${field} `)) ?? "";
    expect(row("cases")).toMatch(/^\| cases \| \[\] \| \[\] \| .*SEXUAL_ABUSE.* \|$/);
    expect(row("citizenNumber")).toMatch(/^\| citizenNumber \| 99\d{15}[\dX] \| \*{18} \| 99\d{15}[\dX] \|$/);
  });
});

/** Without the formatter's columns, and without the age band, which is that of today while a document grows old. */
const essence = (markdown: string): string =>
  markdown
    .replace(/^\| ageBand .*\n/m, "")
    .replace(/ {2,}/g, " ")
    .replace(/\| (-+) (?=\|)/g, "|---");

function minorIn(data: Record<string, unknown> | null | undefined): Record<string, unknown> {
  const minor = data?.["minor"];
  if (typeof minor !== "object" || minor === null) throw new Error("The child is shown to none of the three any more");
  return { ...minor };
}

function tableOf(minors: readonly Record<string, unknown>[]): string {
  const fields = Object.keys(minors[0] ?? {});
  return [
    `| | ${ASKED.map(({ as }) => `\`${as}\``).join(" | ")} |`,
    `|${[fields, ...ASKED].map(() => "---|").join("")}`,
    ...fields.map((field) => `| ${field} | ${minors.map((minor) => inACell(minor[field])).join(" | ")} |`),
    "",
  ].join("\n");
}

/** Values of an object with blanks between them: what they are, the question says. */
function inACell(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "[]" : value.map(inACell).join("; ");
  if (typeof value === "object" && value !== null) return Object.values(value).map(inACell).join(" ");
  return String(value).replaceAll("*", "\\*");
}
