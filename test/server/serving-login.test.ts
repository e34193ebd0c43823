import { freshDatabase } from "../support/database.js";
import { startHub } from "../support/hub.js";

describe("the login that serves", () => {
  it("is one that row security binds: neither the superuser nor the tables' owner, on tables that are there", async () => {
    const database = await freshDatabase();
    const start = (url: string) => startHub({ ...database, url }, async () => {});
    await (await start(database.url)).close();
    for (const url of [database.superUrl, database.migrationUrl])
      await expect(start(url)).rejects.toMatchObject({ code: "LOGIN_TOO_MIGHTY", exitCode: 2 });
  });
});
