import { Circuit } from "../../src/server/gateway/circuit.js";
import { NoAnswer, type WhyNot } from "../../src/server/gateway/subgraph-call.js";

describe("calls of one agency", () => {
  const FOREVER = 60_000;
  const patience = new AbortController().signal;
  let asked: number;
  let circuit: Circuit;
  beforeEach(() => {
    asked = 0;
    circuit = new Circuit("school", FOREVER);
  });
  const call = (asker: string, fails?: WhyNot) =>
    circuit
      .call(asker, patience, async () => {
        asked++;
        if (fails) throw new NoAnswer("school", fails);
        return "answered";
      })
      .catch((error: unknown) => (error instanceof NoAnswer ? error.why : Promise.reject(error)));
  const calls = async (askers: readonly string[], fails: WhyNot) => {
    for (const asker of askers) await call(asker, fails);
  };

  it.each`
    what                              | askers                                           | fails            | then
    ${"five that found nobody there"} | ${["a", "a", "a", "a", "a"]}                     | ${"UNREACHABLE"} | ${"RESTING"}
    ${"four"}                         | ${["a", "a", "a", "a"]}                          | ${"UNREACHABLE"} | ${"answered"}
    ${"nine late ones of one asker"}  | ${["a", "a", "a", "a", "a", "a", "a", "a", "a"]} | ${"LATE"}        | ${"answered"}
    ${"late ones of four"}            | ${["a", "b", "c", "d", "a", "b", "c", "d"]}      | ${"LATE"}        | ${"answered"}
    ${"late ones of five"}            | ${["a", "b", "c", "d", "e"]}                     | ${"LATE"}        | ${"RESTING"}
  `("after $what the next is $then", async ({ askers, fails, then }) => {
    await calls(askers, fails);
    expect(await call("another")).toBe(then);
    expect(asked).toBe(askers.length + (then === "answered" ? 1 : 0));
  });

  it("start anew when somebody was answered", async () => {
    await calls(["a", "b", "c", "d"], "LATE");
    await call("a");
    await calls(["a", "b", "c", "d"], "LATE");
    expect(await call("another")).toBe("answered");
  });

  it("of one asker never take all the places", async () => {
    let answer: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      answer = resolve;
    });
    let running = 0;
    const many = Array.from({ length: 40 }, () =>
      circuit.call("greedy", patience, async () => {
        running++;
        await held;
      }),
    );
    expect(await call("another")).toBe("answered");
    expect(running).toBe(16);
    answer();
    await Promise.all(many);
    expect(running).toBe(40);
  });

  it("that have waited for a place longer than their patience are not made", async () => {
    const gone = AbortSignal.abort();
    await expect(circuit.call("late", gone, async () => "answered")).rejects.toMatchObject({ why: "LATE" });
  });
});
