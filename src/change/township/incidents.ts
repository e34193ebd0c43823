import { EmergencyGrade, IncidentKind, IncidentStatus } from "../../domain/incidents/index.js";
import type { Role } from "../../policy/policy.js";
import type { Cast, Cells } from "./cast.js";
import { nameOf } from "./children.js";
import type { People } from "./names.js";
import type { Office, Township } from "./world.js";

/** How many incidents an agency of the role has reported. */
const REPORTS: Readonly<Partial<Record<Role, number>>> = {
  GOVERNANCE_EMERGENCY_OFFICE: 5,
  SCHOOL: 3,
  POLICE_STATION: 2,
  VILLAGE_COMMUNITY: 1,
  CARE_INSTITUTION: 1,
};
const PARTNERS: readonly Role[] = [
  "POLICE_STATION",
  "SOCIAL_AFFAIRS_OFFICE",
  "SCHOOL",
  "EDUCATION_BUREAU",
  "WOMENS_FEDERATION",
  "VILLAGE_COMMUNITY",
  "GOVERNANCE_EMERGENCY_OFFICE",
  "PUBLICITY_CULTURE_CENTRE",
];

/** Rows of the registers `incidents`, by agency code. @param stories those that README and tests speak of as well */
export function incidents(cast: Cast, stories: boolean): ReadonlyMap<string, readonly Cells[]> {
  const rows = new Map<string, readonly Cells[]>();
  for (const maker of cast.offices) {
    const count = REPORTS[maker.role] ?? 0;
    if (count === 0) continue;
    const people = cast.draw.people(`incidents ${maker.code}`);
    const drawn = Array.from({ length: count * cast.draw.times }, (_, at) => ({
      key: cast.draw.number("I", at),
      ...someIncident(people, cast, maker, cast.homeOf(maker)),
    }));
    rows.set(maker.code, [...((stories && STORIES[maker.code]?.(cast, maker)) || []), ...drawn]);
  }
  return rows;
}

function someIncident(people: People, cast: Cast, maker: Office, township: Township): Cells {
  const kind = people.pick(Object.values(IncidentKind));
  const partners = PARTNERS.filter((role) => role !== maker.role && people.chance(0.35)).map((role) =>
    people.pick(cast.near(township, role)),
  );
  return {
    kind,
    level: people.pick([EmergencyGrade.III, EmergencyGrade.IV, EmergencyGrade.IV]),
    division: people.pick(cast.near(township, "VILLAGE_COMMUNITY")).division,
    occurred_at: moment(people.int(0, 260), people.int(6, 21)),
    status: people.pick(Object.values(IncidentStatus)),
    ...TEXTS,
    minors: cast.some(people, township, people.int(1, 2)).map(nameOf).join(";"),
    ...cast.parts(maker, partners),
  };
}

/** The incidents that README and tests speak of (examples/township/README.md). */
const STORIES: Readonly<Record<string, (cast: Cast, maker: Office) => readonly Cells[]>> = {
  "governance-emergency-office-jinyuan": (cast, maker) => [
    {
      key: "I-ALERT-1",
      kind: IncidentKind.VIOLENCE,
      level: EmergencyGrade.III,
      ...HERE,
      occurred_at: "2025-09-12T16:40:00+08:00",
      status: IncidentStatus.RESPONDING,
      narrative: "放学时段校门口有人持械滋事,一名学生轻伤,家长聚集。",
      partner_summary: "校门口秩序已恢复,请各单位统一口径,不传播学生信息。",
      minors: "school-jinyuan-1:S1-0003",
      ...cast.parts(
        maker,
        [
          "police-station-jinyuan",
          "social-affairs-office-jinyuan",
          "school-jinyuan-1",
          "education-bureau-yunling",
          "womens-federation-jinyuan",
          "village-community-jinyuan-2",
          "publicity-culture-centre-jinyuan",
          "procuratorate-yunling",
          "rescue-station-yunling",
          "care-institution-yunling",
        ].map((code) => cast.office(code)),
      ),
    },
  ],
  "school-jinyuan-1": (cast, maker) => [
    {
      key: "I-CHILD-1",
      kind: IncidentKind.INJURY,
      level: EmergencyGrade.IV,
      ...HERE,
      occurred_at: "2025-09-19T10:05:00+08:00",
      status: IncidentStatus.REPORTED,
      narrative: "课间从单杠跌落,已送卫生院,家长已到场。",
      partner_summary: "一名学生课间受伤,已就医。",
      minors: "S1-0007",
      ...cast.parts(maker, [cast.office("police-station-jinyuan")]),
    },
  ],
};

/** 石门村 */
const HERE = { division: "990101101201" };
const TEXTS: Cells = {
  narrative: "接报后到场核实,经过与当事人陈述一致,已通知监护人并送医检查。",
  partner_summary: "情况已核实,当事未成年人已由监护人接回。",
};

/** So many days after 1 January 2025, at that hour in Shanghai. */
export const moment = (days: number, hour: number): string =>
  `${new Date(Date.UTC(2025, 0, 1 + days)).toISOString().slice(0, 10)}T${String(hour).padStart(2, "0")}:30:00+08:00`;
