import { asker, codeOf, DATABASES, payload, refusal, rowsIn, startWorld, VILLAGE, type World } from "./world.js";

const CASE = `input: { kind: MALTREATMENT, openedOn: "2026-03-01", division: "${VILLAGE}" }`;
const OPEN = "mutation Open($input: OpenCaseInput!) { openCase(input: $input) { id kind version } }";
const opened = { kind: "MALTREATMENT", openedOn: "2026-03-01", division: VILLAGE };
const CLOSE = `mutation ($id: ID!, $version: Int!) {
  closeCase(id: $id, version: $version, closedOn: "2026-03-09") { id version } }`;
const ADD = `mutation ($id: ID!, $version: Int!, $agency: ID!) {
  addCaseParticipant(id: $id, version: $version, agency: $agency) { version } }`;
const END = `mutation ($id: ID!, $version: Int!, $agency: ID!) {
  endCaseParticipation(id: $id, version: $version, agency: $agency) { id } }`;

describe.each(DATABASES)("a change on %s", (database) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(database);
  });
  afterAll(() => world?.close());
  const ask = asker(() => world, "CASE_HANDLING");
  const open = (who: string, input: object = {}, key?: string) =>
    ask(who, OPEN, { input: { ...opened, ...input } }, key);

  describe("is one a request", () => {
    it.each([
      `mutation { openCase(${CASE}) { id } registerMinor(input: { fullName: "甲", givenName: "甲", birthDate: "2016-01-01", sex: MALE, residence: "${VILLAGE}" }) { id } }`,
      `mutation { a: openCase(${CASE}) { id } b: openCase(${CASE}) { id } }`,
      `mutation { ...two } fragment two on Mutation { a: openCase(${CASE}) { id } ... { b: openCase(${CASE}) { id } } }`,
    ])("not two, of which one could fail: %s", async (query) => {
      const rows = await rowsIn(world);
      const answer = await ask("police/HEAD", query);
      expect([answer.status, codeOf(answer)]).toEqual([400, "BAD_USER_INPUT"]);
      expect(await rowsIn(world)).toEqual(rows);
    });

    it("though the name of the type may be asked beside it, and what is skipped is not there", async () => {
      const query = `mutation { __typename one: openCase(${CASE}) { id } two: openCase(${CASE}) @skip(if: true) { id } }`;
      expect((await ask("police/HEAD", query)).body).toEqual({
        data: { __typename: "Mutation", one: { id: expect.any(String) } },
      });
    });

    it("and never by GET", async () => {
      const rows = await rowsIn(world);
      const url = new URL(`${world.hub.address}/graphql`);
      url.searchParams.set("query", `mutation { openCase(${CASE}) { id } }`);
      const headers = { authorization: "Bearer police/HEAD", "x-hub-purpose": "CASE_HANDLING" };
      const answer = await fetch(url, { headers: { ...headers, "apollo-require-preflight": "yes" } });
      expect(answer.status).toBe(405);
      expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: "BAD_USER_INPUT" } }] });
      expect(await rowsIn(world)).toEqual(rows);
    });
  });

  describe("with an Idempotency-Key", () => {
    it("is done once: a retry gives the same record, as it is now", async () => {
      const first = await open("police/HEAD", {}, "k1");
      const rows = await rowsIn(world);
      const retry = await open("police/HEAD", {}, "k1");
      expect(retry.text).toBe(first.text);
      await ask("police/HEAD", CLOSE, { id: payload(first)["id"], version: 1 });
      expect(payload(await open("police/HEAD", {}, "k1"))).toEqual({ ...payload(first), version: 2 });
      expect(await rowsIn(world)).toEqual(rows);
    });

    it("is done once when it is sent five times at once", async () => {
      const rows = await rowsIn(world);
      const answers = await Promise.all(Array.from({ length: 5 }, () => open("police/HEAD", {}, "k2")));
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
      expect(payload(await open("police/HEAD", {}, "k2"))).toEqual(payload(answers[0] ?? (await open("police/HEAD"))));
      expect(await rowsIn(world)).toMatchObject({
        case_file: (rows["case_file"] ?? 0) + 1,
        idempotency: (rows["idempotency"] ?? 0) + 1,
      });
    });

    it.each`
      other             | change
      ${"variables"}    | ${() => open("police/HEAD", { kind: "BULLYING" }, "k3")}
      ${"a selection"}  | ${() => ask("police/HEAD", OPEN.replace("version", "stage"), { input: opened }, "k3")}
      ${"an operation"} | ${() => ask("police/HEAD", OPEN.replace("Open", "Other"), { input: opened }, "k3")}
    `("is not mistaken for another request with $other", async ({ change }) => {
      await open("police/HEAD", {}, "k3");
      const rows = await rowsIn(world);
      const answer = await change();
      expect([answer.status, codeOf(answer)]).toEqual([409, "IDEMPOTENCY_MISMATCH"]);
      expect(await rowsIn(world)).toEqual(rows);
    });

    it("is somebody's own: another one's same key is another change, and tells nothing of the first", async () => {
      const mine = payload(await open("police/HEAD", {}, "k4"));
      const others = payload(await open("police/DUTY_OFFICER", {}, "k4"));
      const systems = await world.hub.ask(
        "client:station",
        "mutation ($i: ReportIncidentInput!) { reportIncident(input: $i) { id } }",
        {
          purpose: "INCIDENT_RESPONSE",
          variables: { i: { kind: "OTHER", level: "IV", division: VILLAGE, occurredAt: "2026-03-01T00:00:00Z" } },
          headers: { "idempotency-key": "k4" },
        },
      );
      expect(new Set([mine["id"], others["id"], payload(systems)["id"]]).size).toBe(3);
      expect(codeOf(await open("police/DUTY_OFFICER", { kind: "BULLYING" }, "k4"))).toBe("IDEMPOTENCY_MISMATCH");
    });

    it("leaves the key free when it failed", async () => {
      expect(codeOf(await open("police/HEAD", { division: "990101101999" }, "k5"))).toBe("BAD_USER_INPUT");
      expect(payload(await open("police/HEAD", {}, "k5"))).toBeTruthy();
    });

    it("gives null again to whoever gave up his part by it", async () => {
      const id = payload(await open("social/HEAD"))["id"];
      const agency = world.agency("police");
      await ask("social/HEAD", ADD, { id, version: 1, agency });
      const once = await ask("police/HEAD", END, { id, version: 2, agency }, "k6");
      const again = await ask("police/HEAD", END, { id, version: 2, agency }, "k6");
      expect(once.body).toEqual({ data: { endCaseParticipation: null } });
      expect(again.text).toBe(once.text);
    });

    it.each([" ", "ключ", "x".repeat(201)])("is refused when the key is no key: %s", async (key) => {
      // fetch takes no header with other characters than bytes
      const sent = Buffer.from(key, "utf8").toString("latin1");
      const answer = await open("police/HEAD", {}, sent);
      expect(refusal(answer)).toMatchObject({ code: "BAD_USER_INPUT", field: "Idempotency-Key" });
    });
  });
});
