import { stringify } from "csv-stringify/sync";
import { parseCreditCode } from "../../domain/directory/index.js";
import type { Policy } from "../../policy/policy.js";
import { REGISTERS } from "../import/index.js";
import { alerts, incidentAlerts } from "./alerts.js";
import { careRegistrations } from "./care.js";
import { cases } from "./cases.js";
import { Cast, type Cells, shipped } from "./cast.js";
import { cellsFor, children, classesOf, STORIES } from "./children.js";
import { correctionRequests } from "./corrections.js";
import { guardianshipAssessments } from "./guardianship.js";
import { inspections } from "./hazards.js";
import { incidents } from "./incidents.js";
import { placements } from "./placements.js";
import { protectionMeasures } from "./protection.js";
import { relations } from "./relations.js";
import { legalSupervisions } from "./supervision.js";
import { supportNeeds, supportRecords } from "./support.js";
import { DIVISIONS, dutiesOf, legalBasisOf, type Office, offices, TOWNSHIPS } from "./world.js";

/** The seed of the shipped demo. */
export const TOWNSHIP_SEED = 20250930;

/** Path below examples/township/ -> CSV; a register of an agency is in the agency's folder. */
export type Registers = ReadonlyMap<string, string>;

/** The registers that are shipped: the same for the same seed. All people are invented. */
export function generateTownship(policy: Policy, seed: number = TOWNSHIP_SEED): Registers {
  const cast = castOf(policy, seed);
  const all = cast.offices;
  const classes = all
    .filter(({ role }) => role === "SCHOOL")
    .map((school) => [school.code, classesOf(school)] as const);
  return files([...directory(policy, all), ...byAgency("classes", classes), ...records(cast, true)]);
}

/** Everybody who stands in the shipped registers. */
export function castOf(policy: Policy, seed: number): Cast {
  const draw = shipped(seed);
  const all = offices(policy, draw);
  return new Cast(draw, all, children(draw, all, TOWNSHIPS, STORIES));
}

type Rows = readonly [path: string, rows: readonly Cells[]];

/** What the agencies of the cast keep about its children. @param stories  and what README and tests speak of */
export function records(cast: Cast, stories: boolean): Rows[] {
  const caseRows = cases(cast, stories);
  const incidentRows = incidents(cast, stories);
  const alertRows = alerts(cast, stories);
  return [
    ...byAgency(
      "minors",
      cast.offices.map(({ code }) => [code, minorsOf(cast, code)]),
    ),
    ...byAgency(
      "enrolments",
      cast.offices.map(({ code }) => [code, enrolmentsOf(cast, code)]),
    ),
    [
      "links",
      cast.children.flatMap(({ known }) => {
        const [kept = "", ...merged] = [...known].map((number) => number.join(":"));
        return merged.map((one) => ({ kept, merged: one }));
      }),
    ],
    ...byAgency("cases", caseRows),
    ...byAgency("incidents", incidentRows),
    ...byAgency("alerts", alertRows),
    ...byAgency("incident-alerts", incidentAlerts(cast, stories)),
    ...byAgency("care-registrations", careRegistrations(cast)),
    ...byAgency("guardianship-assessments", guardianshipAssessments(cast)),
    ...byAgency("support-needs", supportNeeds(cast)),
    ...byAgency("support-records", supportRecords(cast)),
    ...byAgency("protection-measures", protectionMeasures(cast)),
    ...byAgency("placements", placements(cast, stories)),
    ...(stories ? byAgency("legal-supervisions", legalSupervisions(cast)) : []),
    [
      "correction-requests",
      stories ? correctionRequests(cast, { case: caseRows, incident: incidentRows, alert: alertRows }) : [],
    ],
    ...(stories ? byAgency("inspections", inspections(cast)) : []),
    [
      "relations",
      [
        ...cast.invited(caseRows, "case"),
        ...cast.invited(incidentRows, "incident"),
        ...(stories ? relations(cast) : []),
      ],
    ],
  ];
}

const byAgency = (register: string, rows: Iterable<readonly [code: string, rows: readonly Cells[]]>): Rows[] =>
  [...rows].map(([code, cells]) => [`${code}/${register}`, cells]);

const minorsOf = ({ children }: Cast, code: string): Cells[] =>
  children.filter(({ known }) => known.has(code)).map((child) => cellsFor(child, code));

const enrolmentsOf = ({ children }: Cast, code: string): Cells[] =>
  children.flatMap(({ pupil, known }) =>
    pupil?.school === code
      ? [{ minor: known.get(code) ?? "", grade: String(pupil.grade), class: pupil.class, since: "2025-09-01" }]
      : [],
  );

/** The operator's registers. */
const directory = (policy: Policy, all: readonly Office[]): Rows[] => [
  ["divisions", DIVISIONS],
  [
    "agencies",
    all.map(({ code, role, name, division }, at) => {
      const [legal_basis_kind, legal_basis_document] = legalBasisOf(role);
      const credit_code = inventedCreditCode(at + 1);
      return {
        code,
        kind: role,
        name,
        division: division.padEnd(12, "0"),
        legal_basis_kind,
        legal_basis_document,
        credit_code,
        duty_phone: inventedDutyPhone(at + 1),
      };
    }),
  ],
  [
    "duties",
    all.flatMap(({ code, role, division }) =>
      dutiesOf(policy, role).map((record_type) => ({ agency: code, record_type, prefix: division })),
    ),
  ],
  ["persons", all.flatMap(({ code, staff }) => staff.map((person) => ({ ...person, agency: code, active: "yes" })))],
  ["clients", all.map(({ code }) => ({ client_id: `${code}-system`, agency: code, active: "yes" }))],
];

/** As CSV; a register without rows is no file. */
export const files = (rows: readonly Rows[]): Registers =>
  new Map(
    rows.flatMap(([path, cells]) =>
      cells.length === 0 ? [] : [[`${path}.csv`, csv(path.split("/").at(-1) ?? "", cells)]],
    ),
  );

function csv(register: string, rows: readonly Cells[]): string {
  const columns = Object.keys(REGISTERS.find(({ name }) => name === register)?.columns ?? {});
  return stringify(
    rows.map((row) => columns.map((column) => row[column] ?? "")),
    { header: true, columns },
  );
}

/** Of a range that no operator has given out, as all telephones of the demo. */
const inventedDutyPhone = (no: number): string => `1990001${String(no).padStart(4, "0")}`;

/** A unified social credit code of county 990101, which is not assigned. The letters keep it from looking like a citizen number. */
function inventedCreditCode(no: number): string {
  const first17 = `11990101MA${String(no).padStart(7, "0")}`;
  for (const check of "0123456789ABCDEFGHJKLMNPQRTUWXY") {
    try {
      return parseCreditCode(first17 + check, "credit_code");
    } catch {
      // not this one
    }
  }
  throw new RangeError("No check character fits");
}
