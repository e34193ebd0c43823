import type { Policy } from "../../src/policy/policy.js";
import type { Change } from "../facts/changes.js";
import { History } from "../facts/history.js";
import type { Sql } from "../support/migrated.js";
import {
  type AgencyName,
  addAlert,
  addCase,
  addEntrustedCare,
  addIncident,
  addMinor,
  addOpinion,
  addRegistration,
  agencyOf,
  ELSEWHERE,
  HERE,
  type Involve,
  idOf,
  isPerson,
  openingsOf,
  type PersonName,
  registrationOf,
  settle,
} from "../support/small-world.js";
import { tableOf } from "../support/tables.js";
import type { Placed } from "./related.js";

/** `j`: what the agencies answer for. The bureau's is the county, the others' the township HERE. */
const DUTIES: readonly [AgencyName, Placed["type"], string][] = [
  ["police", "SensitiveIncident", "320508100"],
  ["police", "OpinionAlert", "320508100"],
  ["social", "Minor", "320508100"],
  ["social", "SensitiveIncident", "320508100"],
  ["village", "Minor", "320508100001"],
  ["village", "Case", "320508100001"],
  ["village", "CareRegistration", "320508100001"],
  ["village", "SensitiveIncident", "320508100001"],
  ["justice", "Case", "320508100"],
  ["bureau", "Minor", "320508"],
  ["governance", "SensitiveIncident", "320508100"],
  ["governance", "OpinionAlert", "320508100"],
  ["governance", "LegalSupervision", "320508100"],
  ["publicity", "OpinionAlert", "320508100"],
];

/** Department systems that ask on their own reach. */
export const SYSTEMS: readonly [client: string, AgencyName][] = [
  ["school system", "school"],
  ["police system", "police"],
];

const PLACES: readonly [Placed["type"], name: string, place: string][] = [
  ["Minor", "ann", HERE],
  ["Minor", "ben", HERE],
  ["Minor", "cai", ELSEWHERE],
  ["Minor", "dou", ELSEWHERE],
  ["Minor", "eva", HERE],
  ["Case", "case1", HERE],
  ["Case", "case2", ELSEWHERE],
  ["Case", "case3", ELSEWHERE],
  ["SensitiveIncident", "incident1", HERE],
  ["SensitiveIncident", "incident2", ELSEWHERE],
  ["OpinionAlert", "alert1", HERE],
  ["OpinionAlert", "alert2", ELSEWHERE],
  ["LegalSupervision", "opinion1", HERE],
  ["LegalSupervision", "opinion2", ELSEWHERE],
];
/** Records about a minor, and the minor: they are where it is. */
const ABOUT: readonly [Placed["type"], name: string, minor: string][] = ["ann", "ben", "cai", "dou"].map((minor) => [
  "CareRegistration",
  registrationOf(minor),
  minor,
]);
const typeOf = (name: string) => [...PLACES, ...ABOUT].find(([, record]) => record === name)?.[0] ?? "Minor";

function relates(
  who: AgencyName | PersonName,
  kind: Involve["kind"],
  record: string,
  more: { row?: string; timed?: true; later?: true } = {},
): Change {
  const held = isPerson(who) ? { agency: agencyOf(who), person: who } : { agency: who };
  return {
    do: "involve",
    relation: { type: typeOf(record), record, kind, row: more.row, ...held },
    from: more.later ? "later" : "before",
    timed: more.timed ?? false,
  };
}
const stands = (owner: string, far: string, role: "CONCERNED" | "VICTIM" | "SUSPECT" = "CONCERNED"): Change => ({
  do: "tie",
  edge: {
    ownerType: owner.startsWith("case") ? "Case" : "SensitiveIncident",
    owner,
    farType: far.startsWith("alert") ? "OpinionAlert" : "Minor",
    far,
    role,
  },
});

/** Every kind of relation, timed and not, beside those that must open nothing. */
const STORY: readonly Change[] = [
  stands("case1", "ann"),
  stands("case1", "ben", "VICTIM"),
  stands("case1", "cai", "SUSPECT"),
  stands("case2", "dou"),
  stands("case3", "ann", "VICTIM"),
  stands("incident1", "ann"),
  stands("incident1", "dou"),
  stands("incident1", "alert1"),
  stands("incident2", "cai"),
  stands("incident2", "alert2"),
  { do: "enrol", minor: "ann", school: "school", schoolClass: "3A" },
  { do: "enrol", minor: "ben", school: "school", schoolClass: "3B" },
  { do: "enrol", minor: "cai", school: "otherSchool", schoolClass: "1A" },
  relates("school", "SOURCE", "ann"),
  relates("school", "SOURCE", "ben"),
  relates("village", "SOURCE", "ann"),
  relates("otherSchool", "SOURCE", "cai"),
  relates("school", "CHILD_SOURCE", "dou"),
  relates("caseworker", "LIAISON", "ben"),
  relates("companion", "SUNSHINE", "ann"),
  relates("supporter", "SUNSHINE", "cai", { timed: true }),
  relates("rescuer", "ASSIGNED", "dou"),
  relates("registrar", "COUNSELLOR", "dou"),
  relates("sergeant", "BREAK_GLASS", "cai", { timed: true }),
  relates("bureau", "ADDRESSEE", "cai"),
  relates("bureau", "SHARE", "dou", { row: "R1" }),
  relates("federation", "SHARE", "dou", { row: "R1" }),
  relates("village", "CONFLICT", "dou"),
  relates("caseworker", "CONFLICT", "cai"),
  relates("police", "SOURCE", "case1"),
  relates("police", "PART", "case1"),
  relates("officer", "NAMED", "case1"),
  relates("school", "PART", "case1", { timed: true }),
  relates("federation", "PART", "case1"),
  relates("caseworker", "ASSIGNED", "case1"),
  relates("social", "PART", "case1"),
  relates("rescuer", "NAMED", "case1"),
  relates("justice", "PART", "case2"),
  relates("supporter", "ASSIGNED", "case2"),
  relates("village", "PART", "case2", { later: true }),
  relates("publicity", "CONFLICT", "case2"),
  relates("school", "PART", "case3"),
  relates("vicePrincipal", "NAMED", "case3"),
  relates("governance", "SOURCE", "incident1"),
  relates("governance", "PART", "incident1"),
  relates("school", "PART", "incident1"),
  relates("police", "CONFLICT", "incident2"),
  relates("school", "SOURCE", "incident2"),
  relates("governance", "PART", "incident2", { timed: true }),
  relates("responder", "NAMED", "incident2"),
  relates("publicity", "SOURCE", "alert2"),
  relates("social", "PART", "alert2"),
  relates("police", "SOURCE", "opinion1"),
  relates("school", "ADDRESSEE", "opinion1"),
  relates("school", "ADDRESSEE", "opinion2", { timed: true }),
  relates("bureau", "CONFLICT", "opinion2"),
  relates("school", "SOURCE", registrationOf("cai")),
  relates("bureau", "ADDRESSEE", registrationOf("ben")),
  relates("federation", "CONFLICT", registrationOf("ann")),
  // What opens a record of another type opens nothing here.
  relates("federation", "PART", "dou"),
  relates("bureau", "SHARE", "case2", { row: "R1" }),
  relates("bureau", "SHARE", "incident2", { row: "R1" }),
  relates("bureau", "SHARE", "alert1", { row: "R1" }),
  relates("federation", "PART", registrationOf("dou")),
  relates("social", "PART", "case2"),
  { do: "endPart", record: { type: "Case", record: "case2" }, agency: "social" },
];

/** A township in which everybody has to do with something and nobody with everything; and what should follow from it. */
export async function relatedWorld(sql: Sql, policy: Policy): Promise<{ world: History; records: readonly Placed[] }> {
  await settle(sql, policy);
  for (const [agency, type, prefix] of DUTIES)
    await sql("INSERT INTO agency_duty VALUES ($1, $2, $3)", [idOf(agency), type, prefix]);
  for (const [client, agency] of SYSTEMS) await sql("INSERT INTO client VALUES ($1, $2)", [client, idOf(agency)]);
  const add: Partial<Record<Placed["type"], typeof addMinor>> = {
    Minor: addMinor,
    Case: addCase,
    SensitiveIncident: addIncident,
    OpinionAlert: addAlert,
    LegalSupervision: addOpinion,
  };
  for (const [type, name, place] of PLACES) await add[type]?.(sql, name, { place });
  for (const [, , minor] of ABOUT) await addRegistration(sql, minor);
  for (const minor of ["ann", "dou"]) await addEntrustedCare(sql, minor);

  const world = new History(
    [...policy.rows.keys()],
    new Set(openingsOf(policy)),
    new Map(ABOUT.map(([, name, minor]) => [name, minor])),
  );
  for (const change of STORY) await world.happen(sql, change);
  const placeOf = (minor: string) => PLACES.find(([, name]) => name === minor)?.[2] ?? "";
  const about = ABOUT.map(([type, name, minor]) => placed(world, type, name, placeOf(minor)));
  return { world, records: [...PLACES.map(([type, name, place]) => placed(world, type, name, place)), ...about] };
}

function placed(world: History, type: Placed["type"], name: string, place: string): Placed {
  if (type === "Case") {
    const parts = world.relations.filter(({ record, kind }) => record === name && kind === "PART");
    const belongings = parts.map(({ agency }) => ({ table: "case_participant", name: `${name} ${agency}` }));
    return { type, table: "case_file", name, place, belongings };
  }
  if (type !== "Minor") return { type, table: tableOf(type), name, place, belongings: [] };
  const belongings = [
    { table: "guardian", name: `guardian of ${name}` },
    ...(["ann", "dou"].includes(name) ? [{ table: "entrusted_care", name: `carer of ${name}` }] : []),
    ...(world.pupils.some(({ minor }) => minor === name) ? [{ table: "enrolment", name: `enrolment of ${name}` }] : []),
  ];
  return { type, table: "minor", name, place, belongings };
}
