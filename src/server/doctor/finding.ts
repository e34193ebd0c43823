/** What the doctor finds at one of its checks. */
export interface Finding {
  /** Name of the check, e.g. "row-security". */
  readonly check: string;
  /** `watch`: it works, and somebody should look; `red`: the hub is not ready until it is mended. */
  readonly state: "ok" | "watch" | "red";
  readonly said: Said;
  /** How to mend it; for whatever is not ok. */
  readonly mend?: Said;
}

/** The same in both languages. */
export interface Said {
  readonly en: string;
  readonly zh: string;
}
