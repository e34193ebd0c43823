import fc from "fast-check";
import { type Asker, decideLevel, factsNamedBy, isShown } from "../../src/policy/decide.js";
import { FACT, type Facts, submasks } from "../../src/policy/facts.js";
import { parsePolicy } from "../../src/policy/load.js";
import { type Level, type Policy, type PolicyRow, ROLES, type Role } from "../../src/policy/policy.js";
import { possibleLevels } from "../support/possible-levels.js";
import { edited, shipped } from "./shipped.js";

const policy = parsePolicy(shipped);

/** Columns: the group, who asks (role/post), what for, what holds, what is shown. */
describe("a group is shown by relation:", () => {
  it.each`
    group    | who                                           | purpose                       | facts                 | level
    ${"R6"}  | ${"VILLAGE_COMMUNITY/VILLAGE_CHILD_DIRECTOR"} | ${"LEFT_BEHIND_CARE"}         | ${"j"}                | ${"F"}
    ${"R6"}  | ${"VILLAGE_COMMUNITY/VILLAGE_CHILD_DIRECTOR"} | ${"LEFT_BEHIND_CARE"}         | ${"none"}             | ${"-"}
    ${"R6"}  | ${"SCHOOL/REGISTRAR"}                         | ${"COMPULSORY_EDUCATION"}     | ${"o"}                | ${"F"}
    ${"R6"}  | ${"SCHOOL/REGISTRAR"}                         | ${"COMPULSORY_EDUCATION"}     | ${"j p l"}            | ${"-"}
    ${"R6"}  | ${"WOMENS_FEDERATION/HEAD"}                   | ${"LEFT_BEHIND_CARE"}         | ${"j"}                | ${"-"}
    ${"R6"}  | ${"WOMENS_FEDERATION/HEAD"}                   | ${"LEFT_BEHIND_CARE"}         | ${"l"}                | ${"B"}
    ${"R6"}  | ${"WOMENS_FEDERATION/HEAD"}                   | ${"GUARDIANSHIP_SUPERVISION"} | ${"p l"}              | ${"F"}
    ${"R1"}  | ${"EDUCATION_BUREAU/STUDENT_OFFICER"}         | ${"COMPULSORY_EDUCATION"}     | ${"j"}                | ${"M"}
    ${"R1"}  | ${"EDUCATION_BUREAU/STUDENT_OFFICER"}         | ${"COMPULSORY_EDUCATION"}     | ${"j r"}              | ${"F"}
    ${"R13"} | ${"EDUCATION_BUREAU/STUDENT_OFFICER"}         | ${"COMPULSORY_EDUCATION"}     | ${"j"}                | ${"X"}
    ${"R5"}  | ${"EDUCATION_BUREAU/STUDENT_OFFICER"}         | ${"LEFT_BEHIND_CARE"}         | ${"j"}                | ${"A"}
    ${"R17"} | ${"POLICE_STATION/DUTY_OFFICER"}              | ${"CASE_HANDLING"}            | ${"j"}                | ${"B"}
    ${"R17"} | ${"POLICE_STATION/DUTY_OFFICER"}              | ${"CASE_HANDLING"}            | ${"j p"}              | ${"F"}
    ${"R18"} | ${"WOMENS_FEDERATION/HEAD"}                   | ${"CASE_HANDLING"}            | ${"p"}                | ${"M"}
    ${"R17"} | ${"WOMENS_FEDERATION/HEAD"}                   | ${"CASE_HANDLING"}            | ${"named"}            | ${"F"}
    ${"R19"} | ${"WOMENS_FEDERATION/HEAD"}                   | ${"CASE_HANDLING"}            | ${"named"}            | ${"F"}
    ${"R19"} | ${"WOMENS_FEDERATION/HEAD"}                   | ${"CASE_HANDLING"}            | ${"p"}                | ${"-"}
    ${"R21"} | ${"POLICE_STATION/HEAD"}                      | ${"CASE_HANDLING"}            | ${"all but conflict"} | ${"-"}
    ${"R1"}  | ${"OPERATOR/SYSTEM_ADMIN"}                    | ${"CASE_HANDLING"}            | ${"all but conflict"} | ${"-"}
  `("$group, $who for $purpose, $facts -> $level", decides);
});

describe("a stay at a rescue station is shown to whoever cares for the child, and that it is in care to the police (R41):", () => {
  it.each`
    group    | who                                           | purpose                       | facts                 | level
    ${"R41"} | ${"RESCUE_STATION/INTAKE_WORKER"}             | ${"RESCUE_AND_TRACING"}       | ${"o"}                | ${"F"}
    ${"R41"} | ${"RESCUE_STATION/INTAKE_WORKER"}             | ${"RESCUE_AND_TRACING"}       | ${"p"}                | ${"-"}
    ${"R41"} | ${"RESCUE_STATION/SOCIAL_WORKER"}             | ${"RESCUE_AND_TRACING"}       | ${"o"}                | ${"-"}
    ${"R41"} | ${"CARE_INSTITUTION/CARER"}                   | ${"PLACEMENT"}                | ${"o scope"}          | ${"F"}
    ${"R41"} | ${"CARE_INSTITUTION/CARER"}                   | ${"PLACEMENT"}                | ${"p scope"}          | ${"-"}
    ${"R41"} | ${"SOCIAL_AFFAIRS_OFFICE/CHILD_SUPERVISOR"}   | ${"GUARDIANSHIP_SUPERVISION"} | ${"j"}                | ${"F"}
    ${"R41"} | ${"SOCIAL_AFFAIRS_OFFICE/CHILD_SUPERVISOR"}   | ${"CASE_HANDLING"}            | ${"p"}                | ${"F"}
    ${"R41"} | ${"SOCIAL_AFFAIRS_OFFICE/CHILD_SUPERVISOR"}   | ${"LEFT_BEHIND_CARE"}         | ${"j p"}              | ${"-"}
    ${"R41"} | ${"POLICE_STATION/DUTY_OFFICER"}              | ${"CASE_HANDLING"}            | ${"p"}                | ${"B"}
    ${"R41"} | ${"POLICE_STATION/DUTY_OFFICER"}              | ${"LIFE_SAFETY"}              | ${"e"}                | ${"B"}
    ${"R41"} | ${"POLICE_STATION/DUTY_OFFICER"}              | ${"CASE_HANDLING"}            | ${"j"}                | ${"-"}
    ${"R41"} | ${"PROCURATORATE/HEAD"}                       | ${"LEGAL_SUPERVISION"}        | ${"p"}                | ${"F"}
    ${"R41"} | ${"PROCURATORATE/HEAD"}                       | ${"LEGAL_SUPERVISION"}        | ${"j"}                | ${"-"}
    ${"R41"} | ${"SCHOOL/HEAD"}                              | ${"GUARDIANSHIP_SUPERVISION"} | ${"all but conflict"} | ${"-"}
    ${"R41"} | ${"VILLAGE_COMMUNITY/VILLAGE_CHILD_DIRECTOR"} | ${"GUARDIANSHIP_SUPERVISION"} | ${"all but conflict"} | ${"-"}
    ${"R41"} | ${"WOMENS_FEDERATION/HEAD"}                   | ${"PLACEMENT"}                | ${"all but conflict"} | ${"-"}
  `("$who for $purpose, $facts -> $level", decides);
});

describe("a conflict of interest hides everything:", () => {
  it.each`
    group    | who                              | purpose            | facts                 | level
    ${"R14"} | ${"POLICE_STATION/CASE_OFFICER"} | ${"LIFE_SAFETY"}   | ${"e scope"}          | ${"F"}
    ${"R14"} | ${"POLICE_STATION/CASE_OFFICER"} | ${"LIFE_SAFETY"}   | ${"e scope conflict"} | ${"-"}
    ${"R17"} | ${"PROCURATORATE/HEAD"}          | ${"CASE_HANDLING"} | ${"p j"}              | ${"F"}
    ${"R17"} | ${"PROCURATORATE/HEAD"}          | ${"CASE_HANDLING"} | ${"p j conflict"}     | ${"-"}
    ${"R5"}  | ${"ANALYST/ANALYST"}             | ${"STATISTICS"}    | ${"j conflict"}       | ${"-"}
  `("$group, $who, $facts -> $level", decides);
});

describe("a purpose is needed, and narrows:", () => {
  it.each`
    group    | who                              | purpose               | facts    | level  | why
    ${"R14"} | ${"SCHOOL/REGISTRAR"}            | ${"none"}             | ${"o"}   | ${"-"} | ${"none is stated"}
    ${"R6"}  | ${"SCHOOL/REGISTRAR"}            | ${"LEFT_BEHIND_CARE"} | ${"o"}   | ${"F"} | ${"it opens R6"}
    ${"R6"}  | ${"SCHOOL/REGISTRAR"}            | ${"SCHOOL_SAFETY"}    | ${"o"}   | ${"-"} | ${"it does not open R6"}
    ${"R6"}  | ${"SCHOOL/REGISTRAR"}            | ${"LIFE_SAFETY"}      | ${"o"}   | ${"-"} | ${"it is not one of the school's"}
    ${"R14"} | ${"POLICE_STATION/DUTY_OFFICER"} | ${"LIFE_SAFETY"}      | ${"e"}   | ${"F"} | ${"break-glass"}
    ${"R14"} | ${"POLICE_STATION/DUTY_OFFICER"} | ${"CASE_HANDLING"}    | ${"e"}   | ${"-"} | ${"no other purpose grants e"}
    ${"R14"} | ${"POLICE_STATION/DUTY_OFFICER"} | ${"CASE_HANDLING"}    | ${"e p"} | ${"X"} | ${"e passes, p holds"}
    ${"R5"}  | ${"WOMENS_FEDERATION/HEAD"}      | ${"LEFT_BEHIND_CARE"} | ${"l j"} | ${"F"} | ${"the first that holds"}
    ${"R5"}  | ${"WOMENS_FEDERATION/HEAD"}      | ${"STATISTICS"}       | ${"l j"} | ${"A"} | ${"the liaison's child is counted like others"}
    ${"R5"}  | ${"WOMENS_FEDERATION/HEAD"}      | ${"STATISTICS"}       | ${"l"}   | ${"-"} | ${"no value in statistics"}
    ${"R4b"} | ${"ANALYST/ANALYST"}             | ${"STATISTICS"}       | ${"j"}   | ${"A"} | ${"in the analyst's place"}
    ${"R4b"} | ${"ANALYST/ANALYST"}             | ${"STATISTICS"}       | ${"p"}   | ${"-"} | ${"outside it"}
  `("$group, $who for $purpose, $facts -> $level: $why", decides);
});

describe("a post narrows:", () => {
  it.each`
    group    | who                                 | purpose               | facts        | level  | why
    ${"R15"} | ${"POLICE_STATION/CASE_OFFICER"}    | ${"CASE_HANDLING"}    | ${"p scope"} | ${"X"} | ${"all groups"}
    ${"R15"} | ${"POLICE_STATION/DUTY_OFFICER"}    | ${"CASE_HANDLING"}    | ${"p scope"} | ${"-"} | ${"R15 is taken out"}
    ${"R16"} | ${"SCHOOL/COUNSELLING_TEACHER"}     | ${"LEFT_BEHIND_CARE"} | ${"c"}       | ${"F"} | ${"in the list"}
    ${"R16"} | ${"SCHOOL/CLASS_TEACHER"}           | ${"LEFT_BEHIND_CARE"} | ${"c scope"} | ${"-"} | ${"not in the list"}
    ${"R6"}  | ${"SCHOOL/CLASS_TEACHER"}           | ${"LEFT_BEHIND_CARE"} | ${"o scope"} | ${"F"} | ${"a child of the own class"}
    ${"R6"}  | ${"SCHOOL/CLASS_TEACHER"}           | ${"LEFT_BEHIND_CARE"} | ${"o"}       | ${"-"} | ${"a child of another class"}
    ${"R6"}  | ${"POLICE_STATION/CASE_OFFICER"}    | ${"CASE_HANDLING"}    | ${"p"}       | ${"-"} | ${"not assigned"}
    ${"R6"}  | ${"POLICE_STATION/DUTY_OFFICER"}    | ${"CASE_HANDLING"}    | ${"p"}       | ${"F"} | ${"scope AGENCY asks for nothing more"}
    ${"R31"} | ${"SCHOOL/SYSTEM_CLIENT"}           | ${"SCHOOL_SAFETY"}    | ${"o"}       | ${"F"} | ${"a system's own reach"}
    ${"R1"}  | ${"SCHOOL/SYSTEM_CLIENT"}           | ${"SCHOOL_SAFETY"}    | ${"o"}       | ${"-"} | ${"about persons only for a person"}
    ${"R35"} | ${"SCHOOL/DATA_PROTECTION_OFFICER"} | ${"AUDIT"}            | ${"o"}       | ${"B"} | ${"day and groups"}
    ${"R35"} | ${"SCHOOL/CLASS_TEACHER"}           | ${"AUDIT"}            | ${"o scope"} | ${"-"} | ${"not in the list"}
  `("$group, $who, $facts -> $level: $why", decides);
});

describe("on a NAMED_ONLY row the source, the addressee and the approved agency must be named persons of it:", () => {
  it.each`
    group    | who                                  | purpose                     | facts                 | level
    ${"R10"} | ${"CUSTODY_AUTHORITY/NOTICE_SENDER"} | ${"PRISONER_CHILD_SUPPORT"} | ${"o named"}          | ${"F"}
    ${"R10"} | ${"CUSTODY_AUTHORITY/NOTICE_SENDER"} | ${"PRISONER_CHILD_SUPPORT"} | ${"o"}                | ${"-"}
    ${"R10"} | ${"JUSTICE_OFFICE/NOTICE_OFFICER"}   | ${"PRISONER_CHILD_SUPPORT"} | ${"a named"}          | ${"F"}
    ${"R10"} | ${"JUSTICE_OFFICE/NOTICE_OFFICER"}   | ${"PRISONER_CHILD_SUPPORT"} | ${"a"}                | ${"-"}
    ${"R10"} | ${"JUSTICE_OFFICE/HEAD"}             | ${"PRISONER_CHILD_SUPPORT"} | ${"s"}                | ${"F"}
    ${"R10"} | ${"SOCIAL_AFFAIRS_OFFICE/HEAD"}      | ${"PRISONER_CHILD_SUPPORT"} | ${"r named"}          | ${"F"}
    ${"R10"} | ${"SOCIAL_AFFAIRS_OFFICE/HEAD"}      | ${"PRISONER_CHILD_SUPPORT"} | ${"r"}                | ${"-"}
    ${"R10"} | ${"SOCIAL_AFFAIRS_OFFICE/HEAD"}      | ${"PRISONER_CHILD_SUPPORT"} | ${"named"}            | ${"-"}
    ${"R10"} | ${"SCHOOL/HEAD"}                     | ${"PRISONER_CHILD_SUPPORT"} | ${"all but conflict"} | ${"-"}
    ${"R25"} | ${"SCHOOL/LEGAL_VICE_PRINCIPAL"}     | ${"LEGAL_SUPERVISION"}      | ${"a"}                | ${"F"}
  `("$group, $who, $facts -> $level", decides);
});

describe("the account of a minor author is masked:", () => {
  it.each`
    group    | who                                               | purpose               | facts              | level
    ${"R29"} | ${"PUBLICITY_CULTURE_CENTRE/OPINION_MONITOR"}     | ${"OPINION_RESPONSE"} | ${"o"}             | ${"F"}
    ${"R29"} | ${"PUBLICITY_CULTURE_CENTRE/OPINION_MONITOR"}     | ${"OPINION_RESPONSE"} | ${"o minorAuthor"} | ${"M"}
    ${"R29"} | ${"GOVERNANCE_EMERGENCY_OFFICE/INCIDENT_OFFICER"} | ${"OPINION_RESPONSE"} | ${"p minorAuthor"} | ${"M"}
    ${"R29"} | ${"PUBLICITY_CULTURE_CENTRE/OPINION_MONITOR"}     | ${"OPINION_RESPONSE"} | ${"minorAuthor"}   | ${"-"}
    ${"R28"} | ${"PUBLICITY_CULTURE_CENTRE/OPINION_MONITOR"}     | ${"OPINION_RESPONSE"} | ${"o minorAuthor"} | ${"F"}
  `("$group, $who, $facts -> $level", decides);

  it("and a count of alerts stays a count", () => {
    const counted = rowOf("R29", parsePolicy(edited("R29 ANALYST := A:j")));
    const analyst = asker("ANALYST/ANALYST", "STATISTICS");
    expect(decideLevel(counted, analyst, mask("j minorAuthor"))).toBe("A");
  });
});

describe("the facts that a cell can depend on", () => {
  it.each`
    group    | who                                           | facts
    ${"R6"}  | ${"SCHOOL/REGISTRAR"}                         | ${"conflict o"}
    ${"R6"}  | ${"SCHOOL/CLASS_TEACHER"}                     | ${"conflict o scope"}
    ${"R6"}  | ${"PUBLICITY_CULTURE_CENTRE/OPINION_MONITOR"} | ${"conflict"}
    ${"R17"} | ${"PROCURATORATE/HEAD"}                       | ${"conflict p named j"}
    ${"R19"} | ${"PROCURATORATE/HEAD"}                       | ${"conflict named"}
    ${"R10"} | ${"SOCIAL_AFFAIRS_OFFICE/HEAD"}               | ${"conflict r named"}
    ${"R10"} | ${"VILLAGE_COMMUNITY/SUNSHINE_LIAISON"}       | ${"conflict s scope"}
    ${"R29"} | ${"PUBLICITY_CULTURE_CENTRE/OPINION_MONITOR"} | ${"conflict o minorAuthor"}
  `("$group, $who: $facts", ({ group, who, facts }: Row) => {
    const { role, post } = asker(who, "none");
    expect(factsNamedBy(rowOf(group), role, post)).toBe(mask(facts));
  });

  it("are all that the decision reads: no other fact changes it", () => {
    fc.assert(
      fc.property(anyAsk, fc.nat(2 * FACT.minorAuthor - 1), ([row, asker], facts) => {
        const named = factsNamedBy(row, asker.role, asker.post);
        expect(decideLevel(row, asker, facts)).toBe(decideLevel(row, asker, facts & named));
      }),
      { numRuns: 20_000 },
    );
  });
});

describe("the levels that an asker may meet", () => {
  it.each`
    group    | who                                           | purpose               | levels
    ${"R6"}  | ${"WOMENS_FEDERATION/HEAD"}                   | ${"LEFT_BEHIND_CARE"} | ${"- B F"}
    ${"R6"}  | ${"WOMENS_FEDERATION/HEAD"}                   | ${"OPINION_RESPONSE"} | ${"-"}
    ${"R5"}  | ${"WOMENS_FEDERATION/HEAD"}                   | ${"STATISTICS"}       | ${"- A"}
    ${"R14"} | ${"POLICE_STATION/DUTY_OFFICER"}              | ${"CASE_HANDLING"}    | ${"- X"}
    ${"R14"} | ${"POLICE_STATION/DUTY_OFFICER"}              | ${"LIFE_SAFETY"}      | ${"- F X"}
    ${"R29"} | ${"PUBLICITY_CULTURE_CENTRE/OPINION_MONITOR"} | ${"OPINION_RESPONSE"} | ${"- F M"}
    ${"R6"}  | ${"PUBLICITY_CULTURE_CENTRE/OPINION_MONITOR"} | ${"LEFT_BEHIND_CARE"} | ${"-"}
  `("$group, $who for $purpose: $levels", ({ group, who, purpose, levels }: Row & { levels: string }) => {
    expect([...possibleLevels(rowOf(group), asker(who, purpose))].sort().join(" ")).toBe(levels);
  });
});

describe("more facts never show less", () => {
  it("in the shipped tables: for every group, role, post, purpose and set of facts", () => {
    expect(lostByAFact(policy)).toEqual([]);
  });

  it("and this would be noticed: a count that comes before a value takes the value away", () => {
    expect(lostByAFact(parsePolicy(edited("R32 SCHOOL := A:k|X:p"))).length).toBeGreaterThan(0);
  });

  /** Every case in which one more fact, other than those that narrow or mask, takes something away. */
  function lostByAFact(tables: Policy): string[] {
    const lost: string[] = [];
    for (const [row, asker] of asks(tables)) {
      const named = factsNamedBy(row, asker.role, asker.post) & ~FACT.conflict & ~FACT.minorAuthor;
      for (const facts of submasks(named))
        for (const more of Object.values(FACT).filter((fact) => fact & named & ~facts)) {
          const before = decideLevel(row, asker, facts);
          const after = decideLevel(row, asker, facts | more);
          if (worth(after) < worth(before))
            lost.push(`${row.row} ${asker.role}/${asker.post.post} ${asker.purpose?.purpose} ${facts} + ${more}`);
        }
    }
    return lost;
  }

  const worth = (level: Level) => (isShown(level) ? 2 : level === "A" ? 1 : 0);
});

interface Row {
  readonly group: string;
  readonly who: string;
  readonly purpose: string;
  readonly facts: string;
  readonly level: string;
}

function decides({ group, who, purpose, facts, level }: Row): void {
  expect(decideLevel(rowOf(group), asker(who, purpose), mask(facts))).toBe(level);
}

function rowOf(group: string, tables = policy): PolicyRow {
  const found = tables.rows.get(group);
  if (!found) throw new Error(`no row ${group}`);
  return found;
}

function asker(who: string, purposeName: string): Asker {
  const [roleName, postName = ""] = who.split("/");
  const role = ROLES.find((name) => name === roleName);
  const post = role && policy.post(role, postName);
  const purpose = policy.purposes.get(purposeName) ?? null;
  if (!role || !post || (!purpose && purposeName !== "none")) throw new Error(`no ${who} for ${purposeName}`);
  return { role, post, purpose };
}

function mask(facts: string): Facts {
  if (facts === "none") return 0;
  if (facts === "all but conflict")
    return Object.values(FACT).reduce<Facts>((bits, bit) => bits | bit, 0) & ~FACT.conflict;
  return facts.split(" ").reduce((bits, name) => {
    const [, bit] = Object.entries(FACT).find(([fact]) => fact === name) ?? [];
    if (!bit) throw new Error(`no fact ${name}`);
    return bits | bit;
  }, 0);
}

/** Everybody who may ask for each open group: every post of the role under every purpose. */
function* asks(tables: Policy): Generator<[PolicyRow, Asker]> {
  for (const row of tables.rows.values())
    for (const role of openRoles(row))
      for (const post of tables.postsOf(role))
        for (const purpose of tables.purposes.values()) yield [row, { role, post, purpose }];
}

const openRoles = (row: PolicyRow): Role[] => ROLES.filter((role) => row.cells.get(role)?.length);

const anyAsk = fc.constantFrom(...asks(policy));
