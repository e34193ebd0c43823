import pino from "pino";
import { type Finding, ok, red, watch } from "../../src/server/doctor/finding.js";
import { DoctorOnDuty } from "../../src/server/doctor/on-duty.js";

describe("a doctor on duty, one of whose checks waits for another server", () => {
  const found: string[][] = [];
  let answer: (findings: readonly Finding[]) => void;
  const onDuty = () =>
    new DoctorOnDuty(
      async () => [{ check: "disk", ...red(["full", "满"], ["Make place", "请清理"]) }],
      (all) => void found.push(all.map(({ check, state }) => `${check} ${state}`)),
      pino({ level: "silent" }),
      () =>
        new Promise((answered) => {
          answer = answered;
        }),
    );
  beforeEach(() => void found.splice(0));

  it("lets its server listen before that one has answered, and shows what it found as soon as it has", async () => {
    const doctor = onDuty();
    await doctor.start();
    doctor.listening();
    expect(doctor.red()).toEqual(["disk"]);
    expect(found).toEqual([["disk red"]]);
    answer([{ check: "hub-account", ...ok("it stands", "正常") }]);
    await new Promise(setImmediate);
    expect(found.at(-1)).toEqual(["disk red", "hub-account ok"]);
    await doctor.stop();
  });

  it("says nothing more once its server stops", async () => {
    const doctor = onDuty();
    await doctor.start();
    doctor.listening();
    const stopped = doctor.stop();
    answer([{ check: "hub-account", ...watch(["none", "无"], ["Ask for one", "请申请"]) }]);
    await stopped;
    expect(found).toEqual([["disk red"]]);
  });
});
