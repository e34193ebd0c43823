/** Text of an array parameter. */
export const arrayText = (values: readonly (string | bigint | null)[]): string =>
  `{${values.map((value) => (typeof value === "string" ? `"${value.replace(/["\\]/g, "\\$&")}"` : String(value))).join(",")}}`;
