import pg from "pg";
import { parseConfig } from "../../src/config.js";
import { SUBJECTS } from "../../src/domain/index.js";
import type { Activation } from "../../src/policy/activate.js";
import { withLeaves } from "../../src/policy/activate.js";
import { mayShow } from "../../src/policy/say.js";
import { allow, deny } from "../../src/policy/tree.js";
import { roleView } from "../../src/policy/view.js";
import { closingOf, policyInForce } from "../../src/server/foundation.js";
import { closeMonths, dueMonths } from "../../src/statistics/close.js";
import { monthsBetween } from "../../src/statistics/period.js";
import { PublishedCounts } from "../../src/statistics/published.js";
import { isFlow, valuesOf } from "../../src/statistics/subject.js";
import type { Viewer } from "../../src/viewer/viewer.js";
import { type DatabaseUrls, freshDatabase } from "../support/database.js";
import { startHub, type TestHub } from "../support/hub.js";
import { type Known, workOut } from "./attack.js";
import { county, LATE_CASE, type PEOPLE, TOWNSHIPS } from "./county.js";

type Person = keyof typeof PEOPLE;
interface Cell {
  readonly place: { readonly code: string };
  readonly period: string;
  readonly value: string | null;
  readonly count: number | null;
  readonly reason: string;
}

const K = 10;
const inForce = await policyInForce(parseConfig({}, null));
let database: DatabaseUrls;
let hub: TestHub;
let superuser: pg.Client;

beforeAll(async () => {
  database = await freshDatabase();
  hub = await startHub(database, (sql) => county(sql), inForce);
  superuser = new pg.Client({ connectionString: database.superUrl });
  await superuser.connect();
  const { dataSource } = hub.store;
  const due = await dueMonths(dataSource, { first: "2025-Q2", until: "2025-06" });
  expect(due).toEqual(monthsBetween("2025-04", "2025-06"));
  await closeMonths(dataSource, due, closingOf(parseConfig({}, null), inForce.activation.policy));
}, 120_000);
afterAll(async () => {
  await superuser?.end();
  await hub?.close();
});

const ask = (as: Person, selection: string, purpose = "STATISTICS") =>
  hub.ask(as, `{ statistics { ${selection} } }`, { purpose });

async function cells(as: Person, field: string, purpose?: string): Promise<Cell[]> {
  const { body } = await ask(as, `all: ${field} { place { code } period value count reason }`, purpose);
  if (body.errors) throw new Error(JSON.stringify(body.errors));
  const { statistics } = body.data as { statistics: { all: Cell[] } };
  return statistics.all;
}

describe("an analyst", () => {
  it("counts cases of closed months and quarters by kind, rounded, with a reason in each empty cell", async () => {
    const found = await cells(
      "analyst",
      'cases(by: [COUNTY, MONTH, KIND], from: "2025-Q2", to: "2025-Q2", within: "990101")',
    );
    expect(found).toHaveLength(3 * 10);
    expect(found.every(({ count, reason }) => (count === null) === (reason !== "NONE"))).toBe(true);
    expect(found.every(({ count }) => count === null || (count >= K && count % K === 0))).toBe(true);
    expect(found.find(({ period, value }) => period === "2025-04" && value === "BULLYING")?.count).toBeGreaterThan(K);
    expect(found.find(({ value }) => value === "RESCUE")).toMatchObject({ count: null, reason: "SUPPRESSED_SMALL" });
  });

  it("counts hazards of a township and month by level, and inspections that found nothing not at all (R31)", async () => {
    const period = 'from: "2025-04", to: "2025-04", within: "990101101"';
    const found = await cells("analyst", `hazards(by: [TOWNSHIP, MONTH, LEVEL], ${period})`);
    const exact: Readonly<Record<string, number>> = { GENERAL: 43, LARGER: 29, MAJOR: 14 };
    expect(found.map(({ value }) => value).sort()).toEqual(Object.keys(exact));
    for (const { value, count } of found)
      expect([value, Math.abs((count ?? 0) - (exact[value ?? ""] ?? 0)) <= K]).toEqual([value, true]);
    const [all] = await cells("analyst", `hazards(by: [TOWNSHIP, MONTH], ${period})`);
    expect([80, 90]).toContain(all?.count);
  });

  it("is told of a period that is not closed, and of what is not counted below county (R4b COUNTY_ONLY)", async () => {
    expect(await cells("analyst", 'cases(by: [MONTH], from: "2025-07", to: "2025-07", within: "990101")')).toEqual([
      { place: { code: "990101000000" }, period: "2025-07", value: null, count: null, reason: "NOT_CLOSED" },
    ]);
    const groups = await cells("analyst", "ethnicGroups(by: [TOWNSHIP, ETHNIC_GROUP])");
    expect(new Set(groups.map(({ reason }) => reason))).toEqual(new Set(["COUNTY_ONLY"]));
    const [han] = await cells("analyst", "ethnicGroups(by: [COUNTY, ETHNIC_GROUP])");
    expect(han).toMatchObject({ value: "01", reason: "NONE" });
  });

  it("is on record with purpose and counted groups, and with no subject", async () => {
    const { headers } = await ask("analyst", "cases { count } ages { count }");
    const { rows } = await superuser.query<{ entries: string }>(
      "SELECT entries FROM disclosure_segment ORDER BY seq DESC",
    );
    const line = rows
      .flatMap(({ entries }) => entries.split("\n"))
      .find((one) => one.includes(headers.get("x-hub-request-id") ?? "?"));
    expect(JSON.parse(line ?? "{}").entry).toMatchObject({
      purpose: "STATISTICS",
      post: "ANALYST",
      subjects: [],
      counted: ["R17", "R3"],
      kind: "READ",
    });
  });
});

describe("level A", () => {
  it.each`
    who              | purpose               | field                        | row      | open     | because
    ${"analyst"}     | ${"STATISTICS"}       | ${"ages"}                    | ${"R3"}  | ${true}  | ${"A:j"}
    ${"bureau"}      | ${"STATISTICS"}       | ${"ages"}                    | ${"R3"}  | ${false} | ${"B:a,j gives no count"}
    ${"analyst"}     | ${"STATISTICS"}       | ${"sexes"}                   | ${"R4a"} | ${true}  | ${"A:j"}
    ${"social"}      | ${"STATISTICS"}       | ${"sexes"}                   | ${"R4a"} | ${false} | ${"F:j gives no count"}
    ${"analyst"}     | ${"STATISTICS"}       | ${"ethnicGroups"}            | ${"R4b"} | ${true}  | ${"A:j"}
    ${"league"}      | ${"STATISTICS"}       | ${"ethnicGroups"}            | ${"R4b"} | ${false} | ${"-"}
    ${"bureau"}      | ${"STATISTICS"}       | ${"careCategories"}          | ${"R5"}  | ${true}  | ${"A:j"}
    ${"league"}      | ${"STATISTICS"}       | ${"careCategories"}          | ${"R5"}  | ${true}  | ${"F:l|A:j"}
    ${"governance"}  | ${"STATISTICS"}       | ${"careCategories"}          | ${"R5"}  | ${true}  | ${"A:j"}
    ${"bureau"}      | ${"LEFT_BEHIND_CARE"} | ${"careCategories"}          | ${"R5"}  | ${true}  | ${"the cell gives A for any of its purposes"}
    ${"coordinator"} | ${"STATISTICS"}       | ${"careCategories"}          | ${"R5"}  | ${false} | ${"outside the post"}
    ${"social"}      | ${"STATISTICS"}       | ${"careCategories"}          | ${"R5"}  | ${false} | ${"F:j gives no count"}
    ${"school"}      | ${"LEFT_BEHIND_CARE"} | ${"careCategories"}          | ${"R5"}  | ${false} | ${"F:o gives no count"}
    ${"analyst"}     | ${"STATISTICS"}       | ${"residents"}               | ${"R6"}  | ${true}  | ${"A:j"}
    ${"governance"}  | ${"STATISTICS"}       | ${"residents"}               | ${"R6"}  | ${false} | ${"B:p"}
    ${"analyst"}     | ${"STATISTICS"}       | ${"entrustedCare"}           | ${"R9b"} | ${true}  | ${"A:j"}
    ${"bureau"}      | ${"STATISTICS"}       | ${"entrustedCare"}           | ${"R9b"} | ${false} | ${"-"}
    ${"analyst"}     | ${"STATISTICS"}       | ${"guardianshipAssessments"} | ${"R9a"} | ${true}  | ${"A:j"}
    ${"bureau"}      | ${"STATISTICS"}       | ${"guardianshipAssessments"} | ${"R9a"} | ${false} | ${"-"}
    ${"analyst"}     | ${"STATISTICS"}       | ${"protectionMeasures"}      | ${"R24"} | ${true}  | ${"A:j"}
    ${"social"}      | ${"STATISTICS"}       | ${"protectionMeasures"}      | ${"R24"} | ${false} | ${"F:p gives no count"}
    ${"governance"}  | ${"STATISTICS"}       | ${"placements"}              | ${"R32"} | ${true}  | ${"A:j"}
    ${"bureau"}      | ${"STATISTICS"}       | ${"placements"}              | ${"R32"} | ${false} | ${"-"}
    ${"analyst"}     | ${"STATISTICS"}       | ${"supportRecords"}          | ${"R36"} | ${true}  | ${"A:j"}
    ${"social"}      | ${"STATISTICS"}       | ${"supportRecords"}          | ${"R36"} | ${false} | ${"F:o,j gives no count"}
    ${"analyst"}     | ${"STATISTICS"}       | ${"supportNeeds"}            | ${"R39"} | ${true}  | ${"A:j"}
    ${"governance"}  | ${"STATISTICS"}       | ${"supportNeeds"}            | ${"R39"} | ${false} | ${"-"}
    ${"bureau"}      | ${"STATISTICS"}       | ${"careRegistrations"}       | ${"R38"} | ${true}  | ${"A:j"}
    ${"social"}      | ${"STATISTICS"}       | ${"careRegistrations"}       | ${"R38"} | ${false} | ${"F:j gives no count"}
    ${"analyst"}     | ${"STATISTICS"}       | ${"enrolments"}              | ${"R12"} | ${true}  | ${"A:j"}
    ${"bureau"}      | ${"STATISTICS"}       | ${"enrolments"}              | ${"R12"} | ${false} | ${"F:a,j gives no count"}
    ${"analyst"}     | ${"STATISTICS"}       | ${"cases"}                   | ${"R17"} | ${true}  | ${"A:j"}
    ${"governance"}  | ${"STATISTICS"}       | ${"cases"}                   | ${"R17"} | ${false} | ${"F:p|B:j gives no count"}
    ${"analyst"}     | ${"STATISTICS"}       | ${"incidents"}               | ${"R26"} | ${true}  | ${"A:j"}
    ${"coordinator"} | ${"STATISTICS"}       | ${"incidents"}               | ${"R26"} | ${false} | ${"B:j gives no count"}
    ${"analyst"}     | ${"STATISTICS"}       | ${"opinionAlerts"}           | ${"R28"} | ${true}  | ${"A:j"}
    ${"league"}      | ${"STATISTICS"}       | ${"opinionAlerts"}           | ${"R28"} | ${false} | ${"B:j gives no count"}
    ${"analyst"}     | ${"STATISTICS"}       | ${"hazards"}                 | ${"R31"} | ${true}  | ${"A:j"}
    ${"governance"}  | ${"STATISTICS"}       | ${"hazards"}                 | ${"R31"} | ${false} | ${"F:o,p,j gives no count"}
  `("$row $field, $who for $purpose: $open ($because)", async ({ who, purpose, field, row, open }) => {
    const { status, body } = await ask(who, `${field} { count }`, purpose);
    if (open) expect({ status, errors: body.errors }).toEqual({ status: 200, errors: undefined });
    else {
      expect(status).toBe(403);
      expect(body.errors?.[0]?.extensions).toMatchObject({
        code: "FIELD_NOT_SHARED",
        coordinate: `Statistics.${field}`,
        policy: { row },
      });
    }
  });

  it("is asked for a stated purpose only", async () => {
    const { status, body } = await hub.ask("analyst", "{ statistics { cases { count } } }");
    expect([status, body.errors?.[0]?.extensions["code"]]).toEqual([403, "PURPOSE_REQUIRED"]);
  });

  it("counts within the agency's duty only (j): a township's analyst in his township, nobody in a county but who has all of it", async () => {
    const places = async (as: Person, by: string, field = "residents") => [
      ...new Set((await cells(as, `${field}(by: [${by}])`)).map(({ place }) => place.code)),
    ];
    expect(await places("townshipAnalyst", "TOWNSHIP")).toEqual([TOWNSHIPS[0]]);
    expect(await places("townshipAnalyst", "COUNTY")).toEqual([]);
    expect(await places("bureau", "COUNTY", "careCategories")).toEqual(["990101000000"]);
    expect(await places("bureau", "TOWNSHIP", "careCategories")).toEqual(TOWNSHIPS.slice(0, 4));
    expect(await places("analyst", "COUNTY")).toEqual(["990101000000", "990102000000"]);
    // A post that is bound to what is assigned to it has no assignment to a number.
    expect((await ask("youthWorker", "careCategories { count }")).body.data).toEqual({
      statistics: { careCategories: [] },
    });
  });

  it("is what the role sees of the schema, and what explainField says", async () => {
    const fieldsOf = (role: "ANALYST" | "EDUCATION_BUREAU" | "SCHOOL") => {
      const view = roleView(inForce.activation, inForce.plain, role, inForce.activation.policy.postsOf(role));
      const type = view.getType("Statistics");
      return type && "getFields" in type ? Object.keys(type.getFields()).sort() : [];
    };
    expect(fieldsOf("ANALYST")).toEqual(SUBJECTS.map(({ name }) => name).sort());
    expect(fieldsOf("EDUCATION_BUREAU")).toContain("careCategories");
    expect(fieldsOf("EDUCATION_BUREAU")).not.toContain("ages");
    expect(fieldsOf("SCHOOL")).toEqual([]);
    const { body } = await hub.ask(
      "bureau",
      '{ explainField(coordinate: "Statistics.careCategories") { groups { row rules } expectation { level } } }',
      { purpose: "STATISTICS" },
    );
    expect(body.data?.["explainField"]).toEqual({
      groups: [
        { row: "R5", rules: ["A: a count 计数, when the place is within your agency's duty 所在地属于贵部门的辖区"] },
      ],
      expectation: { level: "A" },
    });
  });

  it.each(SUBJECTS.map(({ name, group }) => [group, name] as const))(
    "%s.A is a leaf of the rule tree: without it %s is refused, and where it always holds every place is counted",
    async (group, name) => {
      const { plain, activation } = inForce;
      const denied = await withLeaves(activation, plain, new Map([[`${group}.A`, deny]]));
      const allowed = await withLeaves(activation, plain, new Map([[`${group}.A`, allow]]));
      const [post, row] = [activation.policy.post("ANALYST", "ANALYST"), activation.policy.rows.get(group)];
      if (!post || !row) throw new Error(`no analyst, or no ${group}`);
      const analyst = { role: "ANALYST", post, purpose: activation.policy.purposes.get("STATISTICS") ?? null } as const;
      const guard = activation.coordinates.get(`Statistics.${name}`);
      if (!guard) throw new Error(`no Statistics.${name}`);
      expect([activation, denied, allowed].map(({ tables }) => mayShow(tables, guard, analyst))).toEqual([
        true,
        false,
        true,
      ]);
      const placesOf = async (inForce: Activation) => {
        const [agency] = await hub.store.query<{ id: string }>("SELECT id FROM agency WHERE name = 'school'");
        const viewer = { agency: { id: agency?.id ?? "" }, duties: new Map(), post } as unknown as Viewer;
        const counts = new PublishedCounts(hub.store, inForce, () => TOWNSHIPS.map((code) => ({ code })));
        const subject = SUBJECTS.find((one) => one.name === name);
        if (!subject) throw new Error(`no subject ${name}`);
        return new Set((await counts.of(subject, { by: ["TOWNSHIP"] }, analyst, viewer)).map(({ place }) => place));
      };
      // Of an agency that answers for no place.
      expect(await placesOf(activation)).toEqual(new Set());
      expect(await placesOf(allowed)).toEqual(new Set(TOWNSHIPS));
    },
  );
});

describe("what is asked wrongly", () => {
  it.each`
    field                                                   | code                | where
    ${"cases(by: [KIND, STAGE])"}                           | ${"BAD_USER_INPUT"} | ${"by"}
    ${"cases(by: [COUNTY, TOWNSHIP])"}                      | ${"BAD_USER_INPUT"} | ${"by"}
    ${"cases(by: [MONTH, QUARTER])"}                        | ${"BAD_USER_INPUT"} | ${"by"}
    ${"cases(by: [KIND, KIND])"}                            | ${"BAD_USER_INPUT"} | ${"by"}
    ${'cases(from: "2025-13")'}                             | ${"BAD_USER_INPUT"} | ${"from"}
    ${'cases(to: "2025-Q5")'}                               | ${"BAD_USER_INPUT"} | ${"to"}
    ${'cases(from: "2025-06", to: "2025-01")'}              | ${"BAD_USER_INPUT"} | ${"from"}
    ${'cases(within: "9901011")'}                           | ${"BAD_USER_INPUT"} | ${"within"}
    ${'cases(by: [MONTH], from: "2020-01", to: "2025-06")'} | ${"COST_EXCEEDED"}  | ${"periods"}
  `("$field is $code at $where", async ({ field, code, where }) => {
    const { status, body } = await ask("analyst", `${field} { count }`);
    expect(status).toBe(400);
    expect(body.data).toBeUndefined();
    expect(body.errors?.[0]?.extensions).toMatchObject({ code, field: where, remedy: expect.any(String) });
  });
});

describe("an attack by adding and subtracting", () => {
  /** What all askers together are told in every question that can be asked about two subjects, by subject and county. */
  const blocks = new Map<string, Map<string, Cell>>();
  const truth = new Map<string, number>();

  beforeAll(async () => {
    const attacked = SUBJECTS.filter(({ name }) => ["cases", "careCategories"].includes(name));
    for (const subject of attacked)
      for (const who of [
        "analyst",
        "townshipAnalyst",
        ...(subject.group === "R5" ? (["bureau"] as const) : []),
      ] as const)
        for (const place of ["COUNTY", "TOWNSHIP"])
          for (const time of isFlow(subject) ? ["MONTH", "QUARTER"] : ["QUARTER"])
            for (const dimension of ["", ...subject.dimensions.map(({ name }) => name)]) {
              const by = [place, time, dimension].filter(Boolean).join(", ");
              for (const cell of await cells(who, `${subject.name}(by: [${by}], from: "2025-Q2", to: "2025-Q2")`)) {
                const block = `${subject.name} ${cell.place.code.slice(0, 6)}`;
                const known = blocks.get(block) ?? new Map<string, Cell>();
                const name = nameOf(subject.name, cell.period, cell.place.code, dimension, cell.value ?? "");
                const before = known.get(name) ?? cell;
                expect([name, cell.count, cell.reason]).toEqual([name, before.count, before.reason]);
                blocks.set(block, known.set(name, cell));
              }
            }
    const { rows } = await superuser.query<{ name: string; count: number }>(
      `SELECT concat_ws(' ', subject, of.period, at.place, dimension, value) AS name, sum(count)::int AS count
         FROM statistics_exact
        CROSS JOIN LATERAL (VALUES (to_char(month, 'YYYY-MM')), (to_char(month, 'YYYY-"Q"Q'))) AS of(period)
        CROSS JOIN LATERAL (VALUES (place), (place / 1000000 * 1000000)) AS at(place)
        GROUP BY 1`,
    );
    for (const { name, count } of rows) truth.set(name, count);
  }, 120_000);

  const nameOf = (...parts: string[]) => parts.join(" ");
  const isSmall = ({ reason }: Cell) => reason === "SUPPRESSED_SMALL";
  const trueCount = (name: string) => truth.get(name) ?? 0;
  const atLeastK = { least: K, greatest: Number.POSITIVE_INFINITY };
  const exactly = (count: number) => ({ least: count, greatest: count });

  /** @param published what he makes of a count that is published, @param beside of one that is withheld beside a small one */
  async function attack(block: string, published: (name: string) => Known, beside: (name: string) => Known) {
    const known = blocks.get(block) ?? new Map<string, Cell>();
    const told = new Map(
      [...known].map(([name, cell]) => [
        name,
        isSmall(cell) ? { least: 0, greatest: K - 1 } : cell.count === null ? beside(name) : published(name),
      ]),
    );
    const small = [...known].flatMap(([name, cell]) => (isSmall(cell) ? [name] : []));
    return workOut(
      told,
      sumsOf(block).filter(([total]) => known.has(total)),
      small,
    );
  }

  it("is made on counts that are there, small ones withheld and others beside them", () => {
    const reasons = new Map<string, number>();
    for (const known of blocks.values())
      for (const [name, { count, reason }] of known) {
        reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
        expect([name, reason === "SUPPRESSED_SMALL"]).toEqual([name, trueCount(name) < K]);
        if (count !== null) expect(Math.abs(count - trueCount(name))).toBeLessThanOrEqual(K / 2);
      }
    for (const reason of ["NONE", "SUPPRESSED_SMALL", "SUPPRESSED_COMPLEMENTARY"])
      expect(reasons.get(reason)).toBeGreaterThan(20);
  });

  // Rounding only leaves more open: the attack sees through it.
  it("narrows no small cell: what the reasons alone leave open stays open, were the counts not even rounded", async () => {
    for (const block of blocks.keys()) {
      const found = await attack(
        block,
        (name) => exactly(trueCount(name)),
        () => atLeastK,
      );
      const narrowed = [...found].filter(([, { least, greatest }]) => least > 0 || greatest < K - 1);
      if (narrowed.length === 0) continue;
      const byReasons = await attack(
        block,
        () => atLeastK,
        () => atLeastK,
      );
      for (const [name, range] of narrowed) {
        expect([name, range]).toEqual([name, byReasons.get(name)]);
        expect(range.greatest - range.least).toBeGreaterThanOrEqual(K - 2);
      }
    }
  }, 240_000);

  it("succeeds where nothing is withheld beside what is small", async () => {
    const recovered: string[] = [];
    for (const block of ["cases 990102", "careCategories 990101"]) {
      const found = await attack(
        block,
        (name) => exactly(trueCount(name)),
        (name) => exactly(trueCount(name)),
      );
      for (const [name, { least, greatest }] of found)
        if (least === greatest) {
          expect([name, least]).toEqual([name, trueCount(name)]);
          recovered.push(name);
        }
    }
    expect(recovered.length).toBeGreaterThan(10);
  }, 240_000);

  /** A whole and its kinds, a county and its townships, a quarter and its months. */
  function sumsOf(block: string): (readonly [string, readonly string[]])[] {
    const [name = "", where = ""] = block.split(" ");
    const subject = SUBJECTS.find((one) => one.name === name);
    if (!subject) throw new Error(`no subject ${name}`);
    const months = isFlow(subject) ? ["2025-04", "2025-05", "2025-06"] : [];
    const county = `${where}000000`;
    const townships = TOWNSHIPS.filter((code) => code.startsWith(where));
    const dimensions = subject.dimensions.map((one) => [one.name, valuesOf(one)] as const);
    const all = [["", [""]] as const, ...dimensions].flatMap(([dimension, values]) =>
      values.map((value) => [dimension, value] as const),
    );
    return [
      ...[...months, "2025-Q2"].flatMap((period) => [
        ...[county, ...townships].flatMap((place) =>
          dimensions.map(
            ([dimension, values]) =>
              [
                nameOf(name, period, place, "", ""),
                values.map((value) => nameOf(name, period, place, dimension, value)),
              ] as const,
          ),
        ),
        ...all.map(
          (by) =>
            [
              nameOf(name, period, county, ...by),
              townships.map((place) => nameOf(name, period, place, ...by)),
            ] as const,
        ),
      ]),
      ...(months.length > 0
        ? [county, ...townships].flatMap((place) =>
            all.map(
              (by) =>
                [
                  nameOf(name, "2025-Q2", place, ...by),
                  months.map((period) => nameOf(name, period, place, ...by)),
                ] as const,
            ),
          )
        : []),
    ];
  }
});

describe("what is closed", () => {
  it("is final: what comes late is counted in the month after", async () => {
    const table = "SELECT * FROM statistics_cell WHERE period <= '2025-06' ORDER BY 1, 2, 3, 4, 5";
    const before = (await superuser.query(table)).rows;
    const { dataSource } = hub.store;
    const close = async (months: readonly string[]) =>
      closeMonths(dataSource, months, closingOf(parseConfig({}, null), inForce.activation.policy));
    // Sixteen minutes after June was counted to: its key tells when it came.
    await superuser.query("UPDATE statistics_month SET counted_to = counted_to - interval '1 hour'");
    for (let n = 0; n < 30; n++) await superuser.query(LATE_CASE, [keyOf(Date.now() - 20 * 60_000), "2025-05-04"]);
    await superuser.query(LATE_CASE, [keyOf(Date.now()), "2025-07-04"]);
    await close(["2025-07"]);
    const { rows } = await superuser.query(
      "SELECT count FROM statistics_exact WHERE subject = 'cases' AND month = '2025-07-01' AND dimension = '' ",
    );
    expect(rows).toEqual([{ count: 30 }]);
    expect((await superuser.query(table)).rows).toEqual(before);
    await expect(close(["2025-07"])).rejects.toThrow("this month is closed");
    await expect(close(["2025-05"])).rejects.toThrow("this month is closed");
    await expect(close(["2999-01"])).rejects.toThrow("this month has not ended");
  });

  it("is closed as a whole or not at all, and its true counts are the counting role's alone", async () => {
    const refused = (sql: string) => expect(hub.store.query(sql)).rejects.toMatchObject({ code: "42501" });
    await refused("SELECT * FROM statistics_exact");
    await refused("SELECT * FROM hub_statistics_count('2025-06-01', 'cases')");
    await refused("SELECT hub_statistics_publish('2025-06-01', '[]')");
    await refused("UPDATE statistics_cell SET count = 100");
    await refused("DELETE FROM statistics_month");
    await refused("UPDATE statistics_source SET statement = 'SELECT 1'");
    const config = closingOf(parseConfig({}, null), inForce.activation.policy);
    const broken = { ...config, subjects: [...SUBJECTS, { ...SUBJECTS[0], name: "unknown", on: "r.birth_date" }] };
    await expect(closeMonths(hub.store.dataSource, ["2025-08"], broken as typeof config)).rejects.toThrow();
    const { rows } = await superuser.query("SELECT max(period) AS last FROM statistics_cell");
    expect(rows).toEqual([{ last: "2025-Q2" }]);
    expect((await superuser.query("SELECT FROM statistics_month WHERE month > '2025-07-01'")).rowCount).toBe(0);
  });

  it("begins when the operator says so: the hub's own clock closes nothing before", async () => {
    const other = await freshDatabase();
    const empty = await startHub(other, async () => {}, inForce);
    expect(await dueMonths(empty.store.dataSource, { first: false })).toEqual([]);
    const now = new Date("2025-05-03T00:00:00+08:00");
    expect(await dueMonths(empty.store.dataSource, { now })).toEqual(monthsBetween("2025-01", "2025-04"));
    expect(await dueMonths(empty.store.dataSource, { now, first: "2024-Q4", until: "2024-12" })).toEqual(
      monthsBetween("2024-10", "2024-12"),
    );
    await empty.close();
  });
});

/** A key of this moment (UUIDv7). */
function keyOf(time: number): string {
  const hex = time.toString(16).padStart(12, "0");
  const random = Math.random().toString(16).slice(2, 14).padEnd(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${random}`;
}
