import { execFileSync } from "node:child_process";

describe("npm run bench:sample", () => {
  it("finds hub, floor and naive executor of one mind, and one statement a question", () => {
    const said = execFileSync("sh", ["bench/run.sh", "--sample"], { encoding: "utf8", timeout: 200_000 });
    expect(said).toContain("hub, floor, naive give the same answers");
    expect(said).toContain("One statement a question, for lists of 1, 10 and 100");
    expect(said).toContain("A roster of 500 pupils is imported, and again: 500 as before");
    expect(said).toContain("While pupils come in, 4 questions are answered all the same");
  });
});
