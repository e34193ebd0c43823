import { readFileSync } from "node:fs";
import { PGlite } from "@electric-sql/pglite";
import { parsePolicy } from "../../src/policy/load.js";
import type { TokenClaims } from "../../src/viewer/token.js";
import { createViewers, type ViewersOptions } from "../../src/viewer/viewers.js";
import { shipped } from "../policy/shipped.js";
import { refusalOf, UNAUTHENTICATED } from "./refusal.js";

const DIRECTORY = new URL("../../migrations/1764000001000-directory-and-roles.sql", import.meta.url);
const SCHOOL = "00000000-0000-7000-8000-000000000001";
const POLICE = "00000000-0000-7000-8000-000000000002";
const BAKERY = "00000000-0000-7000-8000-000000000003";

const policy = parsePolicy(shipped);
const db = await PGlite.create();
await db.exec(readFileSync(DIRECTORY, "utf8"));
await db.exec(`
  INSERT INTO agency (id, no, kind, name, division, legal_basis_kind, legal_basis_document) VALUES
    ('${SCHOOL}', 7, 'SCHOOL',         '河湾中学',   320508100001, 'LAW', 'MPL 25'),
    ('${POLICE}', 8, 'POLICE_STATION', '河湾派出所', 320508100001, 'LAW', 'MPL 9'),
    ('${BAKERY}', 9, 'BAKERY',         '河湾面包房', 320508100001, 'LAW', 'none');
  INSERT INTO agency_duty (agency, record_type, prefix) VALUES
    ('${POLICE}', 'Minor', '320508101'), ('${POLICE}', 'Minor', '320508100'), ('${POLICE}', 'Case', '320508');
  INSERT INTO person (id, no, subject, name, agency, post, active) VALUES
    ('00000000-0000-7000-8000-000000000011', 9007199254740993, 'wang', '王老师', '${SCHOOL}', 'CLASS_TEACHER', true),
    ('00000000-0000-7000-8000-000000000012', 12, 'chen', '陈校长', '${SCHOOL}', 'HEAD',         true),
    ('00000000-0000-7000-8000-000000000013', 13, 'left', '周老师', '${SCHOOL}', 'REGISTRAR',    false),
    ('00000000-0000-7000-8000-000000000014', 14, 'cook', '吴师傅', '${SCHOOL}', 'COOK',         true),
    ('00000000-0000-7000-8000-000000000015', 15, 'spy',  '郑老师', '${SCHOOL}', 'DUTY_OFFICER', true),
    ('00000000-0000-7000-8000-000000000016', 16, 'li',   '李警官', '${POLICE}', 'DUTY_OFFICER', true),
    ('00000000-0000-7000-8000-000000000017', 17, 'bake', '孙师傅', '${BAKERY}', 'HEAD',         true);
  INSERT INTO client (client_id, agency, active) VALUES
    ('school-roster', '${SCHOOL}', true), ('school-old', '${SCHOOL}', false), ('bakery-till', '${BAKERY}', true);`);
afterAll(() => db.close());

let asked = 0;
const query: ViewersOptions["query"] = async <T extends object>(sql: string, params: unknown[] = []) => {
  asked += 1;
  return (await db.query<T>(sql, params)).rows;
};
const viewers = (options: Partial<ViewersOptions> = {}) =>
  createViewers({ query, policy, publicClients: ["hub-demo-cli"], ...options });
const as = (subject: string | null, client = "hub-demo-cli"): TokenClaims => ({ client, subject });

describe("who asks", () => {
  it("is a person with the agency, post and number that the directory has for the subject", async () =>
    expect(await viewers().of(as("wang"))).toEqual({
      person: { id: "00000000-0000-7000-8000-000000000011", no: "9007199254740993", name: "王老师" },
      client: "hub-demo-cli",
      agency: { id: SCHOOL, no: "7", name: "河湾中学", role: "SCHOOL", division: "320508100001" },
      post: policy.post("SCHOOL", "CLASS_TEACHER"),
      duties: new Map(),
    }));

  it("is a department system by itself, on its own reach", async () =>
    expect(await viewers().of(as(null, "school-roster"))).toMatchObject({
      person: null,
      client: "school-roster",
      agency: { id: SCHOOL },
      post: { post: "SYSTEM_CLIENT", scope: "AGENCY" },
    }));

  it("is a person for whom a system of the same agency asks, with the person's post", async () =>
    expect(await viewers().of(as("wang", "school-roster"))).toMatchObject({
      person: { name: "王老师" },
      client: "school-roster",
      post: { post: "CLASS_TEACHER", scope: "OWN_CLASS" },
    }));

  it("may hold a post that every kind of agency has", async () =>
    expect(await viewers().of(as("chen"))).toMatchObject({ post: { post: "HEAD", role: "*" } }));

  it("answers for the places under the agency's duties, each record type its own", async () =>
    expect((await viewers().of(as("li"))).duties).toEqual(
      new Map([
        ["Case", [{ from: "320508000000", to: "320508999999" }]],
        [
          "Minor",
          [
            { from: "320508100000", to: "320508100999" },
            { from: "320508101000", to: "320508101999" },
          ],
        ],
      ]),
    ));

  it.each`
    refused                                                | subject                | client
    ${"a subject that nobody has"}                         | ${"nobody"}            | ${"hub-demo-cli"}
    ${"a person who left"}                                 | ${"left"}              | ${"hub-demo-cli"}
    ${"a person who left, by the agency's system"}         | ${"left"}              | ${"school-roster"}
    ${"a post that no table has"}                          | ${"cook"}              | ${"hub-demo-cli"}
    ${"a post of another kind of agency"}                  | ${"spy"}               | ${"hub-demo-cli"}
    ${"an agency of a kind that is no role"}               | ${"bake"}              | ${"hub-demo-cli"}
    ${"a system of an agency of a kind that is no role"}   | ${null}                | ${"bakery-till"}
    ${"a client that nobody registered, alone"}            | ${null}                | ${"stranger"}
    ${"a client that nobody registered, for a person"}     | ${"wang"}              | ${"stranger"}
    ${"a client that was taken out of use, alone"}         | ${null}                | ${"school-old"}
    ${"a client that was taken out of use, for a person"}  | ${"wang"}              | ${"school-old"}
    ${"a system that asks for a person of another agency"} | ${"li"}                | ${"school-roster"}
    ${"a public client without a person"}                  | ${null}                | ${"hub-demo-cli"}
    ${"a name that is SQL"}                                | ${"wang' OR 'a' = 'a"} | ${"hub-demo-cli"}
  `("is never $refused: one body for all", async ({ subject, client }) =>
    expect(await refusalOf(viewers().of(as(subject, client)))).toBe(UNAUTHENTICATED),
  );

  it("is not let in by a public client that is not the demo's", async () =>
    expect(await refusalOf(viewers({ publicClients: [] }).of(as("wang")))).toBe(UNAUTHENTICATED));

  it("is held to the agency that registered a client, though the client is also named public", async () => {
    const both = viewers({ publicClients: ["school-roster", "school-old"] });
    expect(await both.of(as("wang", "school-roster"))).toMatchObject({ person: { name: "王老师" } });
    expect(await refusalOf(both.of(as("li", "school-roster")))).toBe(UNAUTHENTICATED);
    expect(await refusalOf(both.of(as("wang", "school-old")))).toBe(UNAUTHENTICATED);
  });

  it("is nobody while the directory has a duty whose prefix ends inside a code, rather than somebody with more", async () =>
    await whileDirectory(
      `INSERT INTO agency_duty VALUES ('${POLICE}', 'Case', '3205081')`,
      `DELETE FROM agency_duty WHERE prefix = '3205081'`,
      async () => {
        await expect(viewers().of(as("li"))).rejects.toThrow(/"3205081"/);
        expect(await viewers().of(as("wang"))).toMatchObject({ person: { name: "王老师" } });
      },
    ));
});

describe("the directory is asked", () => {
  it("once, in one statement, for all questions of the next seconds and for those that come at once", async () => {
    const kept = viewers({ ttlMs: 60_000 });
    asked = 0;
    await Promise.all([kept.of(as("li")), kept.of(as("li"))]);
    await kept.of(as("li"));
    expect(asked).toBe(1);
  });

  it("for every client and every person anew", async () => {
    const kept = viewers({ ttlMs: 60_000 });
    const [own, behalf] = [await kept.of(as(null, "school-roster")), await kept.of(as("wang", "school-roster"))];
    expect([own.person, behalf.person?.name]).toEqual([null, "王老师"]);
    expect(await refusalOf(kept.of(as("li", "school-roster")))).toBe(UNAUTHENTICATED);
  });

  it("again when the time is over: who was taken out does not come in any more", async () => {
    const kept = viewers({ ttlMs: 20 });
    await kept.of(as("li"));
    await withoutLi(async () => {
      await new Promise((resolve) => setTimeout(resolve, 40));
      expect(await refusalOf(kept.of(as("li")))).toBe(UNAUTHENTICATED);
    });
  });

  it("again after forgetting, also about who was just being looked up", async () => {
    const kept = viewers({ ttlMs: 60_000 });
    const before = kept.of(as("li"));
    kept.forget();
    await before;
    await withoutLi(async () => {
      expect(await refusalOf(kept.of(as("li")))).toBe(UNAUTHENTICATED);
    });
  });

  it("again after a refusal: who is registered now may ask now", async () => {
    const kept = viewers({ ttlMs: 60_000 });
    await withoutLi(async () => expect(await refusalOf(kept.of(as("li")))).toBe(UNAUTHENTICATED));
    expect(await kept.of(as("li"))).toMatchObject({ person: { name: "李警官" } });
  });

  it("again for the one who was longest away, when there are more than are kept", async () => {
    const kept = viewers({ ttlMs: 60_000, keep: 2 });
    for (const subject of ["li", "wang", "li", "chen"]) await kept.of(as(subject));
    asked = 0;
    await kept.of(as("li"));
    expect(asked).toBe(0);
    await kept.of(as("wang"));
    expect(asked).toBe(1);
  });

  const withoutLi = (work: () => Promise<void>) =>
    whileDirectory(
      "UPDATE person SET active = false WHERE subject = 'li'",
      "UPDATE person SET active = true WHERE subject = 'li'",
      work,
    );
});

async function whileDirectory(change: string, undo: string, work: () => Promise<void>): Promise<void> {
  await db.exec(change);
  try {
    await work();
  } finally {
    await db.exec(undo);
  }
}
