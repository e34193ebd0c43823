import { setTimeout } from "node:timers/promises";
import { child, type Desk, openDesk, taken } from "./desk.js";

// The embedded database has one session, which nobody can kill and leave the process alive.
describe("an import that is killed half way, on postgresql", () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await openDesk("postgresql");
  });
  afterAll(() => desk?.close());

  it("leaves nothing, and can be done again", async () => {
    const file = [child("S-1", { guardian_1_name: "林芳", guardian_1_relation: "母亲" }), child("S-2")];
    // Holds it up where its minors are written, and their numbers are not.
    await desk.session.query("BEGIN; LOCK TABLE register_key IN SHARE MODE");
    const ended = desk.hand("minors", file, { as: "school" }).catch((error: unknown) => error);
    await kill(await held());
    expect(await ended).toMatchObject({ code: "DATABASE_UNAVAILABLE" });
    await desk.session.query("COMMIT");

    expect(await desk.rows("SELECT FROM minor")).toEqual([]);
    expect(await desk.rows("SELECT FROM register_key WHERE register = 'minors'")).toEqual([]);
    expect(taken(await desk.hand("minors", file, { as: "school" })).new).toBe(2);
    expect(await desk.rows("SELECT FROM minor")).toHaveLength(2);
  });

  /** The connection that waits for the lock. */
  async function held(): Promise<number> {
    for (let tries = 0; tries < 100; tries += 1) {
      const { rows } = await desk.session.query<{ pid: number }>(
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
      );
      if (rows[0]) return rows[0].pid;
      await setTimeout(30);
    }
    throw new Error("The import never waited for the lock");
  }

  const kill = (pid: number) => desk.session.query("SELECT pg_terminate_backend($1)", [pid]);
});
