import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { Provider } from "oidc-provider";
import type { DemoIssuerOptions, DemoPerson } from "./demo-issuer.js";

/** Where the demo issuer asks who somebody wants to be; the id of the interaction follows. */
export const SIGN_IN = "/sign-in/";

/**
 * The demo's sign-in page: whoever sits at the machine chooses an invented person. Who is named in `login_hint` was
 * chosen before, and is not asked for again.
 */
export function chooser(provider: Provider, { persons, explorers }: DemoIssuerOptions) {
  const headers = {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    // The form's answer leads back to the explorer.
    "content-security-policy": [
      "default-src 'none'",
      `style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`,
      `form-action 'self' ${explorers.join(" ")}`,
      "frame-ancestors 'none'",
      "base-uri 'none'",
    ].join("; "),
  };
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const { login_hint: hint } = (await provider.interactionDetails(request, response)).params;
      const chosen = request.method === "POST" ? new URLSearchParams(await text(request)).get("subject") : hint;
      const person = persons.find(({ subject }) => subject === chosen);
      if (person) await provider.interactionFinished(request, response, { login: { accountId: person.subject } });
      else response.writeHead(200, headers).end(page(formOf(persons)));
    } catch {
      // The library knows no such interaction, or not from this browser: a window that was left open.
      response.writeHead(400, headers).end(page(OVER));
    }
  };
}

const OVER = "<p>本次登录已失效,请关闭窗口后重新登录。This sign-in is over: close the window and sign in again.</p>";

/** One section a role, in the order of the directory; of each post the first who holds it, then everybody else. */
function formOf(persons: readonly DemoPerson[]): string {
  const roles = [...new Set(persons.map(({ role }) => role))];
  const sections = roles.map((role) =>
    sectionOf(
      role,
      persons.filter((person) => person.role === role),
    ),
  );
  return `<p>选择一名虚构人员。Choose an invented person: the hub answers as it would answer them.</p>
<form method="post">${sections.join("\n")}</form>`;
}

function sectionOf(role: string, people: readonly DemoPerson[]): string {
  const first = people.filter((person, at) => people.findIndex(({ post }) => post === person.post) === at);
  const others = people.filter((person) => !first.includes(person));
  return `<section><h2>${role}</h2>${first.map(button).join("")}${
    others.length > 0
      ? `<details><summary>其他 ${others.length} 人 others</summary>${others.map(button).join("")}</details>`
      : ""
  }</section>`;
}

const button = ({ subject, name, agencyName, post }: DemoPerson) =>
  `<button name="subject" value="${escaped(subject)}">${escaped(agencyName)} · ${escaped(name)} <small>${escaped(post)}</small></button>`;

const escaped = (value: string) => value.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

const STYLE = `body{font:16px/1.5 system-ui,"Noto Sans CJK SC",sans-serif;margin:1.5rem;max-width:60rem}
h1{font-size:1.3rem}h2{font-size:.9rem;margin:1rem 0 .3rem}
button{font:inherit;margin:.15rem .3rem .15rem 0;padding:.3rem .6rem;border:1px solid #767676;border-radius:4px;background:#fff;color:#1a1a1a;cursor:pointer}
button:hover,button:focus-visible{background:#e8f0fe}small{color:#555}`;

const page = (body: string) => `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>演示登录 Demo sign-in</title><style>${STYLE}</style></head>
<body><main><h1>演示登录 Demo sign-in</h1>${body}</main></body></html>`;
