import DataLoader from "dataloader";
import { type EntityManager, type EntityTarget, In, IsNull, type ObjectLiteral } from "typeorm";
import { CaseMinor } from "../../../src/domain/cases/index.js";
import { IncidentAlert, IncidentMinor } from "../../../src/domain/incidents/index.js";
import type { SharedRecord } from "../../../src/domain/shared-record.js";
import type { RecordType } from "../../../src/store/record-types.js";
import { entityOf } from "../../support/tables.js";
import { Involvement } from "./involvement.js";

/** An edge between two records, and the policy row that guards it. */
export interface Link {
  readonly ownerType: "Case" | "SensitiveIncident";
  readonly owner: string;
  readonly farType: "Minor" | "OpinionAlert";
  readonly far: string;
  readonly row: string;
}

const ROW_OF_ROLE: Readonly<Record<string, string>> = { CONCERNED: "R17m", VICTIM: "R19", SUSPECT: "R20" };

/** All rows of one question, each read once: repositories, with a loader for whatever many rows ask for one by one. */
export class Data {
  readonly #loaders = new Map<string, DataLoader<string, ObjectLiteral[]>>();

  #turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly manager: EntityManager) {}

  all<T extends ObjectLiteral>(target: new () => T): Promise<T[]> {
    return this.#inTurn(() => this.manager.getRepository(target).find());
  }

  records(type: RecordType): Promise<SharedRecord[]> {
    return this.all(entityOf(type));
  }

  record(type: RecordType, id: string): Promise<SharedRecord | null> {
    return this.one(entityOf(type), "id", id);
  }

  async one<T extends ObjectLiteral>(target: new () => T, column: string & keyof T, value: string): Promise<T | null> {
    const [found] = await this.#load(target, column, value);
    return found ?? null;
  }

  /** Rows of `target` whose relation `by` points to `id`; each relation is the id of what it points to. */
  belonging(target: EntityTarget<ObjectLiteral>, by: string, id: string): Promise<ObjectLiteral[]> {
    return this.#loader(`${this.manager.connection.getMetadata(target).name} by ${by}`, by, (ids) =>
      this.manager.getRepository(target).find({ where: { [by]: { id: In(ids) } }, loadRelationIds: true }),
    ).load(id);
  }

  /** What the agency, or the person in his own right, has to do with the record; not what the database has derived. */
  involvements(record: string, agency: string, person: string | null): Promise<Involvement[]> {
    const own = { via: IsNull() };
    return this.#load(Involvement, "record", record, [
      { ...own, agency, person: IsNull() },
      ...(person === null ? [] : [{ ...own, person }]),
    ]);
  }

  async linksOfOwner(owner: string): Promise<Link[]> {
    const [minors, alsoMinors, alerts] = await Promise.all([
      this.#load(CaseMinor, "caseFile", owner),
      this.#load(IncidentMinor, "incidentId", owner),
      this.#load(IncidentAlert, "incidentId", owner),
    ]);
    return [...minors.map(ofCase), ...alsoMinors.map(ofIncident), ...alerts.map(ofAlert)];
  }

  async linksOfFar(far: string): Promise<Link[]> {
    const [cases, incidents, alerts] = await Promise.all([
      this.#load(CaseMinor, "minorId", far),
      this.#load(IncidentMinor, "minorId", far),
      this.#load(IncidentAlert, "alertId", far),
    ]);
    return [...cases.map(ofCase), ...incidents.map(ofIncident), ...alerts.map(ofAlert)];
  }

  /** Rows of `target` by the value of one column, if one of the other conditions holds too. */
  #load<T extends ObjectLiteral>(
    target: new () => T,
    column: string & keyof T,
    value: string,
    oneOf: readonly object[] = [{}],
  ): Promise<T[]> {
    const rows = this.#loader(`${target.name}.${column}`, column, (values) =>
      this.manager
        .getRepository<ObjectLiteral>(target)
        .find({ where: oneOf.map((condition) => ({ [column]: In(values), ...condition })) }),
    ).load(value);
    return rows.then((found) => found.filter((row): row is T => row instanceof target));
  }

  /** A connection answers one question at a time. */
  #inTurn<T>(ask: () => Promise<T>): Promise<T> {
    const answer = this.#turn.then(ask);
    this.#turn = answer.catch(() => {});
    return answer;
  }

  #loader(
    name: string,
    column: string,
    find: (values: string[]) => Promise<ObjectLiteral[]>,
  ): DataLoader<string, ObjectLiteral[]> {
    const loader =
      this.#loaders.get(name) ??
      new DataLoader<string, ObjectLiteral[]>(async (values) => {
        const rows = new Map<string, ObjectLiteral[]>(values.map((value) => [value, []]));
        for (const row of await this.#inTurn(() => find([...values]))) rows.get(String(row[column]))?.push(row);
        return values.map((value) => rows.get(value) ?? []);
      });
    this.#loaders.set(name, loader);
    return loader;
  }
}

const ofCase = ({ caseFile, minorId, role }: CaseMinor): Link => ({
  ownerType: "Case",
  owner: caseFile,
  farType: "Minor",
  far: minorId,
  row: ROW_OF_ROLE[role] ?? "",
});
const ofIncident = ({ incidentId, minorId }: IncidentMinor): Link => ({
  ownerType: "SensitiveIncident",
  owner: incidentId,
  farType: "Minor",
  far: minorId,
  row: "R27m",
});
const ofAlert = ({ incidentId, alertId }: IncidentAlert): Link => ({
  ownerType: "SensitiveIncident",
  owner: incidentId,
  farType: "OpinionAlert",
  far: alertId,
  row: "R28m",
});
