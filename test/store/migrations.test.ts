import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import "reflect-metadata";
import { ENTITIES } from "../../src/domain/index.js";
import { migrationsIn } from "../../src/store/migrate.js";
import { Store } from "../../src/store/store.js";
import { freshDatabase } from "../support/database.js";

const folder = mkdtempSync(join(tmpdir(), "hub-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(["embedded", "postgresql"] as const)("migrations on %s", (kind) => {
  let store: Store;
  let differences: string[];
  beforeAll(async () => {
    const url = kind === "postgresql" ? await freshDatabase() : undefined;
    store = await Store.open({ ...url, dataDir: folder, entities: ENTITIES }, async (owner) => {
      const { upQueries } = await owner.driver.createSchemaBuilder().log();
      differences = upQueries.map(({ query }) => query);
    });
  });
  afterAll(() => store?.close());

  it("leave no difference between entities and schema", () => expect(differences).toEqual([]));

  it("leave the serving login without rows when no viewer is set", async () => {
    expect(await store.query("SELECT * FROM minor")).toEqual([]);
    const [who] = await store.query<{ owns: string; bypass: boolean }>(
      "SELECT count(*)::text AS owns, bool_or(rolbypassrls OR rolsuper) AS bypass FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname = current_user AND c.relnamespace = 'public'::regnamespace",
    );
    expect(who?.owns).toBe("0");
  });
});

describe("files of migrations", () => {
  const folderOf = (name: string, files: readonly string[]) => {
    const of = join(folder, name);
    mkdirSync(of);
    for (const file of files) writeFileSync(join(of, file), "");
    return pathToFileURL(`${of}/`);
  };

  it("run in the order of the time in their names; what is not SQL is none of them", () => {
    const found = migrationsIn(folderOf("named", ["1796000000001-b.sql", "1796000000000-a-table.sql", "README.md"]));
    expect(found.map((Migration) => new Migration().name)).toEqual(["a-table-1796000000000", "b-1796000000001"]);
  });

  it.each([
    ["an underscore", "1796000000000-school_record_term.sql"],
    ["a time in seconds", "1796000000-school.sql"],
    ["a capital", "1796000000000-School.sql"],
    ["an ending in capitals", "1796000000000-school.SQL"],
    ["no name", "1796000000000.sql"],
  ])("with %s are refused, by file and remedy, and never left out without a word", (what, file) => {
    const folder = folderOf(what, ["1796000000000-a-table.sql", file]);
    expect(() => migrationsIn(folder)).toThrow(
      expect.objectContaining({
        code: "MIGRATION_NAME",
        message: expect.stringMatching(new RegExp(`${file}.*1796000000000-school-term\\.sql`)),
      }),
    );
  });
});
