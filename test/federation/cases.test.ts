import { caseFiles } from "./cases/format.js";
import { run } from "./cases/run.js";
import { type Federated, federated } from "./federated.js";

describe("cases of federation", () => {
  let world: Federated;
  let gateway: string;
  beforeAll(async () => {
    world = await federated();
    gateway = await world.gateway();
  });
  afterAll(() => world?.close());

  describe.each(caseFiles())("$name", ({ cases }) => {
    it.each(cases)("$id: $rule", async (one) => {
      expect(await run(world, gateway, one)).toEqual([]);
    });
  });
});
