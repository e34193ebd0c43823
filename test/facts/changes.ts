import * as fc from "fast-check";
import {
  type AgencyName,
  type ClassName,
  ELSEWHERE,
  HERE,
  type Involve,
  type Opening,
  type PersonName,
  registrationOf,
} from "../support/small-world.js";
import type { Edge } from "./model.js";

export const MINORS = ["ann", "ben", "cai", "dou"] as const;
/** Minors with a record about them. */
export const REGISTERED = ["ann", "cai"] as const;
export const CASES = ["case1", "case2", "case3"] as const;
/** Cases for which a rescue station has taken children in. */
export const INTAKES = ["intake1", "intake2"] as const;
export const INCIDENTS = ["incident1", "incident2"] as const;
export const ALERTS = ["alert1", "alert2"] as const;
export const RECORDS = [
  ...MINORS.map((record) => ({ type: "Minor", record }) as const),
  ...[...CASES, ...INTAKES].map((record) => ({ type: "Case", record }) as const),
  ...INCIDENTS.map((record) => ({ type: "SensitiveIncident", record }) as const),
  ...ALERTS.map((record) => ({ type: "OpinionAlert", record }) as const),
  ...REGISTERED.map((minor) => ({ type: "CareRegistration", record: registrationOf(minor) }) as const),
];
/** Policy row of an edge between a case and a minor, by the minor's role. */
export const ROW_OF = { CONCERNED: "R17m", VICTIM: "R19", SUSPECT: "R20" } as const;
const OF_AGENCIES = ["SOURCE", "PART", "ADDRESSEE", "SHARE", "CHILD_SOURCE", "CONFLICT"] as const;
const OF_PEOPLE = [
  "ASSIGNED",
  "NAMED",
  "LIAISON",
  "SUNSHINE",
  "COUNSELLOR",
  "BREAK_GLASS",
  "CLASS",
  "CONFLICT",
] as const;
/** Something that happens, as data: fast-check makes them, prints them and leaves out what a failure does not need. */
export type Change =
  | {
      readonly do: "involve";
      readonly relation: Omit<Involve, "since" | "until">;
      readonly from: "before" | "later";
      readonly timed: boolean;
    }
  | {
      /** Somebody joins the part that his agency has, for these hours from now. */
      readonly do: "join";
      readonly part: number;
      readonly kind: "ASSIGNED" | "NAMED";
      readonly from: number;
      readonly to: number | null;
    }
  | { readonly do: "end"; readonly relation: number }
  | { readonly do: "endPart"; readonly record: Pick<Involve, "type" | "record">; readonly agency: AgencyName }
  | { readonly do: "expire"; readonly relation: number }
  | { readonly do: "sweep" }
  | { readonly do: "tie"; readonly edge: Omit<Edge, "row"> & { readonly role: keyof typeof ROW_OF } }
  | { readonly do: "untie"; readonly edge: number }
  /** A station takes a child in, and assigns one of its own people to it. */
  | { readonly do: "takeIn"; readonly minor: string; readonly intake: string }
  | { readonly do: "close"; readonly caseFile: string }
  | {
      readonly do: "enrol";
      readonly minor: string;
      readonly school: AgencyName;
      readonly schoolClass: ClassName | null;
    }
  | { readonly do: "leave"; readonly minor: string }
  | { readonly do: "teach"; readonly schoolClass: ClassName; readonly teacher: PersonName | null }
  | { readonly do: "moveMinor"; readonly minor: string; readonly place: string }
  | { readonly do: "moveIncident"; readonly incident: string; readonly place: string }
  | { readonly do: "addGuardian"; readonly minor: string }
  | { readonly do: "changeAgency"; readonly person: PersonName; readonly agency: AgencyName }
  | { readonly do: "activate"; readonly openings: readonly Opening[] };

const oneOf = <T>(values: readonly T[]) => fc.constantFrom(...values);
const minor = oneOf(MINORS);
const person = oneOf<PersonName>([
  "officer",
  "supervisor",
  "teacher",
  "colleague",
  "caseworker",
  "responder",
  "stationCounsellor",
]);
const agency = oneOf<AgencyName>(["police", "social", "school", "federation", "governance", "station"]);
const schoolClass = oneOf<ClassName | null>(["3A", "3B", "1A", null]);
const place = oneOf([HERE, ELSEWHERE]);

const relation: fc.Arbitrary<Omit<Involve, "since" | "until">> = fc
  .tuple(
    oneOf(RECORDS),
    agency,
    person,
    fc.oneof(oneOf(OF_AGENCIES), fc.constant("PART" as const)),
    oneOf(OF_PEOPLE),
    fc.boolean(),
  )
  .map(([record, agency, person, ofAgency, ofPerson, personal]) =>
    personal
      ? { ...record, agency, person, kind: ofPerson }
      : { ...record, agency, kind: ofAgency, row: ofAgency === "SHARE" ? "R6" : undefined },
  );

const edge = fc.oneof(
  fc
    .tuple(oneOf([...CASES, ...INTAKES]), minor)
    .map(([owner, far]) => ({ ownerType: "Case", owner, farType: "Minor", far }) as const),
  fc
    .tuple(oneOf(INCIDENTS), minor)
    .map(([owner, far]) => ({ ownerType: "SensitiveIncident", owner, farType: "Minor", far }) as const),
  fc
    .tuple(oneOf(INCIDENTS), oneOf(ALERTS))
    .map(([owner, far]) => ({ ownerType: "SensitiveIncident", owner, farType: "OpinionAlert", far }) as const),
);
const tie = fc
  .tuple(edge, oneOf(["CONCERNED", "VICTIM", "SUSPECT"] as const))
  .map(([edge, role]): Change => ({ do: "tie", edge: { ...edge, role } }));
const does = <D extends Change["do"]>(name: D) => fc.constant(name);

/** @param openings what the edges open for under the policies that may be activated */
export const changes = (openings: readonly (readonly Opening[])[], maxLength = 24): fc.Arbitrary<readonly Change[]> =>
  fc.array(
    fc.oneof(
      {
        weight: 8,
        arbitrary: fc.record({
          do: does("involve"),
          relation,
          from: oneOf(["before", "before", "later"] as const),
          timed: fc.boolean(),
        }),
      },
      {
        weight: 4,
        arbitrary: fc
          .record({
            do: does("join"),
            part: fc.nat(30),
            kind: oneOf(["ASSIGNED", "NAMED"] as const),
            from: oneOf([-1, 1, 3]),
            to: oneOf([null, 2, 4]),
          })
          .filter(({ from, to }) => to === null || from < to),
      },
      { weight: 6, arbitrary: tie },
      { weight: 2, arbitrary: fc.record({ do: does("end"), relation: fc.nat(30) }) },
      { weight: 2, arbitrary: fc.record({ do: does("endPart"), record: oneOf(RECORDS), agency }) },
      { weight: 1, arbitrary: fc.record({ do: does("expire"), relation: fc.nat(30) }) },
      { weight: 1, arbitrary: fc.record({ do: does("sweep") }) },
      { weight: 2, arbitrary: fc.record({ do: does("takeIn"), minor, intake: oneOf(INTAKES) }) },
      { weight: 2, arbitrary: fc.record({ do: does("untie"), edge: fc.nat(20) }) },
      { weight: 2, arbitrary: fc.record({ do: does("close"), caseFile: oneOf([...CASES, ...INTAKES, ...INTAKES]) }) },
      {
        weight: 3,
        arbitrary: fc.record({
          do: does("enrol"),
          minor,
          school: oneOf<AgencyName>(["school", "school", "otherSchool"]),
          schoolClass,
        }),
      },
      { weight: 1, arbitrary: fc.record({ do: does("leave"), minor }) },
      {
        weight: 2,
        arbitrary: fc.record({
          do: does("teach"),
          schoolClass: oneOf<ClassName>(["3A", "3B", "1A"]),
          teacher: oneOf<PersonName | null>(["teacher", "colleague", "otherTeacher", null]),
        }),
      },
      { weight: 1, arbitrary: fc.record({ do: does("moveMinor"), minor, place }) },
      { weight: 1, arbitrary: fc.record({ do: does("moveIncident"), incident: oneOf(INCIDENTS), place }) },
      { weight: 1, arbitrary: fc.record({ do: does("addGuardian"), minor }) },
      { weight: 1, arbitrary: fc.record({ do: does("changeAgency"), person, agency }) },
      { weight: 1, arbitrary: fc.record({ do: does("activate"), openings: oneOf(openings) }) },
    ),
    { minLength: 4, maxLength, size: "max" },
  );
