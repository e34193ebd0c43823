import type { Role } from "../../policy/policy.js";
import type { Child } from "./children.js";
import type { People } from "./names.js";
import type { Office, Township } from "./world.js";

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

/** Who can stand in a row. */
export class Cast {
  constructor(
    readonly people: People,
    readonly offices: readonly Office[],
    readonly children: readonly Child[],
  ) {}

  office(code: string): Office {
    const found = this.offices.find((office) => office.code === code);
    if (!found) throw new RangeError(`The demo has no agency ${code}`);
    return found;
  }

  /** Offices of the role in the township, else those that the county has for all. */
  near(township: Township, role: Role): Office[] {
    const all = this.offices.filter((office) => office.role === role);
    const here = all.filter(({ division }) => division.startsWith(township.code));
    return here.length > 0 ? here : all;
  }

  /** `count` different children of the township. */
  draw(township: Township, count: number): Child[] {
    const here = this.children.filter((child) => child.township === township && !child.story);
    const drawn = new Set<Child>();
    while (drawn.size < count) drawn.add(this.people.pick(here));
    return [...drawn];
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
