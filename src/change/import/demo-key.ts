import { createHash } from "node:crypto";

/** 1 January 2026 in Asia/Shanghai, in milliseconds. */
const FIRST = Date.UTC(2025, 11, 31, 16);
const MINUTE = 60_000;

/**
 * A key as of a UUIDv7 that is always the same for the same number: the demo looks the same on every start, and two
 * townships that differ in one secret have the same keys otherwise. Its made-up time is the last figure in the number,
 * in minutes, so that keys are in the order of the numbers.
 */
export function demoKey(seed: number, agency: string, register: string, key: string): string {
  const bytes = createHash("sha256")
    .update(JSON.stringify([seed, agency, register, key]))
    .digest()
    .subarray(0, 16);
  const [figure = "0"] = key.match(/\d{1,7}(?=\D*$)/) ?? [];
  bytes.writeUIntBE(FIRST + Number(figure) * MINUTE, 0, 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
