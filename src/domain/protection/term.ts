import { ProtectionMeasureKind } from "./record.js";

/** Months that a protection order is valid at most; the court extends it by another one. DV 30 */
const LONGEST = 6;

/** Whether a measure of this kind can have this last day (YYYY-MM-DD): an order has one, a letter has none. DV 30 */
export function hasTerm(kind: ProtectionMeasureKind, issuedOn: string, validUntil: string | null | undefined): boolean {
  if (kind === ProtectionMeasureKind.WARNING_LETTER) return !validUntil;
  const [year = 0, month = 0, day = 0] = issuedOn.split("-").map(Number);
  // A month without such a day ends with its last one.
  const last = new Date(Date.UTC(year, month + LONGEST, 0)).getUTCDate();
  const longest = new Date(Date.UTC(year, month - 1 + LONGEST, Math.min(day, last))).toISOString().slice(0, 10);
  return typeof validUntil === "string" && issuedOn <= validUntil && validUntil <= longest;
}
