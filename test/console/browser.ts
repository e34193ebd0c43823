import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from "playwright-core";
import { z } from "zod";
import { isExplorerBuilt } from "../../src/server/explorer.js";

const CHROMIUM = "/usr/bin/chromium";
const violations = z.array(
  z.object({ id: z.string(), impact: z.string().nullish(), nodes: z.array(z.object({ html: z.string() })) }),
);
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Debian's Chromium. @throws Error naming what to install or to build */
export async function openChromium(): Promise<Browser> {
  if (!existsSync(CHROMIUM)) throw new Error(`No ${CHROMIUM}: apt-get install -y chromium fonts-noto-cjk`);
  if (!isExplorerBuilt()) throw new Error("console/dist is not built: npm run build");
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--disable-background-networking",
      "--disable-component-update",
    ],
  });
}

/** A browser of somebody's own, and all that it said and was told. */
export interface Visit {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Of the page and of the sign-in window. */
  readonly consoleErrors: string[];
  readonly origins: Set<string>;
  /** Answers of the hub's GraphQL so far, as they came. */
  bodies(): Promise<string[]>;
  /** Signs in by the page's button of this name, as a person of the demo. */
  signIn(subject: string, button: string | RegExp): Promise<void>;
  /** Puts a question in the place of the one that stands in the editor. */
  write(question: string): Promise<void>;
  /** Presses Ask, and waits for the answer: as it stands on the page. */
  ask(): Promise<string>;
  /** Text of what stands in the question's editor. */
  question(): Promise<string>;
  /** What the page has put into storage: local and of the session. */
  stored(): Promise<object[]>;
  /** Findings of axe-core, of the gravest two kinds. */
  findings(): Promise<string[]>;
}

export async function visit(browser: Browser, hub: string, locale = "zh-CN"): Promise<Visit> {
  const context = await browser.newContext({ locale, viewport: { width: 1200, height: 720 } });
  const consoleErrors: string[] = [];
  const origins = new Set<string>();
  const bodies: Promise<string>[] = [];
  context.on("console", (message) => message.type() === "error" && consoleErrors.push(message.text()));
  context.on("weberror", (error) => consoleErrors.push(String(error.error())));
  context.on("request", (request) => origins.add(new URL(request.url()).origin));
  context.on("response", (response) => {
    // Of an answer that is under way when the browser closes nobody has seen anything.
    if (response.url() === `${hub}/graphql`) bodies.push(response.text().catch(() => ""));
  });
  const page = await context.newPage();
  await page.goto(hub);
  return {
    page,
    context,
    consoleErrors,
    origins,
    bodies: () => Promise.all(bodies),
    async signIn(subject, button) {
      const opened = context.waitForEvent("page");
      await page.getByRole("button", { name: button }).click();
      const popup = await opened;
      await choose(popup, subject);
    },
    async write(question) {
      await page.locator(".question .view-lines").first().click();
      await page.keyboard.press("Control+A");
      // Pasted: the editor closes brackets of what is typed.
      await page
        .locator(".question textarea")
        .first()
        .evaluate((area, text) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text/plain", text);
          area.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
        }, question);
    },
    async ask() {
      await page.getByRole("button", { name: /^(查询|Ask)$/ }).click();
      await page.locator('.answers[aria-busy="false"]').waitFor();
      return textOf(page.locator(".answers"));
    },
    async question() {
      // The editor draws with the next frame what it was given.
      await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
      return ((await page.locator(".question .view-lines").first().textContent()) ?? "").replaceAll("\u00a0", " ");
    },
    stored: () => page.evaluate(() => [{ ...localStorage }, { ...sessionStorage }]),
    async findings() {
      await page.evaluate(AXE);
      return violations
        .parse(await page.evaluate("axe.run().then(({ violations }) => violations)"))
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`);
    },
  };
}

/** As it is laid out. */
export const textOf = async (locator: Locator): Promise<string> => (await locator.allInnerTexts()).join("\n");

async function choose(popup: Page, subject: string): Promise<void> {
  const button = popup.locator(`button[value="${subject}"]`);
  await button.waitFor({ state: "attached" });
  await button.evaluate((element) => element.closest("details")?.setAttribute("open", ""));
  await button.click();
}
