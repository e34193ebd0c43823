import type { Post, Role } from "../policy/policy.js";

/** Closed range of 12-digit division codes (GB/T 2260 + GB/T 10114 + village), as decimal strings. */
export interface DivisionRange {
  readonly from: string;
  readonly to: string;
}

/** Who asks. Everything but `person.id` / client comes from the directory, never from the token. */
export interface Viewer {
  /** null: a department system on its own reach (post SYSTEM_CLIENT). */
  readonly person: { readonly id: string; readonly no: string; readonly name: string } | null;
  /** OAuth client that sent the question. */
  readonly client: string;
  readonly agency: {
    readonly id: string;
    readonly no: string;
    readonly name: string;
    readonly role: Role;
    /** 12-digit division code of the agency's seat. */
    readonly division: string;
  };
  readonly post: Post;
  /** `j`: record type -> ranges of places that the agency answers for. No entry = no jurisdiction. */
  readonly duties: ReadonlyMap<string, readonly DivisionRange[]>;
}
