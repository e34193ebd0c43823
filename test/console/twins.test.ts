import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { parseConfig } from "../../src/config.js";
import { type Demo, startDemo } from "../../src/server/demo.js";
import { settle } from "../proof/twins/cast.js";
import { SECRETS, type Secret } from "../proof/twins/secrets.js";
import { asSuperuser, buildTown, type Town, type Viewer } from "../proof/twins/town.js";
import { type DatabaseUrls, freshDatabase } from "../support/database.js";
import { openChromium, textOf, visit } from "./browser.js";

// The idea of test/proof/twins, in a browser: two townships that differ in two secrets, and everything that whoever sits
// before the screen could come upon - page, storage, what came over the network.

/** The account that the alert has in one of the twins: test/proof/twins/secrets.ts. */
const AUTHOR = "四年级的阿木";
const secretOf = (name: string): Secret => {
  const secret = SECRETS.find((one) => one.name === name);
  if (!secret) throw new RangeError(`There is no secret "${name}"`);
  return secret;
};
const VICTIM = secretOf("a child is the victim in a case");
const ALERT = secretOf("an alert has another author, who is a minor");

const QUESTIONS = [
  ["CASE_HANDLING", "{ cases(first: 100) { totalCount nodes { number victims { fullName } } } }"],
  ["OPINION_RESPONSE", "{ opinionAlerts(first: 100) { totalCount nodes { topic authorAccount } } }"],
] as const;

let town: Town;
let browser: Browser;
let twins: readonly [Demo, Demo];
const folders: string[] = [];

describe.each(["POLICE_STATION", "SCHOOL", "VILLAGE_COMMUNITY", "GOVERNANCE_EMERGENCY_OFFICE"] as const)(
  "whoever may not know, at %s",
  (role) => {
    it("finds the same on the page, in storage and in what came over the network", async () => {
      const viewer = town.viewers.find(
        (one) =>
          one.role === role && one.post !== "SYSTEM_CLIENT" && ![VICTIM, ALERT].some((s) => s.mayKnow(one, town)),
      );
      if (!viewer) throw new Error(`Everybody of ${role} may know`);
      const [plain, twin] = await both(viewer);
      expect(twin).toEqual(plain);
      expect(JSON.stringify(twin)).not.toContain(AUTHOR);
      expect(plain.bodies.length).toBeGreaterThan(QUESTIONS.length);
    });
  },
);

describe("whoever may know", () => {
  it.each`
    secret    | role
    ${VICTIM} | ${"POLICE_STATION"}
    ${ALERT}  | ${"PUBLICITY_CULTURE_CENTRE"}
  `("finds on the page that $secret.name, at $role", async ({ secret, role }) => {
    const [plain, twin] = await both(town.viewers.find((one) => one.role === role && secret.mayKnow(one, town)));
    expect(twin.pages).not.toEqual(plain.pages);
    expect(twin.stored).toEqual([{}, {}]);
    // A minor's account is a mask to everybody (R29).
    expect(JSON.stringify(twin)).not.toContain(AUTHOR);
  });
});

const both = async (viewer: Viewer | undefined) => {
  if (!viewer) throw new Error("Nobody of the township may know");
  return [await foundBy(viewer, twins[0]), await foundBy(viewer, twins[1])] as const;
};

/** Asks the role's examples and the two questions that point at the secrets. */
async function foundBy({ subject }: Viewer, demo: Demo) {
  const { page, context, signIn, ask, write, bodies, stored } = await visit(browser, demo.address);
  try {
    await signIn(subject, "登录");
    await page.locator(".question .view-line").first().waitFor();
    const pages: string[] = [];
    const look = async () => {
      await ask();
      for (const details of await page.locator(".answers details:not([open]) summary").all()) await details.click();
      pages.push(steady(await textOf(page.locator("body"))));
    };
    for (const tab of await page.getByRole("tab").all()) {
      await tab.click();
      await look();
    }
    for (const [purpose, question] of QUESTIONS) {
      await write(question);
      const offered = page.locator(`option[value="${purpose}"]`);
      if ((await offered.count()) > 0) await page.locator("select").selectOption(purpose);
      await look();
    }
    return { pages, bodies: (await bodies()).map(steady).sort(), stored: await stored() };
  } finally {
    await context.close();
  }
}

/** Cursors are sealed by chance. */
const steady = (text: string): string => text.replace(/("endCursor":\s*)"[^"]*"/g, "$1…");

beforeAll(async () => {
  town = await buildTown(settle);
  const databases = [await freshDatabase(town.database), await freshDatabase(town.database)] as const;
  await asSuperuser(databases[1], async (query) => {
    for (const secret of [VICTIM, ALERT]) await secret.apply(query, town);
  });
  twins = [await demoOn(databases[0]), await demoOn(databases[1])];
  browser = await openChromium();
}, 240_000);
afterAll(async () => {
  await browser?.close();
  for (const demo of twins ?? []) await demo.close();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

async function demoOn({ url, migrationUrl }: DatabaseUrls): Promise<Demo> {
  const folder = mkdtempSync(join(tmpdir(), "hub-"));
  folders.push(folder);
  return startDemo(
    parseConfig(
      { PORT: "0", HUB_DATA_DIR: folder, HUB_DEMO: "1", DATABASE_URL: url, DATABASE_MIGRATION_URL: migrationUrl },
      null,
    ),
  );
}
