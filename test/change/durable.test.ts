import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import type { Answer } from "../support/hub.js";
import { asker, codeOf, DATABASES, LIN, payload, rowsIn, startWorld, VILLAGE, type World } from "./world.js";

const OPEN = "mutation ($input: OpenCaseInput!) { openCase(input: $input) { id minors { id fullName } } }";
const ADD = `mutation ($id: ID!, $agency: ID!) { addCaseParticipant(id: $id, version: 1, agency: $agency) { id } }`;
const END = `mutation ($id: ID!, $agency: ID!) { endCaseParticipation(id: $id, version: 2, agency: $agency) { id } }`;

const line = z.object({
  unsealed: z.string().optional(),
  entry: z.object({
    requestId: z.string(),
    kind: z.string(),
    person: z.string(),
    purpose: z.string(),
    subjects: z.array(z.object({ ref: z.string(), type: z.string(), groups: z.record(z.string(), z.string()) })),
  }),
});

/** Lines of the chain about this answer. */
async function linesOf({ sql }: World, { headers }: Answer) {
  const segments = await sql<{ entries: string }>("SELECT entries FROM disclosure_segment ORDER BY seq");
  return segments
    .flatMap(({ entries }) => entries.split("\n").map((text) => line.parse(JSON.parse(text))))
    .filter(({ entry }) => entry.requestId === headers.get("x-hub-request-id"));
}

describe.each(DATABASES)("a change on %s", (database) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(database);
  });
  afterAll(() => world?.close());
  const ask = asker(() => world, "CASE_HANDLING");
  const open = (key?: string) => {
    const input = { kind: "BULLYING", openedOn: "2026-03-01", division: VILLAGE, minors: [world.id("Minor", LIN)] };
    return ask("social/HEAD", OPEN, { input }, key);
  };
  const withoutTable = async <T>(table: string, work: () => Promise<T>): Promise<T> => {
    await world.sql(`ALTER TABLE ${table} RENAME TO gone`);
    try {
      return await work();
    } finally {
      await world.sql(`ALTER TABLE gone RENAME TO ${table}`);
    }
  };

  it("is in the log once when it is answered, with whose record was shown to whom, and sealed", async () => {
    const answer = await open();
    const { id } = payload(answer);
    expect(await linesOf(world, answer)).toEqual([
      {
        unsealed: expect.any(String),
        entry: {
          requestId: expect.any(String),
          kind: "WRITE",
          person: expect.any(String),
          purpose: "CASE_HANDLING",
          subjects: [
            { ref: id, type: "Case", groups: { R17m: "F" } },
            { ref: world.id("Minor", LIN), type: "Minor", groups: { R1: "F" } },
          ],
        },
      },
    ]);
    expect(await world.sql("SELECT FROM disclosure_unsealed")).toEqual([]);
  });

  it("is in the log also where it shows nothing any more", async () => {
    const { id } = payload(await open());
    const agency = world.agency("police");
    await ask("social/HEAD", ADD, { id, agency });
    const [said] = await linesOf(world, await ask("police/HEAD", END, { id, agency }));
    expect(said?.entry.subjects).toEqual([{ ref: id, type: "Case", groups: {} }]);
  });

  it("is written once, and read as often as it is repeated", async () => {
    const answers = [await open("log-1"), await open("log-1"), await open("log-1")];
    const kinds = [];
    for (const answer of answers) kinds.push((await linesOf(world, answer)).map(({ entry }) => entry.kind));
    expect(kinds).toEqual([["WRITE"], ["READ"], ["READ"]]);
  });

  it("that is refused changes nothing, and shows nothing", async () => {
    const answer = await ask("school/HEAD", OPEN, {
      input: { kind: "BULLYING", openedOn: "2026-03-01", division: VILLAGE },
    });
    expect(codeOf(answer)).toBe("FIELD_NOT_SHARED");
    expect(await linesOf(world, answer)).toEqual([]);
    expect(await world.sql("SELECT FROM disclosure_unsealed")).toEqual([]);
  });

  it("is not done when it cannot be put on record", async () => {
    const rows = await rowsIn(world);
    const answer = await withoutTable("disclosure_unsealed", () => open("log-2"));
    expect([answer.status, codeOf(answer), answer.body.data]).toEqual([503, "LOG_UNAVAILABLE", undefined]);
    expect(await rowsIn(world)).toEqual(rows);
    expect(payload(await open("log-2"))).toBeTruthy();
  });

  it("is not acknowledged before its line is sealed, and then sealed once", async () => {
    const rows = await rowsIn(world);
    const unacknowledged = await withoutTable("disclosure_segment", () => open("log-3"));
    expect([unacknowledged.status, codeOf(unacknowledged)]).toEqual([503, "LOG_UNAVAILABLE"]);
    expect(unacknowledged.text).not.toContain("林小满");

    const retry = await open("log-3");
    expect(payload(retry)["minors"]).toEqual([{ id: world.id("Minor", LIN), fullName: "林小满" }]);
    expect((await linesOf(world, unacknowledged)).map(({ entry }) => entry.kind)).toEqual(["WRITE"]);
    expect((await linesOf(world, retry)).map(({ entry }) => entry.kind)).toEqual(["READ"]);
    expect(await rowsIn(world)).toMatchObject({ case_file: (rows["case_file"] ?? 0) + 1 });
  });
});

describe.each(DATABASES)("a change that waited for another in a circle, on %s", (database) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(database);
    await world.sql("CREATE SEQUENCE tries");
    await world.sql(`CREATE FUNCTION in_a_circle() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
      BEGIN
        IF nextval('tries') <= TG_ARGV[0]::int THEN RAISE SQLSTATE '40P01'; END IF;
        RETURN NEW;
      END $$`);
  });
  afterAll(() => world?.close());

  it.each`
    times | status | tries | because
    ${2}  | ${200} | ${3}  | ${"it is done again, and once"}
    ${9}  | ${409} | ${3}  | ${"it gives up, and nothing is left"}
  `("$times times: $because", async ({ times, status, tries }) => {
    await world.sql("ALTER SEQUENCE tries RESTART");
    await world.sql(
      `CREATE TRIGGER in_a_circle BEFORE INSERT ON case_file FOR EACH ROW EXECUTE FUNCTION in_a_circle(${times})`,
    );
    const rows = await rowsIn(world);
    const input = { kind: "BULLYING", openedOn: "2026-03-01", division: VILLAGE };
    const answer = await asker(() => world, "CASE_HANDLING")("social/HEAD", OPEN, { input });
    await world.sql("DROP TRIGGER in_a_circle ON case_file");

    expect(answer.status).toBe(status);
    expect(await world.sql("SELECT last_value::int AS tries FROM tries")).toEqual([{ tries }]);
    expect((await rowsIn(world))["case_file"]).toBe((rows["case_file"] ?? 0) + (status === 200 ? 1 : 0));
    expect(await world.sql("SELECT FROM disclosure_unsealed")).toEqual([]);
  });
});

describe.each(DATABASES)("a change that the database refuses, on %s", (database) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(database);
  });
  afterAll(() => world?.close());
  const open = () =>
    asker(() => world, "CASE_HANDLING")("social/HEAD", OPEN, {
      input: { kind: "BULLYING", openedOn: "2026-03-01", division: VILLAGE },
    });

  it.each`
    state      | code                         | because
    ${"42501"} | ${"NOT_FOUND_OR_NOT_SHARED"} | ${"row security: the relation has ended meanwhile"}
    ${"23503"} | ${"NOT_FOUND_OR_NOT_SHARED"} | ${"what it points at has gone"}
    ${"23505"} | ${"CONFLICT"}                | ${"a row is in the way, hidden or not"}
    ${"23514"} | ${"CONFLICT"}                | ${"the record is in another state"}
    ${"22003"} | ${"INTERNAL_SERVER_ERROR"}   | ${"the hub should have seen it before"}
  `("with $state is answered with $code, and nothing of the row: $because", async ({ state, code }) => {
    await world.sql(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE SQLSTATE '${state}' USING MESSAGE = 'Failing row contains 林小满', DETAIL = '林小满', HINT = '林小满';
      END $$`);
    await world.sql("CREATE TRIGGER refuse BEFORE INSERT ON case_file FOR EACH ROW EXECUTE FUNCTION refuse()");
    const rows = await rowsIn(world);
    const answer = await open();
    await world.sql("DROP FUNCTION refuse CASCADE");
    expect(codeOf(answer)).toBe(code);
    expect(answer.text).not.toMatch(/林小满|case_file/);
    expect(await rowsIn(world)).toEqual(rows);
  });

  it("for a privilege that the hub's login lacks is a fault, and not dressed as a refusal", async () => {
    await world.sql("REVOKE INSERT ON case_file FROM hub_app");
    const answer = await open();
    await world.sql("GRANT INSERT ON case_file TO hub_app");
    expect([answer.status, codeOf(answer)]).toEqual([500, "INTERNAL_SERVER_ERROR"]);
  });
});

describe("a change whose connection is cut", () => {
  it("leaves nothing, says that the database is gone, and is done by the retry", async () => {
    const world = await startWorld("postgresql");
    try {
      const rows = await rowsIn(world);
      const input = { kind: "BULLYING", openedOn: "2026-03-01", division: VILLAGE, minors: [world.id("Minor", LIN)] };
      const open = () => asker(() => world, "CASE_HANDLING")("social/HEAD", OPEN, { input }, "cut");
      await world.sql("BEGIN");
      await world.sql("LOCK TABLE case_minor");
      const cut = open();
      while ((await world.sql(WAITING)).length === 0) await pause(20);
      await world.sql(`SELECT pg_terminate_backend(pid) FROM (${WAITING}) w`);
      const answer = await cut;
      await world.sql("ROLLBACK");

      expect([answer.status, codeOf(answer)]).toEqual([503, "DATABASE_UNAVAILABLE"]);
      expect(await rowsIn(world)).toEqual(rows);
      expect(payload(await open())).toMatchObject({ minors: [{ fullName: "林小满" }] });
      expect(await rowsIn(world)).toMatchObject({ case_file: 1, case_minor: 1, idempotency: 1 });
    } finally {
      await world.close();
    }
  });
});

describe("a change that waits while its viewer's part ends", () => {
  it("decides by the row as it is then, and finds it gone", async () => {
    const world = await startWorld("postgresql");
    try {
      const ask = asker(() => world, "CASE_HANDLING");
      const input = { kind: "BULLYING", openedOn: "2026-03-01", division: VILLAGE };
      const { id } = payload(await ask("social/HEAD", OPEN, { input }));
      const [police, school] = [world.agency("police"), world.agency("school")];
      await ask("social/HEAD", ADD, { id, agency: police });
      const rows = await rowsIn(world);
      await world.sql("BEGIN");
      await world.sql("SELECT hub_end_involvement('Case', $1, $2, '{PART}')", [world.keyOf(id), world.keyOf(police)]);
      const invite = ADD.replace("version: 1", "version: 2");
      const late = ask("police/DUTY_OFFICER", invite, { id, agency: school });
      while ((await world.sql(WAITING)).length === 0) await pause(20);
      await world.sql("COMMIT");

      expect(codeOf(await late)).toBe("NOT_FOUND_OR_NOT_SHARED");
      expect(await rowsIn(world)).toEqual({ ...rows, case_participant: 1 });
    } finally {
      await world.close();
    }
  });
});

/** The change waits for what we hold. */
const WAITING = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
