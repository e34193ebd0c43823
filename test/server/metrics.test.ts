import { startHub, type TestHub } from "../support/hub.js";
import { ask, expectRefusal, send } from "./asking.js";
import { PERSONAL, town } from "./town.js";

let hub: TestHub;
const metrics = async (as: string | null = "operator") =>
  send(hub, { method: "GET", path: "/metrics", as, headers: { accept: PROMETHEUS } });
const PROMETHEUS = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.4,*/*;q=0.1";

describe("/metrics", () => {
  it("is the operator's; for others there is no such path", async () => {
    expect((await metrics()).status).toBe(200);
    const refused = await metrics("near/head");
    expectRefusal(refused, 404, "BAD_USER_INPUT");
    expect(refused.text).toBe((await send(hub, { method: "GET", path: "/metricz" })).text);
    expectRefusal(await metrics(null), 401, "UNAUTHENTICATED");
  });

  it.each`
    what                           | asked                                                                   | counted
    ${"a question"}                | ${() => ask(hub, "{ minors { nodes { fullName } } }")}                  | ${'kind="read",code="OK"'}
    ${"a refused one"}             | ${() => ask(hub, "{ opinionAlerts { nodes { authorAccount } } }")}      | ${'kind="read",code="FIELD_NOT_SHARED"'}
    ${"a change that is no good"}  | ${() => ask(hub, 'mutation { closeCase(id: "x", version: 1) { id } }')} | ${'code="BAD_USER_INPUT"'}
    ${"the schema"}                | ${() => ask(hub, "{ __schema { queryType { name } } }")}                | ${'kind="schema",code="OK"'}
    ${"what is no question"}       | ${() => ask(hub, "{")}                                                  | ${'kind="none",code="BAD_USER_INPUT"'}
    ${"somebody who is not known"} | ${() => send(hub, { as: null, body: "{}" })}                            | ${'kind="none",code="UNAUTHENTICATED"'}
  `("counts $what", async ({ asked, counted }) => {
    const before = await value(counted);
    await asked();
    expect(await value(counted)).toBe(before + 1);
  });

  it("tells where the time goes, what the log commits, what the pool has and which policy is in force", async () => {
    await ask(hub, "{ minors { nodes { fullName } } }");
    const { text } = await metrics();
    for (const phase of ["plan", "statement", "walk", "log"])
      expect(text).toMatch(new RegExp(`^hub_phase_seconds_count\\{phase="${phase}"\\} [1-9]`, "m"));
    expect(text).toMatch(/^hub_log_batch_lines_count [1-9]/m);
    expect(text).toMatch(/^hub_pool_connections\{state="open"\} [1-9]/m);
    expect(text).toMatch(/^hub_policy_info\{version="\d+",hash="\w{12}"\} 1$/m);
    expect(text).toMatch(/^hub_activation_seconds \d/m);
    expect(text).toMatch(/^process_resident_memory_bytes \d/m);
  });

  it("says nothing of what was asked, of whom, or by whom", async () => {
    await ask(hub, 'query Secret { minors(filter: { fullName: { eq: "陆晴晴" } }) { nodes { fullName } } }');
    const { text } = await metrics();
    for (const value of [...Object.values(PERSONAL), "Secret", "minors", "near/head", "CASE_HANDLING"])
      expect(text).not.toContain(value);
  });

  const value = async (labels: string): Promise<number> =>
    [...(await metrics()).text.matchAll(/^hub_requests_total\{(.*)\} (\d+)$/gm)]
      .filter(([, found]) => found?.includes(labels))
      .reduce((sum, [, , count]) => sum + Number(count), 0);
});

beforeAll(async () => {
  hub = await startHub("embedded", async (query, ids) => {
    await town(query, ids);
    await query(
      `INSERT INTO agency (id, kind, name, division, legal_basis_kind, legal_basis_document)
       VALUES ('00000000-0000-7000-8000-000000000999', 'OPERATOR', '运维', 990101101000, 'AGREEMENT', '示例')`,
    );
    await query(
      `INSERT INTO person (id, subject, name, agency, post) VALUES
       ('00000000-0000-7000-8000-000000000999', 'operator', '无名', '00000000-0000-7000-8000-000000000999', 'SYSTEM_ADMIN')`,
    );
  });
});
afterAll(() => hub?.close());
