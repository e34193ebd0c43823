import { setTimeout as sleep } from "node:timers/promises";
import { repeated } from "../../src/server/repeated.js";

describe("what a server does every so often beside answering, closing a month's statistics say", () => {
  it("is done to its end before the server closes, one time after the other, and not begun again", async () => {
    const log: string[] = [];
    const end = repeated(5, async () => {
      log.push("begins");
      await sleep(40);
      log.push("is done");
    });
    while (log.length === 0) await sleep(1);
    await end();
    const done = [...log];
    expect(done.length % 2).toBe(0);
    expect(done).toEqual(done.map((_, n) => (n % 2 === 0 ? "begins" : "is done")));
    await sleep(60);
    expect(log).toEqual(done);
  });
});
