import { z } from "zod";

// In every error text: what was meant. No text repeats the value, which may hold a password.
export const text = (meant: string) => z.string(meant).min(1, meant);
export const whole = (min: number, max: number, meant = `a whole number from ${min} to ${max}`) =>
  z.int(meant).min(min, meant).max(max, meant);
export const httpUrl = (meant: string) => z.url({ protocol: /^https?$/, error: meant });
export const section = <Keys extends z.ZodRawShape>(keys: Keys) =>
  z.strictObject(keys, `a section with ${Object.keys(keys).join(", ")}`);
export const host = z.union([z.hostname(), z.ipv6()], "a host name or IP address, without port");
export const port = whole(0, 65_535, "a port, 0 to 65535");
