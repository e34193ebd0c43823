import type { InvolvementKind } from "../../src/facts/keys.js";
import type { Sql } from "../support/migrated.js";
import {
  AGENCIES,
  type AgencyName,
  accompany,
  activate,
  addAlert,
  addCase,
  addEntrustedCare,
  addGuardian,
  addIncident,
  addIntake,
  addMinor,
  addRegistration,
  CLASSES,
  concern,
  endInvolvement,
  enrol,
  idOf,
  involve,
  isPerson,
  type Opening,
  PEOPLE,
  type PersonName,
  registrationOf,
  touch,
} from "../support/small-world.js";
import { ALERTS, CASES, type Change, INCIDENTS, INTAKES, MINORS, RECORDS, REGISTERED, ROW_OF } from "./changes.js";
import { type Edge, keyOf, type Pupil, type Relation, type Taught, type World, withinPart } from "./model.js";
import { type Facts, factsOf } from "./read-facts.js";

const TEAM: readonly InvolvementKind[] = ["PART", "ASSIGNED", "NAMED"];

const HOUR = 3_600_000;
const at = (hours: number) => new Date(Date.now() + hours * HOUR).toISOString();

/** Records about a minor, and the minor. */
const ABOUT: ReadonlyMap<string, string> = new Map(REGISTERED.map((minor) => [registrationOf(minor), minor]));

const CLASSES_BEFORE: ReadonlyMap<string, Taught> = new Map(
  Object.entries(CLASSES).map(([name, [school, teacher]]) => [name, { school, teacher }]),
);

/** What has happened so far: the database is changed, and in plain words what should hold afterwards. */
export class History implements World {
  relations: Relation[] = [];
  edges: Edge[] = [];
  pupils: Pupil[] = [];
  classes = new Map(CLASSES_BEFORE);
  readonly #moved = new Map<PersonName, AgencyName>();
  readonly #closed = new Set<string>();
  readonly #guardians = new Map<string, string>(
    MINORS.flatMap((name) => [
      [`guardian of ${name}`, name],
      [`carer of ${name}`, name],
    ]),
  );

  constructor(
    readonly policyRows: readonly string[],
    public openings: ReadonlySet<Opening>,
    readonly about: ReadonlyMap<string, string> = ABOUT,
  ) {}

  roleOf = (agency: AgencyName) => AGENCIES[agency];
  agencyOf = (person: PersonName) => this.#moved.get(person) ?? PEOPLE[person][0];

  /** What the database should keep. */
  facts(): Facts {
    const enrolments = this.pupils.map(({ minor }) => [`enrolment of ${minor}`, minor] as const);
    return factsOf(
      this,
      RECORDS.map(({ record }) => record),
      new Map([...this.#guardians, ...enrolments]),
    );
  }

  /** What should hold when another has made changes at the same time that do not depend on the order. */
  with(other: History): History {
    const both = new History(this.policyRows, this.openings, this.about);
    for (const caseFile of [...this.#closed, ...other.#closed]) both.#closed.add(caseFile);
    both.relations = [...this.relations, ...other.relations];
    both.edges = [...this.edges, ...other.edges].filter(({ owner, row }) => row !== "R20" || !both.#closed.has(owner));
    both.pupils = [...this.pupils, ...other.pupils];
    for (const { classes } of [this, other])
      for (const [name, taught] of classes)
        if (taught.teacher !== CLASSES_BEFORE.get(name)?.teacher) both.classes.set(name, taught);
    for (const [name, minor] of [...this.#guardians, ...other.#guardians]) both.#guardians.set(name, minor);
    return both;
  }

  async happen(sql: Sql, change: Change): Promise<void> {
    switch (change.do) {
      case "involve":
        return this.#involve(sql, change);
      case "join":
        return this.#join(sql, change);
      case "end":
        return this.#end(sql, this.relations[change.relation]);
      case "endPart":
        await endInvolvement(sql, { ...change.record, agency: change.agency }, ["PART"]);
        return this.#over(
          (one) => one.record === change.record.record && one.agency === change.agency && TEAM.includes(one.kind),
        );
      case "expire":
        return this.#expire(sql, this.relations.filter(({ until }) => until !== undefined)[change.relation]);
      case "sweep":
        await sql("SELECT hub_sweep()");
        return;
      case "tie":
        return this.#tie(sql, change.edge);
      case "takeIn":
        return this.#takeIn(sql, change);
      case "untie":
        return this.#untie(sql, this.edges[change.edge]);
      case "close":
        await sql("UPDATE case_file SET stage = 'CLOSED' WHERE id = $1", [idOf(change.caseFile)]);
        this.#leavesStation(change.caseFile);
        this.edges = this.edges.filter(({ owner, row }) => owner !== change.caseFile || row !== "R20");
        return;
      case "enrol":
        return this.#enrol(sql, change);
      case "leave":
        await sql("DELETE FROM enrolment WHERE minor = $1", [idOf(change.minor)]);
        this.#leaves(change.minor);
        this.pupils = this.pupils.filter(({ minor }) => minor !== change.minor);
        return;
      case "teach":
        await sql("UPDATE school_class SET teacher = $2 WHERE id = $1", [
          idOf(change.schoolClass),
          change.teacher && idOf(change.teacher),
        ]);
        this.classes.set(change.schoolClass, { school: CLASSES[change.schoolClass][0], teacher: change.teacher });
        return;
      case "moveMinor":
        await sql("UPDATE minor SET place = $2 WHERE id = $1", [idOf(change.minor), change.place]);
        return;
      case "moveIncident":
        await sql("UPDATE sensitive_incident SET place = $2 WHERE id = $1", [idOf(change.incident), change.place]);
        return;
      case "addGuardian": {
        const name = `guardian ${this.#guardians.size} of ${change.minor}`;
        await addGuardian(sql, name, change.minor);
        this.#guardians.set(name, change.minor);
        return;
      }
      case "changeAgency":
        return this.#changeAgency(sql, change.person, change.agency);
      case "activate":
        await activate(sql, this.policyRows, change.openings);
        this.openings = new Set(change.openings);
    }
  }

  #involve(sql: Sql, { relation, from, timed }: Extract<Change, { do: "involve" }>): Promise<void> {
    const agency = relation.person ? this.agencyOf(relation.person) : relation.agency;
    const since = at(from === "before" ? -1 : 1);
    return this.#relate(sql, { ...relation, agency, since, until: timed ? at(2) : undefined });
  }

  async #join(sql: Sql, { part, kind, from, to }: Extract<Change, { do: "join" }>): Promise<void> {
    const parts = this.relations.filter(({ type, kind }) => kind === "PART" && type !== "Minor");
    const { type, record, agency } = parts[part % parts.length] ?? {};
    const person = Object.keys(PEOPLE)
      .filter(isPerson)
      .find((one) => this.agencyOf(one) === agency);
    if (!type || !record || !agency || !person) return;
    const until = to === null ? undefined : at(to);
    await this.#relate(sql, { type, record, agency, person, kind, since: at(from), until });
  }

  async #relate(sql: Sql, asked: Relation): Promise<void> {
    const wanted = withinPart(this, asked);
    // What is refused stands in parts.test.ts: here it would be the end of the transaction.
    if (!wanted) return;
    await involve(sql, asked);
    const there = this.relations.some(
      (one) => one.record === wanted.record && one.until === undefined && keyOf(one) === keyOf(wanted),
    );
    if (wanted.until !== undefined || !there) this.relations.push(wanted);
  }

  async #end(sql: Sql, relation: Relation | undefined): Promise<void> {
    if (!relation) return;
    const { record, agency, kind } = relation;
    const kinds = kind === "PART" ? TEAM : [kind];
    await endInvolvement(sql, { type: relation.type, record, agency }, [kind]);
    this.#over((one) => one.record === record && one.agency === agency && kinds.includes(one.kind));
  }

  /** Time passes: the relation and what has the same end come to it. */
  async #expire(sql: Sql, relation: Relation | undefined): Promise<void> {
    if (!relation) return;
    const { record, agency, until } = relation;
    await sql(
      `UPDATE involvement SET since = least(since, clock_timestamp()), until = clock_timestamp() + interval '30 ms'
        WHERE record = $1 AND agency = $2 AND until = $3 AND via IS NULL`,
      [idOf(record), idOf(agency), until],
    );
    await sql("SELECT pg_sleep(0.031)");
    this.#over((one) => one.record === record && one.agency === agency && one.until === until);
  }

  async #tie(sql: Sql, { role, ...edge }: Extract<Change, { do: "tie" }>["edge"]): Promise<void> {
    const { owner, far, farType, ownerType } = edge;
    // A minor stands in one relation to a case.
    if (this.edges.some((one) => one.far === far && one.owner === owner)) return;
    if (farType === "OpinionAlert") await accompany(sql, owner, far);
    else if (ownerType === "SensitiveIncident") await touch(sql, owner, far);
    else if (role === "SUSPECT" && this.#closed.has(owner)) return;
    else await concern(sql, owner, far, role);
    this.edges.push({
      ...edge,
      row: farType === "OpinionAlert" ? "R28m" : ownerType === "Case" ? ROW_OF[role] : "R27m",
    });
  }

  async #takeIn(sql: Sql, { minor, intake }: Extract<Change, { do: "takeIn" }>): Promise<void> {
    await this.#tie(sql, { ownerType: "Case", owner: intake, farType: "Minor", far: minor, role: "CONCERNED" });
    const [person, agency] = ["stationCounsellor", "station"] as const;
    await this.#relate(sql, { type: "Minor", record: minor, agency, person, kind: "COUNSELLOR", since: at(-1) });
  }

  async #untie(sql: Sql, edge: Edge | undefined): Promise<void> {
    if (!edge) return;
    const [table, owner, far] =
      edge.ownerType === "Case"
        ? ["case_minor", "case_file", "minor"]
        : edge.farType === "Minor"
          ? ["incident_minor", "incident", "minor"]
          : ["incident_alert", "incident", "alert"];
    await sql(`DELETE FROM ${table} WHERE ${owner} = $1 AND ${far} = $2`, [idOf(edge.owner), idOf(edge.far)]);
    this.edges = this.edges.filter((one) => one !== edge);
  }

  /** Whoever the school has assigned to a pupil is so no more when he leaves it. */
  #leaves(minor: string, goesTo?: AgencyName): void {
    const from = this.pupils.find((pupil) => pupil.minor === minor)?.school;
    if (from !== undefined && from !== goesTo)
      this.#over((one) => one.record === minor && one.agency === from && one.kind === "COUNSELLOR");
  }

  /** A station that has closed all cases for which it took a child in counsels it no more. */
  #leavesStation(caseFile: string): void {
    const [closedBefore, intakes] = [this.#closed.has(caseFile), new Set<string>(INTAKES)];
    this.#closed.add(caseFile);
    if (closedBefore || !intakes.has(caseFile)) return;
    const stays = (minor: string) =>
      this.edges.some(({ far, owner }) => far === minor && intakes.has(owner) && !this.#closed.has(owner));
    for (const { far } of this.edges.filter(({ owner }) => owner === caseFile))
      if (!stays(far)) this.#over((one) => one.record === far && one.agency === "station" && one.kind === "COUNSELLOR");
  }

  async #enrol(sql: Sql, { minor, school, schoolClass }: Extract<Change, { do: "enrol" }>): Promise<void> {
    if (this.pupils.some((pupil) => pupil.minor === minor))
      await sql("UPDATE enrolment SET school = $2, school_class = $3 WHERE minor = $1", [
        idOf(minor),
        idOf(school),
        schoolClass && idOf(schoolClass),
      ]);
    else await enrol(sql, minor, school, schoolClass, "2025-09-01");
    this.#leaves(minor, school);
    this.pupils = [
      ...this.pupils.filter((pupil) => pupil.minor !== minor),
      { minor, school, schoolClass, since: "2025-08-31T16:00:00.000Z" },
    ];
  }

  async #changeAgency(sql: Sql, person: PersonName, agency: AgencyName): Promise<void> {
    await sql("UPDATE person SET agency = $2 WHERE id = $1", [idOf(person), idOf(agency)]);
    if (this.agencyOf(person) === agency) return;
    this.#moved.set(person, agency);
    this.#over((one) => one.person === person && one.kind !== "CONFLICT");
    for (const [name, { school, teacher }] of this.classes)
      if (teacher === person) this.classes.set(name, { school, teacher: null });
  }

  #over(which: (relation: Relation) => boolean): void {
    this.relations = this.relations.filter((relation) => !which(relation));
  }
}

/** The records that things happen to; nobody has to do with them yet. */
export async function addRecords(sql: Sql): Promise<void> {
  for (const name of MINORS) {
    await addMinor(sql, name);
    await addEntrustedCare(sql, name);
  }
  for (const name of REGISTERED) await addRegistration(sql, name);
  for (const name of CASES) await addCase(sql, name);
  for (const name of INTAKES) await addIntake(sql, name);
  for (const name of INCIDENTS) await addIncident(sql, name);
  for (const name of ALERTS) await addAlert(sql, name);
}
