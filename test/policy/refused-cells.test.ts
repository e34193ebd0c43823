import { edited, findings } from "./shipped.js";

/** Every refusal of a single cell, beside the nearest edit that must load. */
describe("a cell is refused with its place when it has", () => {
  it.each`
    what                                 | edit                                                             | finds                                                                              | loads
    ${"an unknown row in a post"}        | ${"SOCIAL_ORGANISATION/VOLUNTEER groups := R1 R999"}             | ${"SOCIAL_ORGANISATION/VOLUNTEER groups: unknown row: R999"}                       | ${"SOCIAL_ORGANISATION/VOLUNTEER groups := R1 R39"}
    ${"an unknown row in a purpose"}     | ${"CASE_HANDLING groups := * -R999"}                             | ${"CASE_HANDLING groups: unknown row: -R999"}                                      | ${"CASE_HANDLING groups := * -R10"}
    ${"a row twice"}                     | ${"SOCIAL_ORGANISATION/VOLUNTEER groups := R1 R1"}               | ${"SOCIAL_ORGANISATION/VOLUNTEER groups: R1 stands twice"}                         | ${"SOCIAL_ORGANISATION/VOLUNTEER groups := R1"}
    ${"a right misspelt"}                | ${"*/HEAD may := approve-access review-break-glass name-person"} | ${"*/HEAD may: unknown: name-person"}                                              | ${"*/HEAD may := name-persons"}
    ${"a right twice"}                   | ${"AUDITOR/AUDITOR may := audit-export audit-export"}            | ${"AUDITOR/AUDITOR may: audit-export stands twice"}                                | ${"AUDITOR/AUDITOR may := audit-export"}
    ${"all rows and one more"}           | ${"SOCIAL_ORGANISATION/VOLUNTEER groups := * R1"}                | ${"SOCIAL_ORGANISATION/VOLUNTEER groups: R1 after *"}                              | ${"SOCIAL_ORGANISATION/VOLUNTEER groups := *"}
    ${"a row taken out of some"}         | ${"SOCIAL_ORGANISATION/VOLUNTEER groups := R1 -R6"}              | ${"SOCIAL_ORGANISATION/VOLUNTEER groups: unknown row: -R6"}                        | ${"SOCIAL_ORGANISATION/VOLUNTEER groups := * -R6"}
    ${"an unknown role in a post"}       | ${"CARE_INSTITUTION/CARER role := CARE_HOME"}                    | ${"CARE_HOME/CARER role: unknown: CARE_HOME"}                                      | ${"CARE_INSTITUTION/CARER post := CARER_IN_CHIEF"}
    ${"an unknown role in a purpose"}    | ${"LEGAL_SUPERVISION roles := PROCURATORATE COURT"}              | ${"LEGAL_SUPERVISION roles: unknown: COURT"}                                       | ${"CASE_HANDLING groups := *"}
    ${"an unknown role as a writer"}     | ${"R25 writers := PROCURATORATE COURT"}                          | ${"R25 writers: unknown: COURT"}                                                   | ${"R25 writers := PROCURATORATE SCHOOL"}
    ${"a writer twice"}                  | ${"R25 writers := PROCURATORATE PROCURATORATE"}                  | ${"R25 writers: PROCURATORATE stands twice"}                                       | ${"R25 writers := PROCURATORATE"}
    ${"an unknown scope"}                | ${"CARE_INSTITUTION/CARER scope := OWN_HOUSE"}                   | ${"CARE_INSTITUTION/CARER scope: unknown: OWN_HOUSE"}                              | ${"CARE_INSTITUTION/CARER scope := AGENCY"}
    ${"an unknown limit"}                | ${"R6 limits := NO_EXPORTS"}                                     | ${"R6 limits: unknown: NO_EXPORTS"}                                                | ${"R6 limits := NO_EXPORT COUNTY_ONLY"}
    ${"an unknown level"}                | ${"R6 SCHOOL := Q:o"}                                            | ${"R6 SCHOOL: unknown level: Q"}                                                   | ${"R6 SCHOOL := B:o"}
    ${"the level of nothing, opened"}    | ${"R6 SCHOOL := -:o"}                                            | ${"R6 SCHOOL: unknown level: -"}                                                   | ${"R6 SCHOOL := -"}
    ${"an unknown condition"}            | ${"R6 SCHOOL := F:o,z"}                                          | ${"R6 SCHOOL: unknown condition: z"}                                               | ${"R6 SCHOOL := F:o,k"}
    ${"nothing after a comma"}           | ${"R6 SCHOOL := F:o,"}                                           | ${"R6 SCHOOL: unknown condition: "}                                                | ${"R6 SCHOOL := F:o"}
    ${"nothing"}                         | ${"R6 SCHOOL :="}                                                | ${"R6 SCHOOL: the cell is empty"}                                                  | ${"R6 SCHOOL := -"}
    ${"no condition"}                    | ${"R6 SCHOOL := F"}                                              | ${"R6 SCHOOL: F is not a level with conditions"}                                   | ${"R6 SCHOOL := F:k"}
    ${"no condition after the colon"}    | ${"R6 SCHOOL := F:"}                                             | ${"R6 SCHOOL: F: is not a level with conditions"}                                  | ${"R6 SCHOOL := F:k"}
    ${"a second colon"}                  | ${"R6 SCHOOL := F:o:k"}                                          | ${"R6 SCHOOL: F:o:k is not a level with conditions"}                               | ${"R6 SCHOOL := F:o,k"}
    ${"a level twice"}                   | ${"R6 VILLAGE_COMMUNITY := F:j|F:p"}                             | ${"R6 VILLAGE_COMMUNITY: level F stands twice"}                                    | ${"R6 VILLAGE_COMMUNITY := F:j,p"}
    ${"a condition twice"}               | ${"R6 VILLAGE_COMMUNITY := F:j|B:j,p"}                           | ${"R6 VILLAGE_COMMUNITY: condition j stands twice"}                                | ${"R6 VILLAGE_COMMUNITY := F:j|B:p"}
    ${"M that nothing explains"}         | ${"R6 SCHOOL := M:o"}                                            | ${"R6 at_M: level M is shown without a text"}                                      | ${"R6 SCHOOL := M:o & R6 at_M := the street"}
    ${"B that nothing explains"}         | ${"R6 at_B :="}                                                  | ${"R6 at_B: level B is shown without a text"}                                      | ${"R6 at_X :="}
    ${"X that nothing explains"}         | ${"R36 at_X :="}                                                 | ${"R36 at_X: level X is shown without a text"}                                     | ${"R36 POLICE_STATION := - & R36 at_X :="}
    ${"F as M for a minor author"}       | ${"R29 GOVERNANCE_EMERGENCY_OFFICE := - & R29 at_M :="}          | ${"R29 at_M: level M is shown without a text"}                                     | ${"R29 GOVERNANCE_EMERGENCY_OFFICE := -"}
    ${"o without being a writer"}        | ${"R31 RESCUE_STATION := F:o"}                                   | ${"R31 RESCUE_STATION: o for a role that is not among the writers"}                | ${"R31 RESCUE_STATION := F:o & R31 writers := GOVERNANCE_EMERGENCY_OFFICE POLICE_STATION SCHOOL RESCUE_STATION"}
    ${"j on a NAMED_ONLY row"}           | ${"R10 VILLAGE_COMMUNITY := F:s,j"}                              | ${"R10 VILLAGE_COMMUNITY: j on a NAMED_ONLY row"}                                  | ${"R10 VILLAGE_COMMUNITY := F:s,a"}
    ${"p on a NAMED_ONLY row"}           | ${"R19 SCHOOL := F:p"}                                           | ${"R19 SCHOOL: p on a NAMED_ONLY row"}                                             | ${"R19 SCHOOL := F:p*,r"}
    ${"a request that opens two rows"}   | ${"R6 EDUCATION_BUREAU := B:r"}                                  | ${"R6 EDUCATION_BUREAU: r stands in R1 too, so an approval of one row opens both"} | ${"R6 EDUCATION_BUREAU := B:r & R1 EDUCATION_BUREAU := F:a|M:j"}
    ${"one that opens the guardian too"} | ${"R8 EDUCATION_BUREAU := F:a,r"}                                | ${"R8 EDUCATION_BUREAU: r stands in R1 too, so an approval of one row opens both"} | ${"R8 POLICE_STATION := F:p,e,r"}
    ${"one that opens an edge too"}      | ${"R17 SCHOOL := F:p,r & R19 SCHOOL := F:p*,r"}                  | ${"R19 SCHOOL: r stands in R17 too, so an approval of one row opens both"}         | ${"R17 SCHOOL := F:p,r & R19 POLICE_STATION := F:p*,r"}
    ${"a value on a NO_COLUMN row"}      | ${"R34 POLICE_STATION := F:p"}                                   | ${"R34 POLICE_STATION: open on a NO_COLUMN row"}                                   | ${"R34 POLICE_STATION := X:p"}
    ${"a count on a NO_COLUMN row"}      | ${"R34 ANALYST := A:j"}                                          | ${"R34 ANALYST: open on a NO_COLUMN row"}                                          | ${"R34 ANALYST := -"}
    ${"a flag where there is no record"} | ${"R21 POLICE_STATION := X:p & R21 at_X := ask"}                 | ${"R21 POLICE_STATION: open on a NO_COLUMN row"}                                   | ${"R21 POLICE_STATION := -"}
    ${"a column but no record"}          | ${"R22 limits :="}                                               | ${"R22 record: no record, yet a column"}                                           | ${"R22 limits := NO_COLUMN NO_EXPORT"}
    ${"an unknown word for an anchor"}   | ${"R6 anchor := no"}                                             | ${"R6 anchor: unknown: no"}                                                        | ${"R6 anchor :="}
    ${"a second anchor for one record"}  | ${"R6 anchor := yes"}                                            | ${"R6 anchor: Minor has an anchor already"}                                        | ${"R23 anchor := yes"}
    ${"an anchor on an edge"}            | ${"R19 anchor := yes"}                                           | ${"R19 anchor: Case.victims cannot have an anchor"}                                | ${"R19 anchor :="}
    ${"an anchor on a guardian"}         | ${"R8 anchor := yes"}                                            | ${"R8 anchor: Guardian cannot have an anchor"}                                     | ${"R8 anchor :="}
    ${"another sign than R6 for a row"}  | ${"R22 row := SEALED"}                                           | ${"SEALED row: not a row number"}                                                  | ${"R22 row := R99z"}
  `("$what: $edit", ({ edit, finds, loads }) => {
    expect(findings(edited(edit))).toEqual([finds]);
    expect(findings(edited(loads))).toEqual([]);
  });

  it.each`
    edit                              | why
    ${"R6 WOMENS_FEDERATION := F:o"}  | ${"o of a child is a source record, which needs no writer"}
    ${"R8 WOMENS_FEDERATION := F:o"}  | ${"o of a guardian is the child's"}
    ${"R35 CUSTODY_AUTHORITY := B:o"} | ${"o of an access record is the agency whose reading the hub wrote down"}
    ${"R10 ANALYST := A:j,p"}         | ${"level A of a NAMED_ONLY row shows nobody"}
    ${"R4b SCHOOL := F:o|A:j"}        | ${"level A needs no text"}
  `("but not $edit: $why", ({ edit }) => {
    expect(findings(edited(edit))).toEqual([]);
  });
});
