import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import "reflect-metadata";
import { ENTITIES } from "../../src/domain/index.js";
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
