import { AsyncLocalStorage } from "node:async_hooks";
import { TestEnvironment } from "jest-environment-node";

/** In use by the test file that runs in this process. */
const storages = new Set();

// One that was ever in use makes every promise of its process dearer, until Node 24: a sixth of what a test file costs. Jest
// runs each test in one, to tell apart tests that run at once, which ours do not; and a server that a test file has
// started leaves its own behind for all files after it.
const { run } = AsyncLocalStorage.prototype;
AsyncLocalStorage.prototype.run = function (store, work, ...given) {
  if (isOfJest(store)) return work(...given);
  storages.add(this);
  return run.call(this, store, work, ...given);
};

/** A test, or a hook beside one: `runInTestExecutionContext` of jest-circus. */
const isOfJest = (store) =>
  store !== null && typeof store === "object" && "test" in store && Object.keys(store).every((key) => OF_JEST.has(key));
const OF_JEST = new Set(["test", "hook", "describeBlock"]);

/** Node as it is, with promises at their price. */
export default class Environment extends TestEnvironment {
  async teardown() {
    for (const storage of storages) storage.disable();
    storages.clear();
    await super.teardown();
  }
}
