import { startHubBehindGateway } from "../support/gateway.js";
import { startHub } from "../support/hub.js";
import { settle } from "./twins/cast.js";
import { Asking } from "./twins/questions.js";
import { SECRETS } from "./twins/secrets.js";
import { buildTown, type Town, type Viewer } from "./twins/town.js";
import { openTwins, type Twins } from "./twins/twins.js";
import { nobody } from "./twins/who.js";

const SEED = Number(process.env["TWINS_SEED"] ?? Date.now() % 2 ** 31);
const AMOUNT = process.env["HUB_TEST_LONG"]
  ? { close: 12, far: 4, examples: Number.POSITIVE_INFINITY, generated: 1_000 }
  : { close: 1, far: 1, examples: 1, generated: 10 };
/** Questions that are under way at once. */
const AT_ONCE = 4;

let town: Town;
let compared = 0;

/**
 * Two townships that differ in one thing. Whoever may not know it is answered byte for byte the same: data, errors,
 * counts, order, headers, and what the log says was shown (law.md, invariant 2). Whoever may know it notices.
 */
/**
 * Every fourth secret, the others in other runs, and every second of these behind a gateway; the long suite keeps all
 * from both.
 */
const ways = SECRETS.flatMap((secret, at) => {
  const alone = { name: secret.name, way: "a hub alone", secret, start: startHub };
  const behind = { name: secret.name, way: "behind a gateway", secret, start: startHubBehindGateway };
  if (process.env["HUB_TEST_LONG"]) return [alone, behind];
  return at % 4 === SEED % 4 ? [(Math.floor(at / 4) + Math.floor(SEED / 4)) % 2 === 0 ? alone : behind] : [];
});

describe.each(ways)(`$name ($way, TWINS_SEED=${SEED})`, ({ secret, start }) => {
  let twins: Twins;
  let asking: Asking;

  it("is told to nobody who may not know", async () => {
    const asked = asking.ofOthers(AMOUNT);
    const said = await each(asked, async (one) => {
      const [plain, twin] = await twins.ask(one);
      expect({ ...one, told: twin.told }).toEqual({ ...one, told: plain.told });
      return [plain, twin] as const;
    });
    const logs = await twins.logs();
    expect(said.filter(([plain]) => logs[0](plain).some((line) => line?.includes('"F"'))).length).toBeGreaterThan(
      said.length / 10,
    );
    said.forEach(([plain, twin], at) => {
      expect({ ...asked[at], shown: logs[1](twin) }).toEqual({ ...asked[at], shown: logs[0](plain) });
    });
    compared += said.flatMap(([plain]) => plain.told).length;
  });

  it("is noticed by everybody who may", async () => {
    const entitled = town.viewers.filter((viewer) => secret.mayKnow(viewer, town));
    const blind: string[] = [];
    for (const viewer of entitled) if (!(await notices(viewer))) blind.push(viewer.subject);
    expect(blind).toEqual([]);
    expect(entitled.length > 0).toBe(secret.mayKnow !== nobody);
  });

  it.each(secret.trials.map(([by, change, says]) => ({ by, called: change.called, change, says })))(
    "$called by $by tells no more",
    async ({ by, change, says }) => {
      const viewer = personIn(town, by);
      const [plain, twin] = await twins.ask(asking.change(change, viewer));
      expect(plain.code ?? "done").toBe(says);
      const logs = await twins.logs();
      const [there, here] = [
        { told: twin.told, shown: logs[1](twin) },
        { told: plain.told, shown: logs[0](plain) },
      ];
      if (secret.mayKnow(viewer, town)) expect(there).not.toEqual(here);
      else expect(there).toEqual(here);
    },
  );

  async function notices(viewer: Viewer): Promise<boolean> {
    for (const one of asking.pointed(viewer)) {
      const [plain, twin] = await twins.ask(one);
      if (plain.told.some(({ text }, page) => text !== twin.told[page]?.text)) return true;
    }
    return false;
  }

  beforeAll(async () => {
    twins = await openTwins(town, secret, start);
    asking = await Asking.of(town, secret, twins, SEED);
  });
  afterAll(() => twins?.close());
});

it("many answers were compared", () => {
  console.info(`${compared} answers of twin townships were compared`);
  expect(compared).toBeGreaterThan(1_000);
});

beforeAll(async () => {
  town = await buildTown(settle);
});

function personIn({ viewers }: Town, subject: string): Viewer {
  const viewer = viewers.find((one) => one.subject === subject);
  if (!viewer) throw new RangeError(`The township has no ${subject}`);
  return viewer;
}

/** Some at once, and the results in the order of the items. */
async function each<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const waiting = [...items.entries()];
  const results: [number, R][] = [];
  const worker = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) results.push([next[0], await work(next[1])]);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results.sort(([a], [b]) => a - b).map(([, result]) => result);
}
