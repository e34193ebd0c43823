import { stringify } from "csv-stringify/sync";
import { parseCreditCode } from "../../domain/directory/index.js";
import type { Policy } from "../../policy/policy.js";
import { REGISTERS } from "../import/index.js";
import { alerts, incidentAlerts } from "./alerts.js";
import { cases } from "./cases.js";
import { Cast, type Cells } from "./cast.js";
import { cellsFor, children, classesOf } from "./children.js";
import { incidents } from "./incidents.js";
import { createPeople } from "./names.js";
import { relations } from "./relations.js";
import { DIVISIONS, dutiesOf, legalBasisOf, offices } from "./world.js";

/** The seed of the shipped demo. */
export const TOWNSHIP_SEED = 20250930;

/**
 * The registers of the demo township: the same for the same seed. All people are invented.
 * @returns path below examples/township/ -> CSV; a register of an agency is in the agency's folder
 */
export function generateTownship(policy: Policy, seed: number = TOWNSHIP_SEED): ReadonlyMap<string, string> {
  const people = createPeople(seed);
  const all = offices(policy, people);
  const cast = new Cast(people, all, children(people));
  const files = new Map<string, string>();
  const file = (folder: string, register: string, rows: readonly Cells[]) => {
    if (rows.length > 0) files.set(`${folder}${register}.csv`, csv(register, rows));
  };
  const byAgency = (register: string, rows: ReadonlyMap<string, readonly Cells[]>) => {
    for (const [code, cells] of rows) file(`${code}/`, register, cells);
  };

  file("", "divisions", DIVISIONS);
  file(
    "",
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
  );
  file(
    "",
    "duties",
    all.flatMap(({ code, role, division }) =>
      dutiesOf(policy, role).map((record_type) => ({ agency: code, record_type, prefix: division })),
    ),
  );
  file(
    "",
    "persons",
    all.flatMap(({ code, staff }) => staff.map((person) => ({ ...person, agency: code, active: "yes" }))),
  );
  file(
    "",
    "clients",
    all.map(({ code }) => ({ client_id: `${code}-system`, agency: code, active: "yes" })),
  );

  for (const { code, role } of all) {
    const known = cast.children.filter((child) => child.known.has(code));
    file(
      `${code}/`,
      "minors",
      known.map((child) => cellsFor(child, code)),
    );
    if (role !== "SCHOOL") continue;
    file(`${code}/`, "classes", classesOf(cast.office(code)));
    file(
      `${code}/`,
      "enrolments",
      known.flatMap(({ pupil, known: numbers }) =>
        pupil
          ? [{ minor: numbers.get(code) ?? "", grade: String(pupil.grade), class: pupil.class, since: "2025-09-01" }]
          : [],
      ),
    );
  }
  file(
    "",
    "links",
    cast.children.flatMap(({ known }) => {
      const [kept = "", ...merged] = [...known].map((number) => number.join(":"));
      return merged.map((one) => ({ kept, merged: one }));
    }),
  );
  const caseRows = cases(cast);
  const incidentRows = incidents(cast);
  byAgency("cases", caseRows);
  byAgency("incidents", incidentRows);
  byAgency("alerts", alerts(cast));
  byAgency("incident-alerts", incidentAlerts(cast));
  file("", "relations", [
    ...cast.invited(caseRows, "case"),
    ...cast.invited(incidentRows, "incident"),
    ...relations(cast),
  ]);
  return files;
}

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
