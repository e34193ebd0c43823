import { assertRedacted } from "../../../src/domain/opinion/redaction.js";
import { mistakeOf } from "../mistake-of.js";

describe("a text redacted for partners (R30)", () => {
  it.each`
    text                                      | why
    ${"学生990001201202290015在校门口"}       | ${"18 digits"}
    ${"身份证99000120120229001x"}             | ${"lower-case x"}
    ${"９９０００１２０１２０２２９００１５"} | ${"full-width"}
    ${"990001 20120229 0015"}                 | ${"spaces between groups"}
    ${"990001-20120229-0015"}                 | ${"dashes between groups"}
    ${"990001—2012—0229—0015"}                | ${"Chinese dashes"}
    ${"9900 0120 1202 2900 15"}               | ${"groups of four"}
    ${"990001　2012 02 29　001 5"}            | ${"full-width spaces"}
    ${"9900\u200b0120120229\u200b0015"}       | ${"zero-width characters"}
    ${"证号：990001201213290015"}             | ${"mistyped month: still points at a child"}
    ${"99000120120229001519900001234"}        | ${"run together with a phone number"}
    ${"编号1990001201202290015"}              | ${"run together with a number in front"}
    ${"990001120229001"}                      | ${"15 digits"}
    ${"990001 120229 001"}                    | ${"15 digits, spaces between groups"}
    ${"九九〇〇〇一二〇一二〇二二九〇〇一五"} | ${"Chinese digits"}
  `("is refused with an identity number: $why", ({ text }) => expect(refused(text)).toMatch(/an identity number/));

  it.each`
    text                            | why
    ${"家长19900001234已联系"}      | ${"mobile"}
    ${"１９９００００１２３４"}     | ${"mobile, full-width"}
    ${"199 0000 1234"}              | ${"mobile, spaces"}
    ${"199-0000-1234"}              | ${"mobile, dashes"}
    ${"1990-000-1234"}              | ${"mobile, 4-3-4"}
    ${"199.0000.1234"}              | ${"mobile, dots"}
    ${"+86 19900001234"}            | ${"mobile with country code"}
    ${"8619900001234"}              | ${"mobile, country code run together"}
    ${"幺九九零零零零一二三四"}     | ${"mobile as it is spoken"}
    ${"2 19900001234"}              | ${"mobile behind the number of a list"}
    ${"0512-65000000"}              | ${"landline"}
    ${"(0512)6500 0000"}            | ${"landline, area code in brackets"}
    ${"（０５１２）６５０００００"} | ${"landline of 7 digits, full-width"}
    ${"01065000000"}                | ${"landline without a dash"}
    ${"+86-512-65000000"}           | ${"landline with country code"}
    ${"0512-65000000-801"}          | ${"landline with extension"}
    ${"电话：65000000"}             | ${"no area code, but the text says it is a phone"}
    ${"tel: 6500-0000"}             | ${"the same in English"}
  `("is refused with a phone number: $why", ({ text }) => expect(refused(text)).toMatch(/a phone number/));

  it.each`
    text                                         | why
    ${"某中学学生在校外被殴打,视频在网上传播。"} | ${"no number"}
    ${"(2024)苏0508刑初1234号"}                  | ${"court case number"}
    ${"吴公(治)行罚决字〔2024〕12345号"}         | ${"police decision number"}
    ${"案件编号A3205081000002024050012"}         | ${"police case number, 22 digits"}
    ${"2024-05-01"}                              | ${"date"}
    ${"2024-05-01 2024-06-01 2024-07-01"}        | ${"dates in a row"}
    ${"2024年5月1日至2024年6月1日"}              | ${"dates in Chinese"}
    ${"二〇二四年五月一日"}                      | ${"date in Chinese digits"}
    ${"2024-05-01 12:30:45"}                     | ${"date and time"}
    ${"20240501123045"}                          | ${"date and time without separators"}
    ${"2024-2025学年,1-9年级"}                   | ${"school year"}
    ${"罚款1,234,567.00元,共12345678元"}         | ${"amounts"}
    ${"转发10万余次,阅读12345678次"}             | ${"heat"}
    ${"拨打12355、110或12345"}                   | ${"public hotlines"}
    ${"热线电话400-820-8820"}                    | ${"service number"}
    ${"行政区划320508100201"}                    | ${"division code"}
    ${"统一社会信用代码91350100M000100Y43"}      | ${"credit code"}
    ${"13-15岁学生3人,身高170-180"}              | ${"ages and measures"}
    ${"〔号码已隐去〕"}                          | ${"what the remedy asks for"}
    ${""}                                        | ${"empty"}
  `("may hold: $why", ({ text }) => expect(() => assertRedacted(text, "input.redactedText")).not.toThrow());

  it("is refused by field and remedy, and the number is not repeated", () => {
    const mistake = mistakeOf(() => assertRedacted("家长19900001234", "input.redactedText"));
    expect(mistake.extensions).toMatchObject({ code: "BAD_USER_INPUT", field: "input.redactedText" });
    expect(mistake.extensions["remedy"]).toMatch(/number removed/);
    expect(JSON.stringify(mistake)).not.toMatch(/1990|1234/);
  });

  const refused = (text: string) => mistakeOf(() => assertRedacted(text, "input.redactedText")).message;
});
