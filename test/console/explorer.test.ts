import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { importJWK, SignJWT } from "jose";
import type { Browser } from "playwright-core";
import { ROLES } from "../../src/policy/policy.js";
import { kebab } from "../../src/server/demo-people.js";
import { DEMO_EXPLORER } from "../../src/server/demo-token.js";
import { type Example, examples, openDemo, type TestDemo } from "../examples/demo.js";
import { openChromium, textOf, type Visit, visit } from "./browser.js";

let demo: TestDemo;
let browser: Browser;
let here: Visit;
beforeAll(async () => {
  [demo, browser] = await Promise.all([openDemo(), openChromium()]);
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await demo?.close();
});

describe.each(ROLES.map(kebab))("the explorer, as %s", (role) => {
  const own = examples.filter((one) => one.role === role);
  const [example] = own;
  const as = `${role}/${example?.post ?? (role === "operator" ? "system-admin" : "head")}`;
  beforeAll(() => signIn(as));

  it("has the role's examples as tabs, and shows to the first what the API answers", async () => {
    await expect(here.page.getByRole("tab").count()).resolves.toBe(Math.max(own.length, 1));
    if (!example) return;
    await here.page.getByRole("tab", { name: titleOf(example), exact: true }).click();
    await here.ask();
    expect(await answers()).toEqual([await toldByApi(as, example.text, example.purpose)]);
  });

  it("offers the purposes of the role and no other", async () => {
    const offered = here.page.locator("select option");
    const purposes = [...demo.activation.policy.purposes.values()];
    const may = purposes.filter(({ roles }) => [...roles].some((one) => kebab(one) === role));
    expect(await offered.evaluateAll((all) => all.map((one) => one.getAttribute("value")))).toEqual([
      "",
      ...may.map(({ purpose }) => purpose),
    ]);
  });

  it("has nothing serious against it from axe", async () => expect(await here.findings()).toEqual([]));

  it("has no console error, has asked nobody but hub and issuer, and has stored nothing", async () => {
    expect(here.consoleErrors).toEqual([]);
    expect([...here.origins].sort()).toEqual([demo.address, demo.issuer.issuer].sort());
    expect(await here.stored()).toEqual([{}, {}]);
  });
});

describe("the explorer", () => {
  it("is usable once the editor and the role's schema are there", async () => {
    here = await come();
    const { page } = here;
    await page.getByRole("button", { name: "登录" }).waitFor();
    const loaded = await page.evaluate(() => performance.now());
    await here.signIn(subjectOf("school/class-teacher"), "登录");
    const chosen = await page.evaluate(() => performance.now());
    await page.locator(".question .view-line").first().waitFor();
    await page.getByRole("button", { name: "查询" }).waitFor();
    const usable = await page.evaluate(() => performance.now());
    expect(await here.ask()).toContain("fullName");
    figures(loaded, usable - chosen);
  });

  it("asks nothing before somebody has signed in", async () => {
    here = await come();
    await here.page.getByRole("button", { name: "登录" }).waitFor();
    expect(await here.page.getByRole("button", { name: "查询" }).count()).toBe(0);
    expect(await here.bodies()).toEqual([]);
    expect(await here.findings()).toEqual([]);
  });

  it("keeps what was typed when the token has expired, and asks it once one has signed in again", async () => {
    await signIn("school/class-teacher");
    await write("query Mine { viewer { name } }");
    const expired = await expiredTokenOf("school/class-teacher");
    await here.page.route("**/graphql", (route) =>
      route.continue({ headers: { ...route.request().headers(), authorization: `Bearer ${expired}` } }),
    );
    expect(await here.ask()).toContain("登录已过期");
    await picture("explorer-expired");
    await here.page.unroute("**/graphql");
    await here.page.getByRole("button", { name: "重新登录" }).click(); // the issuer knows who it was, and asks nothing
    await here.page.locator(".answer pre").waitFor();
    expect(await answers()).toEqual([await toldByApi("school/class-teacher", "{ viewer { name } }", undefined)]);
    expect(await here.question()).toBe("query Mine { viewer { name } }");
    expect(await here.page.locator(".notice").count()).toBe(0);
  });

  it("keeps what was typed while the hub cannot be reached, and asks it when told to", async () => {
    await signIn("school/class-teacher");
    await write("query Mine { viewer { name } }");
    await here.context.setOffline(true);
    expect(await here.ask()).toContain("无法连接中枢");
    await here.context.setOffline(false);
    await here.page.getByRole("button", { name: "重试" }).click();
    await here.page.locator(".answer pre").waitFor();
    expect(await here.question()).toBe("query Mine { viewer { name } }");
  });

  it("tells of a refusal its code, row, basis and remedy, in the language of the page", async () => {
    await signIn("school/class-teacher");
    await write(`query Number {
minors(first: 1) {
nodes { fullName citizenNumber }
}
}`);
    const told = await here.ask();
    expect(told).toContain("FIELD_NOT_SHARED Minor.citizenNumber(公民身份号码)不向您的岗位(班主任)");
    const { version } = demo.activation.policy;
    expect(told).toMatch(new RegExp(`政策行\\s+R2 \\(v${version}\\)`));
    expect(told).toMatch(/依据\s+PIPL/);
    expect(told).toMatch(/可以这样做\s+政策未规定补救途径/);
    await picture("explorer-refusal");
    await here.page.getByRole("button", { name: "English" }).click();
    expect(await textOf(here.page.locator(".answers"))).toMatch(
      new RegExp(
        `FIELD_NOT_SHARED Minor\\.citizenNumber is not shared with SCHOOL[^]*Policy row\\s+R2 \\(v${version}\\)`,
      ),
    );
    await here.page.getByRole("button", { name: "中文" }).click();
  });

  it("offers the way out that the policy has: a purpose", async () => {
    await signIn("school/class-teacher");
    await here.page.locator("select").selectOption("");
    expect(await here.ask()).toMatch(/PURPOSE_REQUIRED[\s\S]*可以这样做\s+说明查询目的: .*LEFT_BEHIND_CARE/);
  });

  it("lays beside the answer what was disclosed, and says why a field is null, though the question asks for neither", async () => {
    await signIn("village-community/village-child-director");
    await write(`query Numbers {
minors(first: 2) {
nodes { fullName citizenNumber phone }
}
}`);
    await here.page.locator("select").selectOption("LEFT_BEHIND_CARE");
    await here.ask();
    await here.page.locator("select").selectOption("COMPULSORY_EDUCATION");
    await here.ask();
    expect(JSON.stringify(await answers())).not.toContain("isclosure");
    await here.page.getByText("各信息组的披露情况").click();
    await here.page.getByRole("button", { name: "为什么为空?" }).click();
    await here.page.getByRole("table").nth(1).waitFor();
    const [why = "", disclosed = ""] = await here.page.getByRole("table").allInnerTexts();
    expect(disclosed).toMatch(/R2 公民身份号码\s+M 遮蔽\s+2\s+.*辖区/);
    expect(why).toMatch(/Minor\.citizenNumber\s+M 遮蔽\s+R2 M: the place is within your agency's duty/);
    expect(await here.findings()).toEqual([]);
    await picture("explorer-disclosure");
  });

  it("restores an example that was changed, and leaves other tabs as they are", async () => {
    await signIn("school/class-teacher");
    const before = await here.question();
    await write("{ viewer { post } }");
    await here.page.getByRole("tab").nth(1).click();
    await here.page.getByRole("tab").first().click();
    expect(await here.question()).toBe("{ viewer { post } }");
    await here.page.getByRole("button", { name: "恢复示例" }).click();
    expect(await here.question()).toBe(before);
  });

  it.each`
    as                                            | offered                       | hidden
    ${"school/legal-vice-principal"}              | ${["topic"]}                  | ${["authorAccount"]}
    ${"publicity-culture-centre/opinion-monitor"} | ${["topic", "authorAccount"]} | ${[]}
  `("completes what the role may see: $as", async ({ as, offered, hidden }) => {
    const { page } = await signIn(as);
    const words = page.locator(".suggest-widget .monaco-list-rows");
    let told = "";
    // On a busy machine a key may get lost: then the cursor stands elsewhere, and is set anew.
    for (let attempt = 0; attempt < 3 && !told.includes("topic"); attempt++) {
      await write("{ opinionAlerts { nodes {  } } }");
      await page.keyboard.press("Control+Home");
      for (const _ of "{ opinionAlerts { nodes { ") await page.keyboard.press("ArrowRight");
      for (let look = 0; look < 100 && !told.includes("topic"); look++) {
        await page.keyboard.press("Escape");
        await page.keyboard.press("Control+Space"); // again, until the schema has come
        await words.waitFor();
        told = await textOf(words);
      }
    }
    for (const word of offered) expect(told).toContain(word);
    for (const word of hidden) expect(told).not.toContain(word);
  });

  it("puts the same question to two posts side by side, each answered as itself", async () => {
    await come("en-GB");
    const { page } = await signIn("police-station/case-officer");
    await here.signIn(subjectOf("village-community/head"), "Compare with another post");
    await page.locator(".answer").nth(1).waitFor();
    const query = `query Both {
cases(first: 1) { totalCount }
minors(first: 1) {
totalCount
nodes { fullName township { name } }
}
}`;
    await write(query);
    await page.locator("select").selectOption("CASE_HANDLING");
    await here.ask();
    const [mine, theirs] = await answers();
    expect(mine).toEqual(await toldByApi("police-station/case-officer", query, "CASE_HANDLING"));
    expect(theirs).toEqual(await toldByApi("village-community/head", query, "CASE_HANDLING"));
    expect(mine).not.toEqual(theirs);
    expect(await here.findings()).toEqual([]);
    await picture("explorer-compare");
    await page.getByRole("button", { name: "End the comparison" }).click();
    expect(await page.locator(".answer").count()).toBe(1);
    // Whoever comes next is shown nobody else's answer.
    await here.signIn(subjectOf("school/head"), "Compare with another post");
    await page.locator(".answer").nth(1).waitFor();
    expect(await answers()).toEqual([mine]);
  });

  it("forgets everybody on sign-out", async () => {
    const { page } = await signIn("school/class-teacher");
    await here.ask();
    await page.getByRole("button", { name: /退出|Sign out/ }).click();
    await page.getByRole("button", { name: /登录|Sign in/ }).waitFor();
    expect(await page.locator("pre, .view-line").count()).toBe(0);
  });

  it("is used by keyboard alone, from sign-in to answer and out of the editor again", async () => {
    here = await come();
    const { page, context } = here;
    const { keyboard } = page;
    const tabTo = async (selector: string) => {
      for (let step = 0; step < 30; step++) {
        await keyboard.press("Tab");
        if (await page.locator(selector).evaluateAll((all) => all.some((one) => one.matches(":focus")))) return;
      }
      throw new Error(`The keyboard does not come to ${selector}`);
    };
    await page.getByRole("button", { name: "登录" }).waitFor();
    await tabTo("button.primary");
    const opened = context.waitForEvent("page");
    await keyboard.press("Enter");
    const popup = await opened;
    await popup.locator("button").first().waitFor();
    await popup.keyboard.press("Tab");
    await popup.keyboard.press("Enter");
    await page.locator(".question .view-line").first().waitFor();
    await tabTo('[role="tab"][aria-selected="true"]');
    await keyboard.press("ArrowDown");
    await keyboard.press("Enter");
    await tabTo("select");
    await keyboard.press("ArrowDown");
    await tabTo(".question .graphiql-editor");
    await keyboard.press("Enter");
    await keyboard.press("Control+A");
    await keyboard.type("{viewer{name"); // the editor closes the brackets
    await tabTo(".question .graphiql-editor");
    await keyboard.press("Control+Enter");
    await page.locator(".answer pre").waitFor();
    expect(JSON.stringify(await answers())).toContain('"viewer"');
  });
});

const titleOf = ({ definition }: Example): string => definition.description?.value.split("\n")[0] ?? "";

/** Subject of the first who holds a post, "school/class-teacher". */
function subjectOf(as: string): string {
  const person = demo.people.persons.find((one) => one.as === as);
  if (!person) throw new Error(`Nobody of the demo is ${as}`);
  return person.subject;
}

/** A browser that nobody has used. */
async function come(locale?: string): Promise<Visit> {
  await here?.context.close();
  here = await visit(browser, demo.address, locale);
  return here;
}

/** In the browser that is open, after whoever used it before. */
async function signIn(as: string): Promise<Visit> {
  here ??= await come();
  const signOut = here.page.getByRole("button", { name: /退出|Sign out/ });
  if ((await signOut.count()) > 0) await signOut.click();
  await here.signIn(subjectOf(as), /登录|Sign in/);
  await here.page.locator(".question .view-line").first().waitFor();
  return here;
}

const write = (question: string): Promise<void> => here.write(question);

const answers = async (): Promise<unknown[]> =>
  (await here.page.locator(".answer pre").allInnerTexts()).map((text) => withoutCursors(JSON.parse(text)));

const toldByApi = async (as: string, query: string, purpose: string | undefined): Promise<unknown> =>
  withoutCursors((await demo.ask(as, query, purpose)).body.data);

/** Cursors are sealed by chance. */
const withoutCursors = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, one) => (key === "endCursor" ? undefined : one)));

/** A token of the demo issuer itself that was good ten minutes ago. */
async function expiredTokenOf(as: string): Promise<string> {
  const { signing } = JSON.parse(readFileSync(join(demo.dataDir, "demo-issuer-keys.json"), "utf8"));
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({ client_id: DEMO_EXPLORER })
    .setProtectedHeader({ alg: "ES256", typ: "at+jwt" })
    .setSubject(subjectOf(as))
    .setIssuer(demo.issuer.issuer)
    .setAudience("minors-hub")
    .setIssuedAt(now - 600)
    .setExpirationTime(now - 300)
    .sign(await importJWK(signing, "ES256"));
}

const { HUB_TEST_WRITE_SCREENSHOTS } = process.env;

/** `npm run docs:screenshots` writes them down. @param ms until one can sign in, and from the choice of a person until one can ask */
function figures(...ms: readonly number[]): void {
  if (!HUB_TEST_WRITE_SCREENSHOTS) return;
  const page = join(import.meta.dirname, "../../docs/explorer.md");
  const [loaded, usable] = ms.map((one) => (one / 1000).toFixed(1));
  const told = `Opened for the first time it takes ${loaded} s until one can sign in, and ${usable} s from there until one can ask.`;
  writeFileSync(
    page,
    readFileSync(page, "utf8").replace(/(?<=<!-- figures -->\n)[\s\S]*?(?=\n<!-- \/figures -->)/, told),
  );
}

/** `npm run docs:screenshots` keeps them. */
async function picture(name: string): Promise<void> {
  if (!HUB_TEST_WRITE_SCREENSHOTS) return;
  const folder = join(import.meta.dirname, "../../docs/images");
  mkdirSync(folder, { recursive: true });
  await here.page.screenshot({ path: join(folder, `${name}.png`) });
}
