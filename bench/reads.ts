import type { IdCipher } from "../src/store/global-id.js";
import type { Supervisor } from "./world.js";

/** One of the reads that are compared: the same question to every server. */
export interface Read {
  readonly name: string;
  readonly query: string;
  /** Ids that are asked for, one a request in turn; a list has none. */
  readonly ids: (of: Supervisor) => readonly (string | undefined)[];
}

export const PURPOSE = "CASE_HANDLING";

/** @param many how many different records are asked for */
export const reads = (ids: IdCipher, many = 40): readonly Read[] => [
  {
    name: "a_minor",
    query: `query Minor($id: ID!) {
  minor(id: $id) {
    id fullName citizenNumber birthDate sex homeAddress phone careCategories residence { code name }
    guardians { fullName phone relation }
    enrolment { school { name } grade class since }
    cases { id number kind stage openedOn partnerSummary leadAgency { name } participants { name } }
    incidents { id kind level occurredAt status narrative }
  }
}`,
    ids: ({ minors }) => minors.slice(0, many).map((key) => ids.encode("Minor", key)),
  },
  {
    name: "b_list",
    query: `query Minors {
  minors(first: 50) {
    nodes { id fullName birthDate sex homeAddress phone cases { id kind stage openedOn leadAgency { name } } }
    pageInfo { hasNextPage }
  }
}`,
    ids: () => [undefined],
  },
  {
    name: "c_feed",
    query: `query Incidents {
  incidents(first: 50) {
    nodes {
      id kind level occurredAt status narrative partnerSummary division { name }
      minors { id fullName birthDate sex homeAddress guardians { fullName phone relation } }
      alerts { id topic level heat detectedAt status }
    }
  }
}`,
    ids: () => [undefined],
  },
  {
    name: "e_tiny",
    query: `query Case($id: ID!) {
  viewer { name role post agency { name } }
  case(id: $id) { id number kind stage openedOn }
}`,
    ids: ({ cases }) => cases.slice(0, many).map((key) => ids.encode("Case", key)),
  },
];
