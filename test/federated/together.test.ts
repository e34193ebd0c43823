import { jest } from "@jest/globals";
import { Together } from "../../src/federated/together.js";

/** Real processes, as small as they can be. */
const program = (name: string, script: string) => ({
  name,
  args: ["-e", script],
  cwd: import.meta.dirname,
  env: {},
});
const FOREVER = "setInterval(() => {}, 1000)";

describe("processes of one terminal", () => {
  let lines: string[];
  let written: ReturnType<typeof spy>;
  const spy = () => jest.spyOn(process.stdout, "write").mockImplementation((text) => lines.push(String(text)) > 0);
  beforeEach(() => {
    lines = [];
    written = spy();
  });
  afterEach(() => written.mockRestore());

  const all = (...programs: ReturnType<typeof program>[]) =>
    new Promise<{ readonly died: string | undefined; readonly together: Together }>((ended) => {
      const together = new Together((died) => ended({ died, together }));
      for (const one of programs) together.start(one);
    });

  it("end with the first that dies, which is named; each of its lines was under its name", async () => {
    const { died } = await all(program("stays", FOREVER), program("dies", "console.log('not for long')"));
    expect(died).toBe("dies");
    expect(lines).toContain("dies    | not for long\n");
  });

  it("end when they are asked to, each being told once, the last first", async () => {
    const told = `process.on("SIGTERM", () => { console.log("told"); process.exit(0) }); console.log("up"); ${FOREVER}`;
    const ended = new Promise<string | undefined>((died) => {
      const together = new Together(died);
      together.start(program("first", told));
      together.start(program("second", told));
      const up = setInterval(() => {
        if (lines.filter((line) => line.includes("up")).length < 2) return;
        clearInterval(up);
        void together.end();
        void together.end();
      }, 20);
    });
    expect(await ended).toBeUndefined();
    expect(lines.filter((line) => line.includes("told"))).toEqual(["second  | told\n", "first   | told\n"]);
  });

  it("are no more started once they end: who is stopped while they start leaves none behind", async () => {
    let late: Promise<boolean> | undefined;
    await new Promise<void>((ended) => {
      const together = new Together(() => ended());
      together.start(program("first", FOREVER));
      void together.end();
      together.start(program("second", "console.log('second')"));
      late = together.run(program("third", "console.log('third')"));
    });
    expect(await late).toBe(false);
    expect(lines).toEqual([]);
  });

  it("do not go on when one that has to run to its end fails", async () => {
    const ended = new Promise<string | undefined>((died) => {
      const together = new Together(died);
      together.start(program("stays", FOREVER));
      void together.run(program("fails", "process.exit(2)"));
    });
    expect(await ended).toBe("fails");
  });
});
