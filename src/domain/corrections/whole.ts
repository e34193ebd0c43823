import type { ObjectLiteral } from "typeorm";
import { badUserInput, type Mistake } from "../../errors.js";
import type { RecordType } from "../../store/record-types.js";
import { Minor, requireMinor } from "../minors/index.js";
import { hasTerm, ProtectionMeasure } from "../protection/index.js";

/** Days of a record in the order in which they come, as the commands hold them that write them. */
const IN_ORDER: Readonly<Partial<Record<RecordType, readonly (readonly string[])[]>>> = {
  Case: [["openedOn", "closedOn"]],
  CareRegistration: [["since", "endedOn"]],
  GuardianshipAssessment: [
    ["assessedOn", "lastVisitOn", "closedOn"],
    ["assessedOn", "lastVisitOn", "nextVisitBy"],
  ],
  SupportRecord: [["startedOn", "endedOn"]],
  ProtectionMeasure: [["issuedOn", "endedOn"]],
  Placement: [["placedOn", "reviewedOn", "endedOn"]],
  LegalSupervision: [
    ["issuedOn", "dueOn"],
    ["issuedOn", "repliedOn"],
    ["issuedOn", "closedOn"],
  ],
  Hazard: [["foundOn", "openedOn", "rectifiedOn", "verifiedOn", "closedOn"]],
};

/**
 * What a record must be as a whole, with the field corrected. Only whoever keeps the record is told: to others the answer
 * would tell of fields that are not shown to them.
 * @throws Mistake BAD_USER_INPUT
 */
export function requireWhole(type: RecordType, field: string, corrected: ObjectLiteral): void {
  const at = "accept";
  for (const fields of IN_ORDER[type] ?? []) {
    const days = fields.flatMap((name) => corrected[name] ?? []);
    if (fields.includes(field) && days.some((day, i) => day < days[i - 1])) throw fitsNot(at);
  }
  if (corrected instanceof Minor && ["birthDate", "sex", "citizenNumber"].includes(field))
    requireMinor(corrected, () => at);
  if (
    corrected instanceof ProtectionMeasure &&
    ["kind", "issuedOn", "validUntil"].includes(field) &&
    !hasTerm(corrected.kind, corrected.issuedOn, corrected.validUntil)
  )
    throw fitsNot(at);
}

const fitsNot = (field: string): Mistake =>
  badUserInput(
    field,
    "The value does not fit the other fields of the record",
    "该值与记录的其他字段不一致",
    "Correct the other field first, or refuse with a reply that says what does not fit",
  );
