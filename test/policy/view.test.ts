import "reflect-metadata";
import { validateSchema } from "graphql";
import { activate } from "../../src/policy/activate.js";
import { parsePolicy } from "../../src/policy/load.js";
import { ROLES } from "../../src/policy/policy.js";
import { roleView } from "../../src/policy/view.js";
import { buildHubSchema } from "../../src/server/schema.js";
import { shipped } from "./shipped.js";

it("the view of every role and of each of its posts is a valid schema", async () => {
  const policy = parsePolicy(shipped);
  const schema = await buildHubSchema();
  const activation = await activate(policy, schema);
  for (const role of ROLES)
    for (const posts of [policy.postsOf(role), ...policy.postsOf(role).map((post) => [post])])
      expect([role, ...validateSchema(roleView(activation, schema, role, posts))]).toEqual([role]);
});
