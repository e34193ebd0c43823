import type { InvolvementKind } from "../../../src/facts/keys.js";
import { RECORD_TYPES, type RecordType } from "../../../src/store/record-types.js";
import { tableOf } from "../../support/tables.js";
import type { Dice } from "./dice.js";
import type { Directory } from "./directory.js";
import type { Rows } from "./records.js";

export interface Relation {
  readonly record_type: RecordType;
  readonly record: string;
  readonly agency: string;
  readonly person?: string;
  readonly kind: InvolvementKind;
  readonly policy_row?: string;
  readonly since: string;
  readonly until: string | null;
  readonly basis: string;
}

type Times = Pick<Relation, "since" | "until">;
const days = (n: number) => new Date(Date.now() + n * 86_400_000).toISOString();

/** Marks what will have ended while its keys are still in the arrays: `lapse` moves it into the past. */
export const LAPSING = days(5);

const NOW: Times = { since: days(-100), until: null };
const BEFORE: Times = { since: days(-100), until: days(-50) };
const TIMES: readonly Times[] = [
  ...Array<Times>(6).fill(NOW),
  { since: days(-100), until: days(50) },
  { since: days(20), until: null },
  { since: days(-100), until: LAPSING },
  BEFORE,
];

/** How likely each relation is. */
type Odds = readonly (readonly [InvolvementKind, number])[];

const OF_AGENCIES: Readonly<Record<RecordType, Odds>> = {
  Minor: [
    ["SOURCE", 0.25],
    ["ADDRESSEE", 0.15],
    ["SHARE", 0.1],
  ],
  Case: [
    ["SOURCE", 0.2],
    ["PART", 0.5],
    ["ADDRESSEE", 0.15],
  ],
  SensitiveIncident: [
    ["SOURCE", 0.2],
    ["PART", 0.5],
  ],
  OpinionAlert: [
    ["SOURCE", 0.3],
    ["PART", 0.4],
  ],
  CareRegistration: [
    ["SOURCE", 0.2],
    ["ADDRESSEE", 0.1],
  ],
  GuardianshipAssessment: [["SOURCE", 0.2]],
  SupportNeed: [["SOURCE", 0.15]],
  SupportRecord: [["SOURCE", 0.15]],
  ProtectionMeasure: [
    ["SOURCE", 0.2],
    ["ADDRESSEE", 0.3],
  ],
  Placement: [
    ["SOURCE", 0.2],
    ["SHARE", 0.1],
  ],
  Hazard: [
    ["SOURCE", 0.2],
    ["PART", 0.3],
    ["ADDRESSEE", 0.2],
  ],
  LegalSupervision: [
    ["SOURCE", 0.2],
    ["PART", 0.2],
    ["ADDRESSEE", 0.3],
  ],
  CorrectionRequest: [
    ["SOURCE", 0.4],
    ["ADDRESSEE", 0.4],
  ],
};
/** Of people to a child. */
const OF_PEOPLE: Odds = [
  ["LIAISON", 0.12],
  ["SUNSHINE", 0.1],
  ["COUNSELLOR", 0.05],
  ["BREAK_GLASS", 0.1],
  ["ASSIGNED", 0.05],
];
/** Of people whose agency takes part. */
const TEAM: Odds = [
  ["ASSIGNED", 0.5],
  ["NAMED", 0.5],
];

/** Relations of their own; the database derives the others. */
export function relations(dice: Dice, { agencies, people }: Directory, rows: Rows): Relation[] {
  const thrown = (odds: Odds) => odds.filter(([, likely]) => dice.chance(likely)).map(([kind]) => kind);

  return RECORD_TYPES.flatMap((record_type) =>
    (rows[tableOf(record_type)] ?? []).flatMap(({ id }) =>
      agencies.flatMap((agency) => {
        const about = { record_type, record: String(id), agency: agency.id, basis: "oracle" };
        const own = thrown(OF_AGENCIES[record_type]).map((kind) => ({
          ...about,
          kind,
          ...(kind === "SHARE" ? { policy_row: record_type === "Placement" ? "R33" : "R1" } : {}),
          ...dice.oneOf(TIMES),
        }));
        const part = own.find(({ kind }) => kind === "PART");
        const staff = people.filter((person) => person.agency === agency.id);
        return [
          ...own,
          ...(dice.chance(0.01) ? [{ ...about, kind: "CONFLICT" as const, ...dice.oneOf([NOW, BEFORE]) }] : []),
          ...staff.flatMap(({ id: person }) => [
            ...(record_type === "Minor" ? thrown(OF_PEOPLE) : []).map((kind) => ({
              ...about,
              person,
              kind,
              ...dice.oneOf(TIMES),
            })),
            // A person takes part for the agency, hence within its part: what goes beyond, the database cuts off.
            ...(part && part.until !== BEFORE.until ? thrown(TEAM) : []).map((kind) => ({
              ...about,
              person,
              kind,
              ...dice.oneOf([NOW, { ...NOW, until: days(80) }, ...(part?.until ? [] : [{ ...NOW, since: days(10) }])]),
            })),
            ...(dice.chance(0.01)
              ? [{ ...about, person, kind: "CONFLICT" as const, ...dice.oneOf([NOW, BEFORE]) }]
              : []),
          ]),
        ];
      }),
    ),
  );
}
