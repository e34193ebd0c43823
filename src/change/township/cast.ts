import type { Role } from "../../policy/policy.js";
import type { Child } from "./children.js";
import { createPeople, type People } from "./names.js";
import { type Office, TOWNSHIPS, type Township } from "./world.js";

/** Cells of one row; columns that are not named are empty. */
export type Cells = Readonly<Record<string, string>>;

/** Whose post it is to handle a case or an incident: named on it, and assigned to it. */
const HANDLERS: Readonly<Partial<Record<Role, string>>> = {
  POLICE_STATION: "CASE_OFFICER",
  SOCIAL_AFFAIRS_OFFICE: "RESCUE_OFFICER",
  JUSTICE_OFFICE: "SUPPORT_LIAISON",
  SCHOOL: "LEGAL_VICE_PRINCIPAL",
  YOUTH_LEAGUE: "YOUTH_WORKER",
  WOMENS_FEDERATION: "WOMEN_CHILDREN_OFFICER",
  PROCURATORATE: "JUVENILE_PROSECUTOR",
  RESCUE_STATION: "SOCIAL_WORKER",
  CARE_INSTITUTION: "CARER",
};

/** Where people come from and how what they do is numbered: for the shipped registers, or a block of the population. */
export interface Draw {
  /** @param of  e.g. "cases police-station-jinyuan": each draws for itself, so that one more changes nobody else's */
  people(of: string): People;
  /** The number of the at-th row, from 0, of an agency's register: "V1-0007" */
  number(letter: string, at: number): string;
  /** First six digits of the citizen numbers of its children, 99xxxx. */
  area(township: Township): string;
  /** Children of each township, of whom so large a share (0 to 1) of the pupils are known to a village too. */
  readonly children: number;
  readonly known: number;
  /** How many times as many cases, incidents and alerts as in the shipped registers. */
  readonly times: number;
}

/** The shipped registers: numbers from 1, citizen numbers of the county. */
export const shipped = (seed: number): Draw => ({
  people: (of) => createPeople(seed, of),
  number: (letter, at) => `${letter}-${String(at + 1).padStart(4, "0")}`,
  area: ({ code }) => code.slice(0, 6),
  children: 250,
  known: 0.8,
  times: 1,
});

/** Who can stand in a row. */
export class Cast {
  constructor(
    readonly draw: Draw,
    readonly offices: readonly Office[],
    readonly children: readonly Child[],
  ) {}

  office(code: string): Office {
    const found = this.offices.find((office) => office.code === code);
    if (!found) throw new RangeError(`The demo has no agency ${code}`);
    return found;
  }

  /** Offices of the role in the township, else those that its county has for all. */
  near(township: Township, role: Role): Office[] {
    return this.offices.filter(
      (office) =>
        office.role === role &&
        (office.division.startsWith(township.code) || township.code.startsWith(office.division)),
    );
  }

  /** Where an office mostly acts: in its township, or the first of its county's in which children are. */
  homeOf({ code, division }: Office): Township {
    const home = TOWNSHIPS.find(
      (township) =>
        (division.startsWith(township.code) || township.code.startsWith(division)) &&
        this.children.some((child) => child.township === township),
    );
    if (!home) throw new RangeError(`The demo has no children where ${code} is`);
    return home;
  }

  /** `count` different children of the township. @param fits  who can be meant */
  some(people: People, township: Township, count: number, fits: (child: Child) => boolean = () => true): Child[] {
    const left = this.children.filter((child) => child.township === township && !child.story && fits(child));
    return Array.from({ length: count }, () => {
      const child = people.pick(left);
      left.splice(left.indexOf(child), 1);
      return child;
    });
  }

  /** The person of the office who handles cases, if its role has one. @param no of several, from 1 */
  handler({ role, staff }: Office, no = 1): string | undefined {
    const holders = staff.filter(({ post }) => post === HANDLERS[role]);
    return (holders[no - 1] ?? holders[0])?.subject;
  }

  /** Columns `participants`, `named` and `assigned` when these offices take part beside the maker. */
  parts(maker: Office, others: readonly Office[]): Cells {
    const first = this.handler(maker) ?? "";
    return {
      participants: others.map(({ code }) => code).join(";"),
      named: first,
      assigned: [...new Set([first, this.handler(maker, 2) ?? ""])].join(";"),
    };
  }

  /** Rows of `relations`: the handlers of the offices that take part, whom their heads have named and assigned. */
  invited(records: ReadonlyMap<string, readonly Cells[]>, column: "case" | "incident"): Cells[] {
    return [...records].flatMap(([maker, rows]) =>
      rows.flatMap(({ key, participants = "" }) =>
        participants
          .split(";")
          .filter((code) => code !== "")
          .flatMap((code) => {
            const person = this.handler(this.office(code));
            return person === undefined
              ? []
              : ["NAMED", "ASSIGNED"].map((kind) => ({
                  agency: code,
                  person,
                  kind,
                  [column]: `${maker}:${key}`,
                  basis: "演示",
                }));
          }),
      ),
    );
  }
}
