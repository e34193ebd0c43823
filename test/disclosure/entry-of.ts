import type { DisclosureEntry } from "../../src/disclosure/entry.js";

/** What the log says when a school has looked at one child. */
export const entryOf = (requestId: string): DisclosureEntry => ({
  requestId,
  at: "2026-03-02T09:30:00.000+08:00",
  person: "person:Zk2pQw",
  client: "school-portal",
  agency: "agency:8fYb1x",
  post: "CLASS_TEACHER",
  purpose: "MANDATORY_REPORT_HANDLING",
  basis: ["MPL 11", "DV 14"],
  operation: "9f2c1e7a4b6d8e0f1a3c5b7d9e1f3a5c7b9d1e3f5a7c9b1d3e5f7a9c1b3d5e7f",
  operationName: "ThisChild",
  policy: { version: 1, hash: "0a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f9" },
  subjects: [{ ref: "TWlub3I6q83vEjRWeJA", type: "Minor", groups: { R1: "F", R6: "B" } }],
  kind: "READ",
});
