import { freshDatabase } from "../support/database.js";
import { startHub } from "../support/hub.js";

describe("the login that serves", () => {
  it("is one that row security binds: neither the superuser nor the tables' owner, on tables that are there", async () => {
    const { url, migrationUrl, superUrl } = await freshDatabase();
    const startAs = (login: string) =>
      startHub("postgresql", async () => {}, undefined, undefined, {
        DATABASE_URL: login,
        DATABASE_MIGRATION_URL: migrationUrl,
      });
    await (await startAs(url)).close();
    for (const login of [superUrl, migrationUrl])
      await expect(startAs(login)).rejects.toMatchObject({ code: "LOGIN_TOO_MIGHTY", exitCode: 2 });
  });
});
