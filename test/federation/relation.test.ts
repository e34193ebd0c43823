import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { publicFileOf, type SigningKey, signingKeyIn } from "../../src/federation/keys.js";
import { relationsFor, relationVerifier } from "../../src/federation/relation.js";
import { wordIn, wordOf } from "./word.js";

const folder = mkdtempSync(join(tmpdir(), "relation-"));
const FILE = join(folder, "relation.json");
const BINDING = { audience: "school", viewer: "request:1", requestId: "1", policy: "3 abc" };
const CHILDREN = ["lin", "chen", "zhao", "wu", "sun"];

describe("the hub's words of one answer, signed at once", () => {
  let key: SigningKey;
  const said = { levels: { R13: "X" }, byTheHub: false, assigned: false } as const;
  const words = (children: readonly string[]) =>
    relationsFor(
      key,
      BINDING,
      children.map((id) => ({ id, ...said })),
    );
  const told = (word: string, id: string) =>
    relationVerifier({ audience: "school", keysFile: publicFileOf(FILE), versions: () => ["3 abc"] })(BINDING)(
      word,
      id,
    );

  beforeAll(() => {
    key = signingKeyIn(FILE);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([1, 2, 3, 5])("hold each by itself, of %i children", (many) => {
    const some = CHILDREN.slice(0, many);
    const its = words(some);
    expect(new Set(its.map((word) => wordIn(word).signed)).size).toBe(1);
    expect(its.map((word, n) => told(word, some[n] ?? ""))).toEqual(some.map(() => said));
  });

  it("tell nothing of the others: what stands for another child is salted, and never the same twice", () => {
    const hashes = (its: readonly string[]) => new Set(its.flatMap((word) => word.split("~").slice(2)));
    const [first, again] = [hashes(words(CHILDREN)), hashes(words(CHILDREN))];
    expect(first.size).toBeGreaterThanOrEqual(CHILDREN.length);
    for (const hash of first) {
      expect(Buffer.from(hash, "base64url")).toHaveLength(32);
      expect(again).not.toContain(hash);
    }
  });

  const [A, B] = ["lin", "chen"];
  const parts = (word: string | undefined) => (word ?? "").split("~");
  it.each`
    what                                       | forge
    ${"of a brother's, with his leaf"}         | ${([, b]: string[]) => b}
    ${"with another's leaf"}                   | ${([a, b]: string[]) => [parts(a)[0], parts(b)[1], ...parts(a).slice(2)].join("~")}
    ${"with a level that was not signed"}      | ${([a]: string[]) => [parts(a)[0], leafOf(A, "F"), ...parts(a).slice(2)].join("~")}
    ${"that rests on more than was signed"}    | ${([a]: string[]) => [parts(a)[0], leafOf(A, "X", true), ...parts(a).slice(2)].join("~")}
    ${"of a child who is not assigned"}        | ${([a]: string[]) => [parts(a)[0], leafOf(A, "X", false, true), ...parts(a).slice(2)].join("~")}
    ${"without its path"}                      | ${([a]: string[]) => parts(a).slice(0, 2).join("~")}
    ${"with an inner hash for a leaf"}         | ${([a]: string[]) => [parts(a)[0], parts(a)[2]].join("~")}
    ${"without a leaf"}                        | ${([a]: string[]) => parts(a)[0]}
    ${"with the signature of an older answer"} | ${([a, , older]: string[]) => [parts(older)[0], ...parts(a).slice(1)].join("~")}
    ${"of nothing at all"}                     | ${() => ""}
  `("do not hold $what", ({ forge }) => {
    const forged = forge([...words([A, B]), ...words([A])]);
    expect(() => told(forged, A)).toThrow(expect.objectContaining({ code: "RELATION_REFUSED" }));
  });

  it("hold for a word of a tree by hand, as the format is written down", async () => {
    const byHand = await wordOf({ minor: A, ...said }, async (root) => {
      const [like = ""] = words([A]);
      const { iat, exp, ...claims } = JSON.parse(
        Buffer.from(parts(like)[0]?.split(".")[1] ?? "", "base64url").toString(),
      );
      return key.sign("hub-relation+jwt", { ...claims, iat, exp, root });
    });
    expect(told(byHand, A)).toEqual(said);
  });
});

const leafOf = (id: string, level: string, byTheHub = false, assigned = false) =>
  Buffer.from(JSON.stringify(["salt", id, { R13: level }, byTheHub, assigned])).toString("base64url");
