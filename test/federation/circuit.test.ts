import { setMaxListeners } from "node:events";
import { Circuit } from "../../src/server/gateway/circuit.js";
import { NoAnswer, type WhyNot } from "../../src/server/gateway/subgraph-call.js";

describe("calls of one subgraph", () => {
  const FOREVER = 60_000;
  const patience = new AbortController().signal;
  setMaxListeners(0, patience); // all calls listen to this one
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
    ${"five that were given up"}      | ${["a", "b", "c", "d", "e"]}                     | ${"GIVEN_UP"}    | ${"answered"}
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

  it.each`
    places           | holding                 | waiting
    ${"the asker's"} | ${["a"]}                | ${"a"}
    ${"all"}         | ${["a", "b", "c", "d"]} | ${"e"}
  `("that wait while $places places stay held end with their patience, and let those behind them by", async (where) => {
    const answers = where.holding.flatMap((asker: string) =>
      Array.from({ length: 16 }, () => {
        let answer = () => {};
        void circuit.call(asker, patience, () => new Promise<void>((resolve) => (answer = resolve)));
        return answer;
      }),
    );
    const over = new AbortController();
    let made = false;
    const impatient = circuit.call(where.waiting, over.signal, async () => {
      made = true;
    });
    const behind = call(where.waiting);
    over.abort();
    await expect(impatient).rejects.toMatchObject({ why: "LATE" });
    answers[0]();
    expect(await behind).toBe("answered");
    expect(made).toBe(false);
  });

  describe("while it rests", () => {
    const ALL = ["a", "b", "c", "d", "e"];

    it("are refused at once, also where all places of an asker are held by calls of before", async () => {
      const never = new Promise<void>(() => {});
      for (let n = 0; n < 16; n++) void circuit.call("greedy", patience, () => never);
      await calls(ALL, "UNREACHABLE");
      expect(await call("greedy")).toBe("RESTING");
    });

    it("and over, one finds out whether it answers again: what else its asker asks waits for that, and nobody else does", async () => {
      circuit = new Circuit("school", 0);
      await calls(ALL, "UNREACHABLE");
      let answer: (text: string) => void = () => {};
      const first = circuit.call("a", patience, () => new Promise<string>((resolve) => (answer = resolve)));
      const besides = call("a");
      expect(await call("b")).toBe("RESTING");
      answer("answered");
      expect(await first).toBe("answered");
      expect(await besides).toBe("answered");
      expect(await call("b")).toBe("answered");
    });
  });

  it("that are late again keep it resting, also of an asker who has waited before", async () => {
    circuit = new Circuit("school", 0);
    let late: (error: Error) => void = () => {};
    const before = circuit.call("a", patience, () => new Promise((_, reject) => (late = reject)));
    await calls(["b", "c", "d", "e", "f"], "UNREACHABLE");
    late(new NoAnswer("school", "LATE"));
    await expect(before).rejects.toMatchObject({ why: "LATE" });
    await calls(["a"], "LATE");
    const first = circuit.call("b", patience, () => new Promise(() => {}));
    expect(await Promise.race([first, call("c")])).toBe("RESTING");
  });

  it("that have waited for a place longer than their patience are not made", async () => {
    const gone = AbortSignal.abort();
    await expect(circuit.call("late", gone, async () => "answered")).rejects.toMatchObject({ why: "LATE" });
  });
});
