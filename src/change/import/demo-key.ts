import { createHash } from "node:crypto";
import { uuid7 } from "../../store/store.js";

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
  return uuid7(FIRST + Number(figure) * MINUTE, bytes);
}
