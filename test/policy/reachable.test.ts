import { edited, findings } from "./shipped.js";

describe("what nobody can ever come to is refused:", () => {
  it.each`
    why                                        | edit                                                                                | finds                                                                                                                                                                 | loads
    ${"no purpose of the role"}                | ${"R31 AUDITOR := F:j"}                                                             | ${["R31 AUDITOR: no purpose of the role opens this cell"]}                                                                                                            | ${"R31 AUDITOR := F:j & AUDIT groups := R35 R31"}
    ${"no post but the head, who has all"}     | ${"R39 CUSTODY_AUTHORITY := F:k"}                                                   | ${["R39 CUSTODY_AUTHORITY: no post of the role opens this cell"]}                                                                                                     | ${"R39 CUSTODY_AUTHORITY := F:k & CUSTODY_AUTHORITY/NOTICE_SENDER groups := R10 R11 R37 R39"}
    ${"no post reads R35, nor the officer"}    | ${"*/DATA_PROTECTION_OFFICER groups := R34"}                                        | ${["R35 SCHOOL: no post", "R35 CUSTODY_AUTHORITY: no post"]}                                                                                                          | ${"*/DATA_PROTECTION_OFFICER groups := R34 R35"}
    ${"the officer counts for R35 alone"}      | ${"R39 CUSTODY_AUTHORITY := F:k & */DATA_PROTECTION_OFFICER groups := R35 R39"}     | ${["R39 CUSTODY_AUTHORITY: no post"]}                                                                                                                                 | ${"*/DATA_PROTECTION_OFFICER groups := R35 R39"}
    ${"the anchor is closed"}                  | ${"R15 PUBLICITY_CULTURE_CENTRE := X:j"}                                            | ${["R15 PUBLICITY_CULTURE_CENTRE: X can never be reached: whenever it holds, the anchor R1 hides the record"]}                                                        | ${"R15 PUBLICITY_CULTURE_CENTRE := A:j"}
    ${"the anchor only counts"}                | ${"R32 SCHOOL := A:j"}                                                              | ${["R33 SCHOOL: X can never be reached"]}                                                                                                                             | ${"R32 SCHOOL := X:j"}
    ${"the anchor counts first"}               | ${"R32 SCHOOL := A:p|X:j"}                                                          | ${["R33 SCHOOL: X can never be reached"]}                                                                                                                             | ${"R32 SCHOOL := X:j|A:p"}
    ${"no purpose opens group and anchor"}     | ${"LIFE_SAFETY groups := R3 R6 R14 R16b"}                                           | ${["R14 POLICE_STATION: F can never", "R14 GOVERNANCE_EMERGENCY_OFFICE: X can never", "R16b POLICE_STATION: F can never", "R16b SOCIAL_AFFAIRS_OFFICE: F can never"]} | ${"LIFE_SAFETY groups := R1 R3 R6 R14 R16b"}
    ${"no post opens group and anchor"}        | ${"CUSTODY_AUTHORITY/NOTICE_SENDER groups := R11 R37 & R10 CUSTODY_AUTHORITY := -"} | ${["R11 CUSTODY_AUTHORITY: F can never"]}                                                                                                                             | ${"R11 CUSTODY_AUTHORITY := - & CUSTODY_AUTHORITY/NOTICE_SENDER groups := R10 R37"}
    ${"a guardian's minor is hidden"}          | ${"R8 PUBLICITY_CULTURE_CENTRE := M:j"}                                             | ${["R8 PUBLICITY_CULTURE_CENTRE: M can never be reached: whenever it holds, the anchor R1"]}                                                                          | ${"R8 PUBLICITY_CULTURE_CENTRE := M:j & R1 PUBLICITY_CULTURE_CENTRE := M:l"}
    ${"an edge's record is hidden"}            | ${"R27m YOUTH_LEAGUE := F:p & R26 YOUTH_LEAGUE := A:j"}                             | ${["R27m YOUTH_LEAGUE: F can never be reached: whenever it holds, the anchor R26"]}                                                                                   | ${"R27m YOUTH_LEAGUE := F:p"}
    ${"break-glass for another purpose"}       | ${"R5 POLICE_STATION := X:e"}                                                       | ${["R5 POLICE_STATION: X never wins"]}                                                                                                                                | ${"R5 POLICE_STATION := X:e & LIFE_SAFETY groups := R1 R3 R4a R5 R6 R7 R8 R12 R14 R16b R32 R33"}
    ${"a value where all purposes only count"} | ${"R31 ANALYST := F:j"}                                                             | ${["R31 ANALYST: F never wins"]}                                                                                                                                      | ${"R31 ANALYST := A:p"}
    ${"a named person who is served before"}   | ${"R18 PROCURATORATE := F:p|M:p*"}                                                  | ${["R18 PROCURATORATE: M never wins"]}                                                                                                                                | ${"R18 PROCURATORATE := F:p*|M:p"}
  `("$why: $edit", ({ edit, finds, loads }) => {
    expect(findings(edited(edit))).toEqual(finds.map((find: string) => expect.stringMatching(`^${find}`)));
    expect(findings(edited(loads))).toEqual([]);
  });

  it.each`
    edit                                                   | why
    ${"R16b YOUTH_LEAGUE := F:c & R1 YOUTH_LEAGUE := F:l"} | ${"a child of the counsellor can be the liaison's too"}
    ${"R23 SCHOOL := F:j"}                                 | ${"a report has no anchor yet, and so no GraphQL type"}
    ${"R5 ANALYST := A:l"}                                 | ${"level A needs no anchor"}
  `("but not $edit: $why", ({ edit }) => {
    expect(findings(edited(edit))).toEqual([]);
  });
});
