import { alert, caseOf, child, csv, DATABASES, type Desk, incident, openDesk, taken } from "./desk.js";

const NUMBER = "990101201605200029";

describe.each(DATABASES)("a broken file on %s is refused, with line, column and code", (kind) => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await openDesk(kind);
    taken(await desk.hand("minors", [child("M-1"), child("M-2")], { as: "social" }));
    taken(await desk.hand("minors", [child("S-1")], { as: "school" }));
    taken(await desk.hand("incidents", [incident("I-1"), incident("I-2")], { as: "governance" }));
    taken(await desk.hand("alerts", [alert("A-1")], { as: "governance" }));
    taken(await desk.hand("incident-alerts", [{ incident: "I-1", alert: "A-1" }], { as: "governance" }));
  });
  afterAll(() => desk?.close());

  it.each`
    as          | register    | what                              | text                                                                                    | errors
    ${"school"} | ${"minors"} | ${"nothing"}                      | ${""}                                                                                   | ${[[1, null, "NOT_CSV"]]}
    ${"school"} | ${"minors"} | ${"an unclosed quote"}            | ${`${header("minors")}\n"S-1,x\ny`}                                                     | ${[[2, null, "NOT_CSV"]]}
    ${"school"} | ${"minors"} | ${"another encoding"}             | ${Buffer.concat([Buffer.from(`${header("minors")}\nS-1,`), Buffer.from([0xff, 0xff])])} | ${[[2, null, "UNKNOWN_ENCODING"]]}
    ${"school"} | ${"minors"} | ${"an unknown column"}            | ${`${header("minors")},colour\n`}                                                       | ${[[1, "colour", "UNKNOWN_COLUMN"]]}
    ${"school"} | ${"minors"} | ${"a column of the prototype"}    | ${`${header("minors")},__proto__\n`}                                                    | ${[[1, "__proto__", "UNKNOWN_COLUMN"]]}
    ${"school"} | ${"minors"} | ${"a column of another case"}     | ${header("minors").replace("sex", "Sex")}                                               | ${[[1, "Sex", "UNKNOWN_COLUMN"], [1, "sex", "MISSING_COLUMN"]]}
    ${"school"} | ${"minors"} | ${"a missing column"}             | ${header("minors").replace(",sex", "")}                                                 | ${[[1, "sex", "MISSING_COLUMN"]]}
    ${"school"} | ${"minors"} | ${"a column twice"}               | ${`${header("minors")},sex\n`}                                                          | ${[[1, "sex", "REPEATED_COLUMN"]]}
    ${"school"} | ${"minors"} | ${"a row that is too short"}      | ${`${header("minors")}\nS-1,x\n`}                                                       | ${[[2, null, "WRONG_NUMBER_OF_CELLS"]]}
    ${"police"} | ${"minors"} | ${"a register that others write"} | ${header("minors")}                                                                     | ${[[1, null, "NOT_A_WRITER"]]}
  `("$register with $what", async ({ register, as, text, errors }) => {
    expect(await refused(register, text, as)).toEqual(errors);
  });

  it.each`
    what                                      | row                                                            | errors
    ${"no number"}                            | ${{ key: "" }}                                                 | ${["key EMPTY"]}
    ${"a number with a blank"}                | ${{ key: "S 1" }}                                              | ${["key BAD_VALUE"]}
    ${"a number with a colon"}                | ${{ key: "school:S-1" }}                                       | ${["key BAD_VALUE"]}
    ${"no name and no sex"}                   | ${{ full_name: "", sex: " " }}                                 | ${["full_name EMPTY", "sex EMPTY"]}
    ${"a NUL in the name"}                    | ${{ full_name: "林\u0000小雨" }}                               | ${["full_name BAD_VALUE"]}
    ${"a day that no calendar has"}           | ${{ birth_date: "2016-02-30" }}                                | ${["birth_date BAD_VALUE"]}
    ${"a day in another form"}                | ${{ birth_date: "3/2/2016" }}                                  | ${["birth_date BAD_VALUE"]}
    ${"a birth that is yet to come"}          | ${{ birth_date: "2116-02-03" }}                                | ${["birth_date BAD_VALUE"]}
    ${"a number of 15 digits"}                | ${{ citizen_number: "990101160520001" }}                       | ${["citizen_number BAD_VALUE"]}
    ${"a wrong check character"}              | ${{ citizen_number: "99010120160520002X" }}                    | ${["citizen_number BAD_VALUE"]}
    ${"a number that a real person may have"} | ${{ citizen_number: "11010519491231002X" }}                    | ${["citizen_number DEMO_ONLY"]}
    ${"an ethnic group of no list"}           | ${{ ethnic_group: "57" }}                                      | ${["ethnic_group BAD_VALUE"]}
    ${"an unknown care category"}             | ${{ care_categories: "LEFT_BEHIND;CHILD_OF_DETAINED_PARENT" }} | ${["care_categories BAD_VALUE"]}
    ${"a care category twice"}                | ${{ care_categories: "LEFT_BEHIND;LEFT_BEHIND" }}              | ${["care_categories BAD_VALUE"]}
    ${"a residence of 7 digits"}              | ${{ residence: "9901011" }}                                    | ${["residence BAD_VALUE"]}
    ${"a residence that is not listed"}       | ${{ residence: "320508100001" }}                               | ${["residence UNKNOWN_REFERENCE"]}
    ${"a guardian without relation"}          | ${{ guardian_1_name: "林芳" }}                                 | ${["guardian_1_relation EMPTY"]}
    ${"a guardian without name"}              | ${{ guardian_2_phone: "19900000000" }}                         | ${["guardian_2_name EMPTY"]}
    ${"a carer since nobody knows"}           | ${{ carer: "王秀" }}                                           | ${["carer_since EMPTY"]}
    ${"care by nobody"}                       | ${{ carer_since: "2025-01-01" }}                               | ${["carer EMPTY"]}
  `("minors with $what", async ({ row, errors }) => {
    expect(await refused("minors", csv("minors", [child("S-9", row)]), "school")).toEqual(at(2, errors));
  });

  it.each`
    as              | register        | what                                               | row                                                                                                                                                              | errors
    ${"rescue"}     | ${"minors"}     | ${"an address, which it does not write"}           | ${child("R-1", { home_address: "石门村" })}                                                                                                                      | ${["home_address NOT_A_WRITER"]}
    ${"school"}     | ${"classes"}    | ${"a teacher of another school"}                   | ${{ key: "K1", name: "一班", teacher: "other-school/teacher" }}                                                                                                  | ${["teacher UNKNOWN_REFERENCE"]}
    ${"school"}     | ${"classes"}    | ${"a teacher whom nobody knows"}                   | ${{ key: "K1", name: "一班", teacher: "school/nobody" }}                                                                                                         | ${["teacher UNKNOWN_REFERENCE"]}
    ${"school"}     | ${"enrolments"} | ${"an unknown pupil, year and class"}              | ${{ minor: "S-99", grade: "13", class: "K9", since: "2025-09-01" }}                                                                                              | ${["minor UNKNOWN_REFERENCE", "grade BAD_VALUE", "class UNKNOWN_REFERENCE"]}
    ${"social"}     | ${"cases"}      | ${"a minor suspect, which police write"}           | ${caseOf("C-1", { suspects: "M-1", named: "social/rescuer" })}                                                                                                   | ${["suspects NOT_A_WRITER"]}
    ${"rescue"}     | ${"cases"}      | ${"a narrative, which it does not write"}          | ${caseOf("C-1", { narrative: "经过" })}                                                                                                                          | ${["narrative NOT_A_WRITER"]}
    ${"social"}     | ${"cases"}      | ${"a victim and nobody who handles it"}            | ${caseOf("C-1", { victims: "M-1" })}                                                                                                                             | ${["named EMPTY"]}
    ${"social"}     | ${"cases"}      | ${"one minor in two relations"}                    | ${caseOf("C-1", { victims: "M-1", minors: "M-1", named: "social/rescuer" })}                                                                                     | ${["minors CONTRADICTION"]}
    ${"social"}     | ${"cases"}      | ${"an end before the beginning"}                   | ${caseOf("C-1", { stage: "CLOSED", closed_on: "2025-03-03" })}                                                                                                   | ${["closed_on CONTRADICTION"]}
    ${"social"}     | ${"cases"}      | ${"no day on which it was closed"}                 | ${caseOf("C-1", { stage: "CLOSED" })}                                                                                                                            | ${["closed_on EMPTY"]}
    ${"social"}     | ${"cases"}      | ${"an end, and yet open"}                          | ${caseOf("C-1", { closed_on: "2025-04-03" })}                                                                                                                    | ${["closed_on CONTRADICTION"]}
    ${"social"}     | ${"cases"}      | ${"itself among the participants"}                 | ${caseOf("C-1", { participants: "social" })}                                                                                                                     | ${["participants CONTRADICTION"]}
    ${"social"}     | ${"cases"}      | ${"people of a participant, whom its head names"}  | ${caseOf("C-1", { participants: "police", named: "police/officer", assigned: "police/officer" })}                                                                | ${["named CONTRADICTION", "assigned CONTRADICTION"]}
    ${"governance"} | ${"incidents"}  | ${"a moment without offset"}                       | ${incident("I-9", { occurred_at: "2025-03-04T10:00:00" })}                                                                                                       | ${["occurred_at BAD_VALUE"]}
    ${"governance"} | ${"incidents"}  | ${"a moment that is yet to come"}                  | ${incident("I-9", { occurred_at: "2125-03-04T10:00:00+08:00" })}                                                                                                 | ${["occurred_at BAD_VALUE"]}
    ${"publicity"}  | ${"alerts"}     | ${"a phone number in the redacted text"}           | ${alert("A-9", { redacted_text: "电话13912345678" })}                                                                                                            | ${["redacted_text BAD_VALUE"]}
    ${"publicity"}  | ${"alerts"}     | ${"a heat that is no number"}                      | ${alert("A-9", { heat: "-3" })}                                                                                                                                  | ${["heat BAD_VALUE"]}
    ${undefined}    | ${"agencies"}   | ${"an unknown kind and a wrong credit code"}       | ${{ code: "x", kind: "COURT", name: "x", division: "990101", legal_basis_kind: "STATUTORY_DUTY", legal_basis_document: "x", credit_code: "91310115MA1H8R7C6D" }} | ${["kind BAD_VALUE", "credit_code BAD_VALUE"]}
    ${undefined}    | ${"duties"}     | ${"an unknown agency and a prefix of 7"}           | ${{ agency: "nobody", record_type: "Minor", prefix: "9901011" }}                                                                                                 | ${["agency UNKNOWN_REFERENCE", "prefix BAD_VALUE"]}
    ${undefined}    | ${"persons"}    | ${"a post that the kind of agency lacks"}          | ${{ subject: "a", name: "a", agency: "school", post: "CASE_OFFICER", active: "yes" }}                                                                            | ${["post BAD_VALUE"]}
    ${undefined}    | ${"persons"}    | ${"a post of a system"}                            | ${{ subject: "a", name: "a", agency: "school", post: "SYSTEM_CLIENT", active: "yes" }}                                                                           | ${["post BAD_VALUE"]}
    ${undefined}    | ${"links"}      | ${"a number that nobody gave"}                     | ${{ kept: "school:S-99", merged: "village:V-1" }}                                                                                                                | ${["kept UNKNOWN_REFERENCE", "merged UNKNOWN_REFERENCE"]}
    ${undefined}    | ${"relations"}  | ${"no record, and a liaison who is nobody"}        | ${{ agency: "school", kind: "LIAISON", basis: "x" }}                                                                                                             | ${["minor CONTRADICTION", "person EMPTY"]}
    ${undefined}    | ${"relations"}  | ${"a share of no group by a person"}               | ${{ agency: "school", person: "school/teacher", kind: "SHARE", minor: "school:S-1", basis: "x" }}                                                                | ${["person CONTRADICTION", "policy_row BAD_VALUE"]}
    ${undefined}    | ${"relations"}  | ${"somebody named of an agency without a part"}    | ${{ agency: "police", person: "police/officer", kind: "NAMED", incident: "governance:I-1", basis: "x" }}                                                         | ${["agency CONTRADICTION"]}
    ${undefined}    | ${"relations"}  | ${"somebody assigned of an agency without a part"} | ${{ agency: "social", person: "social/rescuer", kind: "ASSIGNED", alert: "governance:A-1", hours: "2", basis: "x" }}                                             | ${["agency CONTRADICTION"]}
    ${undefined}    | ${"relations"}  | ${"break-glass without end"}                       | ${{ agency: "police", person: "police/officer", kind: "BREAK_GLASS", minor: "school:S-1", basis: "x" }}                                                          | ${["hours BAD_VALUE"]}
    ${undefined}    | ${"relations"}  | ${"break-glass for more than a day"}               | ${{ agency: "police", person: "police/officer", kind: "BREAK_GLASS", minor: "school:S-1", hours: "25", basis: "x" }}                                             | ${["hours BAD_VALUE"]}
  `("$register with $what", async ({ register, as, row, errors }) => {
    expect(await refused(register, csv(register, [row]), as)).toEqual(at(2, errors));
  });

  it("each row on its own line, repeated numbers included", async () => {
    const file = csv("minors", [
      child("S-5"),
      child("S-6", { sex: "X" }),
      child("S-5"),
      child("S-7", { birth_date: "" }),
    ]);
    expect(await refused("minors", file, "school")).toEqual([
      [3, "sex", "BAD_VALUE"],
      [4, "key", "REPEATED_KEY"],
      [5, "birth_date", "EMPTY"],
    ]);
  });

  it.each`
    as             | register       | row                                         | column
    ${"school"}    | ${"minors"}    | ${child("S-9", { citizen_number: NUMBER })} | ${"citizen_number"}
    ${"publicity"} | ${"alerts"}    | ${alert("A-9", { original_text: "原文" })}  | ${"original_text"}
    ${undefined}   | ${"relations"} | ${{ agency: "school", kind: "CONFLICT" }}   | ${null}
  `("$register with what only a demo takes, outside a demo", async ({ register, as, row, column }) => {
    const { errors } = await desk.hand(register, [row], { as, demo: false });
    expect(errors.map((error) => error.code)).toEqual(["DEMO_ONLY"]);
    expect(errors.map((error) => error.column)).toEqual([column]);
  });

  it("in English and in Chinese, with a remedy and without the value", async () => {
    const { errors } = await desk.hand(
      "minors",
      [child("S-9", { sex: "geheim", citizen_number: "110105194912310021" })],
      {
        as: "school",
      },
    );
    expect(errors).toHaveLength(2);
    for (const error of errors) {
      expect(error.message).toMatch(/^[A-Z]/);
      expect(error.messageZh).toMatch(/\p{Script=Han}/u);
      expect(error.remedy).not.toBe("");
      expect(JSON.stringify(error)).not.toMatch(/geheim|110105194912310021/);
    }
  });

  async function refused(register: string, text: string | Buffer, as: string | undefined) {
    const { errors, refused } = await desk.hand(register, text, as === undefined ? {} : { as });
    expect(refused).toBe(new Set(errors.map(({ line }) => line)).size);
    return errors.map(({ line, column, code }) => [line, column, code]);
  }
});

function header(register: string): string {
  return csv(register, []).trim();
}

/** "sex EMPTY" on this line. */
const at = (line: number, errors: readonly string[]) => errors.map((error) => [line, ...error.split(" ")]);
