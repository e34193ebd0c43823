import type { IdType } from "../../src/store/global-id.js";
import type { TestHub } from "../support/hub.js";
import { Holds } from "./holds.js";
import {
  ANCHOR,
  type Asker,
  bitsNamed,
  type Leaf,
  RECORD_TYPES,
  type RecordType,
  type Shown,
  subsetsOf,
} from "./reading.js";
import { subjectOf } from "./seed.js";
import { COORDINATES, type Coordinate, LISTS, ONES, type Part, SHOWS } from "./shows.js";
import { ABOUT_MINOR, isValues, type Record_, type Values, type World } from "./world.js";

/** Of all lists at once: the rows that the question may reach are bounded. */
const PAGE = 50;

const LEVELS: readonly Shown[] = ["F", "B", "X", "M"];

/** What the hub must answer, when `leaf` decides. */
export class Expected {
  readonly holds: Holds;
  readonly #possible = new Map<string, boolean>();
  readonly #shows = new Map<Asker, Map<RecordType | Part, readonly Coordinate[]>>();
  readonly #aboutMinor = new Map<string, Record_[]>();
  readonly #outcomes = new Map<string, Map<string, string>>();
  readonly #met = new Map<string, Set<number>>();

  constructor(
    readonly world: World,
    readonly leaf: Leaf,
    readonly encode: (type: IdType, key: string) => string,
  ) {
    this.holds = new Holds(world, leaf);
    for (const record of world.records.values())
      if (record.about !== undefined) {
        const same = this.#aboutMinor.get(`${record.about} ${record.type}`);
        if (same) same.push(record);
        else this.#aboutMinor.set(`${record.about} ${record.type}`, [record]);
      }
  }

  /** Coordinates that can never be shown to this asker, whatever the record. */
  refused = (asker: Asker): string[] =>
    [...COORDINATES].filter(([, at]) => !this.possible(at, asker)).map(([coordinate]) => coordinate);

  /** The whole question, or the part of it that can be shown to this asker; null where nothing can. */
  question(asker: Asker | "everything"): string | null {
    const roots = RECORD_TYPES.filter((type) => asker === "everything" || this.#opens(type, asker)).map(
      (type) =>
        `${LISTS[type]}(first: ${PAGE}, after: $${LISTS[type]}) { totalCount nodes { id ${this.#fields(type, asker, true)} } pageInfo { hasNextPage endCursor } }` +
        (asker === "everything" ? ` ${ONES[type]}(id: "") { id }` : ""),
    );
    const variables = RECORD_TYPES.map((type) => `$${LISTS[type]}: String`).filter((_, t) =>
      roots.some((root) => root.startsWith(`${LISTS[RECORD_TYPES[t] ?? "Minor"]}(`)),
    );
    if (asker === "everything") roots.push('node(id: "") { id }');
    return roots.length > 0 ? `query(${variables}) { ${roots.join("\n")} }` : null;
  }

  #fields(type: RecordType | Part, asker: Asker | "everything", whole: boolean): string {
    return SHOWS[type]
      .filter((at) => asker === "everything" || this.possible(at, asker))
      .flatMap(({ field, asks }) => {
        if (!asks) return [field];
        if ("text" in asks) return [`${field} ${asks.text}`];
        if (!whole) return [];
        if ("rows" in asks) return [`${field} { ${this.#fields(asks.rows, asker, false)} }`];
        return [`${field} { id ${this.#fields(asks.to, asker, false)} }`];
      })
      .join(" ");
  }

  /** Every row of a type that exists for the asker, by global id, as the question asks for it. */
  rows(type: RecordType, asker: Asker): Map<string, Values> {
    const rows = new Map<string, Values>();
    for (const record of this.world.records.values())
      if (record.type === type && this.exists(record, asker)) {
        const row = this.#row(record, asker, true);
        rows.set(String(row["id"]), row);
      }
    return rows;
  }

  /** The sets of facts, out of these bits, that hold on the records of a type. */
  factsMet(type: RecordType, { role, post }: Asker, bits: number): Set<number> {
    const memo = `${type} ${role}/${post.name} ${bits}`;
    const known =
      this.#met.get(memo) ??
      new Set(
        [...this.world.records.values()].flatMap((record) =>
          record.type === type ? [this.holds.facts({ role, post }, record.key) & bits] : [],
        ),
      );
    this.#met.set(memo, known);
    return known;
  }

  /** What each coordinate shows, over all rows; the same text is the same outcome. */
  outcomes(asker: Asker): ReadonlyMap<string, string> {
    const memo = `${asker.role}/${asker.post.name}/${asker.purpose?.name}`;
    const known = this.#outcomes.get(memo) ?? this.#readOutcomes(asker);
    this.#outcomes.set(memo, known);
    return known;
  }

  #readOutcomes(asker: Asker): Map<string, string> {
    const outcomes = new Map<string, unknown[]>(
      [...COORDINATES].map(([at, coordinate]) => [at, [this.possible(coordinate, asker)]]),
    );
    const note = (part: string, row: Values) => {
      for (const [field, value] of Object.entries(row)) outcomes.get(`${part}.${field}`)?.push(row["id"], value);
    };
    for (const type of RECORD_TYPES)
      for (const row of this.rows(type, asker).values()) {
        note(type, row);
        for (const { field, asks } of SHOWS[type])
          if (asks && "rows" in asks) for (const part of [row[field]].flat()) if (isValues(part)) note(asks.rows, part);
      }
    return new Map([...outcomes].map(([at, seen]) => [at, JSON.stringify(seen)]));
  }

  exists = (record: Record_, asker: Asker): boolean => {
    const facts = this.holds.facts(asker, record.key);
    return (
      LEVELS.some((level) => this.leaf(ANCHOR[record.type], level, asker, facts)) &&
      this.holds.reaches(asker, record.key) &&
      (record.corrects === undefined || this.#showsTheField(record, record.corrects, asker))
    );
  };

  /** The field that a request would correct, at F. */
  #showsTheField({ values }: Record_, key: string, asker: Asker): boolean {
    const record = this.world.records.get(key);
    const [group = ""] = COORDINATES.get(String(values["coordinate"]))?.groups ?? [];
    return !!record && this.exists(record, asker) && this.leaf(group, "F", asker, this.holds.facts(asker, key));
  }

  #row(record: Record_, asker: Asker, whole: boolean): Values {
    const facts = this.holds.facts(asker, record.key);
    return {
      id: this.encode(record.type, record.key),
      ...this.#values(record.type, record.values, asker, facts, whole, record),
    };
  }

  #values(
    type: RecordType | Part,
    values: Values,
    asker: Asker,
    facts: number,
    whole: boolean,
    record?: Record_,
  ): Values {
    const entries = this.#shownAtAll(type, asker).flatMap((at): [string, unknown][] => {
      const { field, asks } = at;
      if (!asks || "text" in asks) return [[field, this.shown(at, asker, facts, values)]];
      if (!whole) return [];
      if ("to" in asks) return [[field, record ? this.#ends(at, asks.to, record, asker, facts) : null]];
      const rows = this.shown(at, asker, facts, values);
      const each = (row: unknown) => (isValues(row) ? this.#values(asks.rows, row, asker, facts, false) : null);
      return [[field, Array.isArray(rows) ? rows.map(each) : each(rows)]];
    });
    return Object.fromEntries(entries);
  }

  /** Of a record or a part, what can be shown to this asker. */
  #shownAtAll(type: RecordType | Part, asker: Asker): readonly Coordinate[] {
    const byType = this.#shows.get(asker) ?? new Map<RecordType | Part, readonly Coordinate[]>();
    this.#shows.set(asker, byType);
    const known = byType.get(type) ?? SHOWS[type].filter((at) => this.possible(at, asker));
    byType.set(type, known);
    return known;
  }

  /** The value of the level that holds; null where none does. */
  shown(at: Coordinate, asker: Asker, facts: number, values: Values): unknown {
    const level = this.levelAt(at, asker, facts);
    return level ? (at.shows[level]?.(values) ?? null) : null;
  }

  /** The level at which this coordinate is shown; undefined where it is not. */
  levelAt = ({ groups: [group = ""], shows }: Coordinate, asker: Asker, facts: number): Shown | undefined =>
    LEVELS.find((level) => shows[level] && this.leaf(group, level, asker, facts));

  /** The other ends of edges: where the edge is shown by its owner's facts, and the end exists. */
  #ends(at: Coordinate, to: RecordType, record: Record_, asker: Asker, facts: number): unknown {
    const { field, groups, byEnd } = at;
    if (!byEnd && !this.levelAt(at, asker, facts)) return null;
    if (ABOUT_MINOR.includes(to)) return this.#sorted(this.#about(record.key, to), asker);
    if (record.about !== undefined) return this.#sorted([this.world.records.get(record.about)], asker)[0] ?? null;
    const links = groups.flatMap((row) =>
      byEnd ? this.holds.linksTo(record.key, row) : this.holds.linksFrom(record.key, row),
    );
    const rows = links.flatMap((link) => {
      const shown = !byEnd || this.leaf(link.row, "F", asker, this.holds.facts(asker, link.owner));
      const end = this.world.records.get(byEnd ? link.owner : link.far);
      return shown && end?.type === to && this.exists(end, asker) && this.holds.mayReachEdge(asker, link)
        ? [this.#row(end, asker, false)]
        : [];
    });
    return field === "incident" ? (rows[0] ?? null) : rows.sort((a, b) => (String(a["id"]) < String(b["id"]) ? -1 : 1));
  }

  /** Records of a type about this minor. */
  #about = (minor: string, type: RecordType): readonly Record_[] => this.#aboutMinor.get(`${minor} ${type}`) ?? [];

  /** Those that exist for the asker, by id. */
  #sorted = (records: readonly (Record_ | undefined)[], asker: Asker): Values[] =>
    records
      .flatMap((record) => (record && this.exists(record, asker) ? [this.#row(record, asker, false)] : []))
      .sort((a, b) => (String(a["id"]) < String(b["id"]) ? -1 : 1));

  /** Some set of facts shows something here; over an edge, of records that may exist. */
  possible({ groups, shows, asks }: Coordinate, asker: Asker): boolean {
    if (asks && "to" in asks && !this.#opens(asks.to, asker)) return false;
    return groups.some((row) => LEVELS.some((level) => shows[level] && this.#everShown(row, level, asker)));
  }

  #opens = (type: RecordType, asker: Asker) => LEVELS.some((level) => this.#everShown(ANCHOR[type], level, asker));

  #everShown(row: string, level: Shown, asker: Asker): boolean {
    const memo = `${row}.${level} ${asker.role}/${asker.post.name}/${asker.purpose?.name}`;
    const known =
      this.#possible.get(memo) ??
      [...subsetsOf(bitsNamed(row, asker))].some((facts) => this.leaf(row, level, asker, facts));
    this.#possible.set(memo, known);
    return known;
  }
}

/** Rows of each type as the hub answers the question, page by page. */
export async function read(
  hub: Pick<TestHub, "ask">,
  asker: Asker,
  question: string,
): Promise<Map<RecordType, Map<string, Values>>> {
  const found = new Map(RECORD_TYPES.map((type): [RecordType, Map<string, Values>] => [type, new Map()]));
  const after: Record<string, unknown> = {};
  for (let more = true; more; ) {
    const answer = await hub.ask(subjectOf(asker.role, asker.post.name), question, {
      purpose: asker.purpose?.name ?? "",
      variables: after,
    });
    if (answer.status !== 200 || answer.body.errors) throw new Error(answer.text);
    more = false;
    for (const [type, rows] of found) {
      const list = answer.body.data?.[LISTS[type]];
      if (!isValues(list) || !Array.isArray(list["nodes"]) || !isValues(list["pageInfo"])) continue;
      for (const node of list["nodes"]) rows.set(node.id, inOrder(node));
      if (list["pageInfo"]["hasNextPage"] !== true) {
        // Counted are the rows that exist, no more and no fewer.
        if (list["totalCount"] !== rows.size) throw new Error(`${type}: ${rows.size} of ${list["totalCount"]}`);
        continue;
      }
      after[LISTS[type]] = list["pageInfo"]["endCursor"];
      more = true;
    }
  }
  return found;
}

/** Where an answer is not what was expected: "Minor 12 homeAddress: null, expected ..." */
export function differences(
  found: Map<string, Values>,
  expected: Map<string, Values>,
  nameOf: (id: string) => string,
): string[] {
  const text = (value: unknown) => JSON.stringify(value);
  return [
    ...[...found.keys()].filter((id) => !expected.has(id)).map((id) => `${nameOf(id)} exists`),
    ...[...expected].flatMap(([id, row]) => {
      const other = found.get(id);
      if (!other) return [`${nameOf(id)} does not exist`];
      return Object.entries(row).flatMap(([field, value]) =>
        text(other[field]) === text(value)
          ? []
          : [`${nameOf(id)} ${field}: ${text(other[field])}, expected ${text(value)}`],
      );
    }),
  ];
}

/** Lists of records in one order: which order the hub gives is another proof. */
function inOrder(row: Values): Values {
  return Object.fromEntries(
    Object.entries(row).map(([field, value]) => [
      field,
      Array.isArray(value) && value.every((item) => isValues(item) && "id" in item)
        ? [...value].sort((a, b) => (a.id < b.id ? -1 : 1))
        : value,
    ]),
  );
}
