import { closeInTurn, closeTogether } from "../../src/server/closing.js";

describe("what was opened is closed", () => {
  const log: string[] = [];
  const opened =
    (name: string, fails = false) =>
    async () => {
      log.push(`${name} closes`);
      await new Promise((later) => setTimeout(later, 5));
      log.push(`${name} closed`);
      if (fails) throw new Error(name);
    };
  beforeEach(() => void log.splice(0));

  it("last opened first, one after the other, whatever of it fails, which is told afterwards", async () => {
    await expect(closeInTurn([opened("store"), opened("log", true), opened("door", true)])).rejects.toThrow("door");
    expect(log).toEqual(["door closes", "door closed", "log closes", "log closed", "store closes", "store closed"]);
  });

  it("at once where nothing leans on the other, and all before it fails", async () => {
    await expect(closeTogether([opened("door", true), opened("doctor")])).rejects.toThrow("door");
    expect(log).toEqual(["door closes", "doctor closes", "door closed", "doctor closed"]);
  });
});
