import { SCHOOL } from "../../examples/agencies/school/src/records.js";
import { STATION } from "../../examples/agencies/station/src/records.js";
import { FACT } from "../../src/policy/facts.js";
import type { IdCipher } from "../../src/store/global-id.js";
import { type Asker, askersOf, type Shown } from "../proof/reading.js";
import type { Sql } from "../support/hub.js";

/** What an agency shows of a child: its group, the levels that show it, and what it keeps of its nth child. */
export interface Kept {
  readonly field: string;
  readonly row: string;
  readonly at: readonly Shown[];
  readonly of: (n: number) => unknown;
}

/** An agency that keeps records of every child of the proof. */
export interface Keeper {
  readonly name: "school" | "station";
  readonly definition: typeof SCHOOL | typeof STATION;
  readonly key: string;
  readonly holds: readonly string[];
  readonly fields: readonly Kept[];
  readonly people: readonly Asker[];
  readonly fill: (ofEach: (table: string, values: string) => Promise<unknown>) => Promise<void>;
}

const people = (role: string, posts: readonly string[], purposes: readonly string[]): Asker[] =>
  askersOf(role).filter(
    ({ post, purpose }) => posts.includes(post.name) && purpose !== null && purposes.includes(purpose.name),
  );

export const KEEPERS: readonly Keeper[] = [
  {
    name: "school",
    definition: SCHOOL,
    key: "00000000-0000-7000-8a00-000000009999",
    holds: ["R13", "R14", "R15", "R16", "R16b"],
    fields: [
      { field: "attendance { daysAbsent }", row: "R13", at: ["F"], of: (n) => [{ daysAbsent: n }] },
      { field: "visitAsked", row: "R13", at: ["F", "X"], of: (n) => n % 2 === 0 },
      { field: "health { allergies }", row: "R14", at: ["F"], of: (n) => ({ allergies: `花生 ${n}` }) },
      { field: "whatToMind", row: "R14", at: ["F", "X"], of: (n) => `随身带药 ${n}` },
      { field: "psychologicalFinding", row: "R15", at: ["F"], of: (n) => `睡眠差 ${n}` },
      { field: "psychologicalNeed", row: "R15", at: ["F", "B"], of: (n) => ["LOW", "MEDIUM", "HIGH"][n % 3] },
      { field: "takeCare", row: "R15", at: ["F", "X"], of: () => true },
      { field: "counsellingNotes { notes }", row: "R16", at: ["F"], of: (n) => [{ notes: `谈话 ${n}` }] },
      { field: "lifeRiskSummary", row: "R16b", at: ["F"], of: (n) => `有轻生言论 ${n}` },
    ],
    people: people("SCHOOL", ["HEAD", "COUNSELLING_TEACHER"], ["CASE_HANDLING", "LEFT_BEHIND_CARE"]),
    fill: async (ofEach) => {
      await ofEach("attendance (minor, term, days_absent, visit_asked)", "key, '2026-1', n, n % 2 = 0");
      await ofEach("health_record (minor, allergies, what_to_mind)", "key, '花生 ' || n, '随身带药 ' || n");
      await ofEach(
        "psychological_need (minor, level, finding)",
        "key, ('{LOW,MEDIUM,HIGH}'::text[])[n % 3 + 1], '睡眠差 ' || n",
      );
      await ofEach("counselling_session (minor, held_on, notes)", "key, '2026-03-04', '谈话 ' || n");
      await ofEach("life_risk (minor, summary)", "key, '有轻生言论 ' || n");
    },
  },
  {
    name: "station",
    definition: STATION,
    key: "00000000-0000-7000-8a00-000000009998",
    holds: ["R34", "R41"],
    fields: [
      { field: "stays { condition }", row: "R41", at: ["F"], of: (n) => [{ condition: `疲惫 ${n}` }] },
      { field: "inStation", row: "R41", at: ["F", "B"], of: (n) => n % 2 === 0 },
      { field: "identityChecks { status }", row: "R34", at: ["F", "X"], of: () => [{ status: "NO_MATCH" }] },
    ],
    people: people("RESCUE_STATION", ["HEAD", "SOCIAL_WORKER"], ["CASE_HANDLING", "RESCUE_AND_TRACING"]),
    fill: async (ofEach) => {
      await ofEach(
        "stay (minor, admitted_at, found_at, condition, left_on, left_for)",
        `key, '2026-03-04T05:06:07Z', '汽车站', '疲惫 ' || n,
         CASE n % 2 WHEN 1 THEN date '2026-03-05' END, CASE n % 2 WHEN 1 THEN 'FAMILY' END`,
      );
      await ofEach("identity_check (minor, kind, status, checked_on)", "key, 'DNA', 'NO_MATCH', '2026-03-05'");
    },
  },
];

/** Of somebody of the keeper's own: for hub and identity provider. */
export const subjectAt = ({ name }: Keeper, { post }: Pick<Asker, "post">): string => `${name}/${post.name}`;

interface Holding {
  readonly kind: "SOURCE" | "COUNSELLOR" | "ASSIGNED" | "CONFLICT";
  readonly person: boolean;
}
const SOURCE: Holding = { kind: "SOURCE", person: false };
/** Of the counsellor, or the worker bound to what is assigned to him. */
const own = ({ post }: Pick<Asker, "post">): Holding[] => {
  if (post.name === "COUNSELLING_TEACHER") return [{ kind: "COUNSELLOR", person: true }];
  return post.scope === "ASSIGNED" ? [{ kind: "ASSIGNED", person: true }] : [];
};
const when = <T>(digit: number, n: number, holding: readonly T[]): readonly T[] => ((n >> digit) & 1 ? holding : []);
const CONFLICT: readonly Holding[] = [{ kind: "CONFLICT", person: true }];

/**
 * What holds between somebody of the keeper's own and its nth child: five binary digits of n say it, so that every
 * combination of what the hub knows and what is known at home is met. The hub knows the keeper as the source of all.
 */
export const heldAtHub = (who: Pick<Asker, "post">, n: number): readonly Holding[] => [
  SOURCE,
  ...when(0, n, own(who)),
  ...when(3, n, CONFLICT),
];
export const heldAtHome = (who: Pick<Asker, "post">, n: number): readonly Holding[] => [
  ...when(1, n, [SOURCE]),
  ...when(2, n, own(who)),
  ...when(4, n, CONFLICT),
];

const FACTS_OF = {
  SOURCE: FACT.o,
  COUNSELLOR: FACT.c | FACT.scope,
  ASSIGNED: FACT.scope,
  CONFLICT: FACT.conflict,
} as const;
export const factsOf = (holdings: readonly Holding[]): number =>
  holdings.reduce((facts, { kind }) => facts | FACTS_OF[kind], 0);

/** The keeper and its people, and what holds between them and the children. */
export async function bringKeeper(
  sql: Sql,
  keeper: Keeper,
  children: readonly string[],
  held: typeof heldAtHub,
): Promise<void> {
  const { key, definition } = keeper;
  await sql(
    `INSERT INTO agency (id, kind, name, division, legal_basis_kind, legal_basis_document)
     VALUES ($1, $2, $3, '990101101201', 'AGREEMENT', '示例')`,
    [key, definition.role, keeper.name],
  );
  const posts = new Map(keeper.people.map((who) => [who.post.name, who]));
  const relations = new Map<string, object>();
  for (const [p, who] of [...posts.values()].entries()) {
    const person = key.replace("8a00", `8b0${p}`);
    await sql("INSERT INTO person (id, subject, name, agency, post) VALUES ($1, $2, $2, $3, $4)", [
      person,
      subjectAt(keeper, who),
      key,
      who.post.name,
    ]);
    for (const [n, record] of children.entries())
      for (const holding of held(who, n)) {
        const by = holding.person ? { person } : {};
        const relation = { record_type: "Minor", record, agency: key, ...by, kind: holding.kind, basis: "示例" };
        relations.set(JSON.stringify(relation), relation);
      }
  }
  await sql("SELECT hub_involve($1)", [JSON.stringify([...relations.values()])]);
}

/** What the keeper keeps at home of every child, under its own id. @param hubIdOf  as the hub knows it */
export async function keepAtHome(
  sql: Sql,
  own: IdCipher,
  keeper: Keeper,
  children: readonly string[],
  hubIdOf: (key: string) => string,
): Promise<void> {
  await sql("INSERT INTO division VALUES (990101101201, '柳荫村')");
  const rows = JSON.stringify(children.map((key, n) => ({ hub: hubIdOf(key), key, ref: own.ref(key), n })));
  const ofEach = (table: string, values: string) =>
    sql(
      `INSERT INTO ${table} SELECT ${values} FROM jsonb_to_recordset($1) AS x (hub text, key uuid, ref uuid, n int)`,
      [rows],
    );
  await ofEach(
    "minor (id, ref, place, full_name, given_name, birth_date, sex)",
    "key, ref, 990101101201, '示例', '例', '2016-03-02', 'FEMALE'",
  );
  await ofEach("minor_link (hub_id, minor)", "hub, key");
  await keeper.fill(ofEach);
  await bringKeeper(sql, keeper, children, heldAtHome);
}
