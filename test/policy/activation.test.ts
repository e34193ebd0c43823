import "reflect-metadata";
import { printSchema } from "graphql";
import { activate, edgeOpenings } from "../../src/policy/activate.js";
import { loadPolicy } from "../../src/policy/load.js";
import { buildHubSchema } from "../../src/server/schema.js";

describe("activation of the shipped policy", () => {
  it("asks every leaf for everybody", async () => {
    const policy = await loadPolicy("policies");
    const schema = await buildHubSchema();
    const activation = await activate(policy, schema);
    console.log(activation.tables.asks, activation.tables.milliseconds, edgeOpenings(activation).length);

  });
});
