import { z } from "zod";
import type { Session } from "./sign-in.js";

// Zod would otherwise try whether it may make functions of text, which the page forbids.
z.config({ jitless: true });

const remedy = z.union([z.string(), z.object({ kind: z.string(), purposes: z.array(z.string()).optional() }).loose()]);
const hubError = z.object({
  message: z.string(),
  path: z.array(z.union([z.string(), z.number()])).optional(),
  extensions: z
    .object({
      code: z.string(),
      messageZh: z.string().optional(),
      policy: z.object({ row: z.string(), version: z.number() }).loose().optional(),
      basis: z.array(z.string()).optional(),
      remedy: remedy.nullish(),
    })
    .loose(),
});
const body = z.object({ data: z.record(z.string(), z.unknown()).nullish(), errors: z.array(hubError).optional() });

export type HubError = z.infer<typeof hubError>;

export interface Question {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string | undefined;
  readonly purpose?: string | undefined;
}

/** What came of a question: the hub's answer, or why there is none. */
export type Outcome =
  | {
      readonly kind: "answered";
      readonly data: Record<string, unknown> | null | undefined;
      readonly errors: readonly HubError[];
    }
  | { readonly kind: "expired" | "unreachable" };

/** Asks the hub that served this page, as any client would; once more where the token had expired and was renewed. */
export async function ask(session: Session, question: Question): Promise<Outcome> {
  try {
    const token = session.token();
    let response = await send(token, question);
    if (response.status === 401 && (await session.renew(token))) response = await send(session.token(), question);
    if (response.status === 401) return { kind: "expired" };
    const { data, errors = [] } = body.parse(await response.json());
    return { kind: "answered", data, errors };
  } catch {
    // No network, no hub, or a proxy that answers in the hub's place.
    return { kind: "unreachable" };
  }
}

const send = (token: string, { purpose, ...question }: Question): Promise<Response> =>
  fetch("/graphql", {
    method: "POST",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      ...(purpose ? { "x-hub-purpose": purpose } : {}),
    },
    body: JSON.stringify(question),
  });

const viewer = z.object({
  viewer: z.object({
    name: z.string().nullable(),
    role: z.string(),
    post: z.string(),
    postZh: z.string(),
    agency: z.object({ name: z.string() }).nullable(),
    mayState: z.array(z.object({ purpose: z.string(), purposeZh: z.string() })),
  }),
});

/** Who somebody is to the hub, and what for they may ask. */
export type Viewer = z.infer<typeof viewer>["viewer"];

export async function whoIs(session: Session): Promise<Viewer | Exclude<Outcome, { kind: "answered" }>> {
  const outcome = await ask(session, {
    query: "query WhoAmI { viewer { name role post postZh agency { name } mayState { purpose purposeZh } } }",
  });
  return outcome.kind === "answered" ? viewer.parse(outcome.data).viewer : outcome;
}

const expectations = z.object({
  viewer: z.object({
    can: z.array(
      z.object({ coordinate: z.string(), level: z.string(), conditions: z.array(z.string()), reason: z.string() }),
    ),
  }),
});

/** What a field may show to somebody, and why not more. */
export type Expectation = z.infer<typeof expectations>["viewer"]["can"][number];

export async function expect(
  session: Session,
  coordinates: readonly string[],
  purpose: string | undefined,
): Promise<readonly Expectation[]> {
  const query =
    "query WhyNull($coordinates: [String!]!) { viewer { can(coordinates: $coordinates) { coordinate level conditions reason } } }";
  const outcome = await ask(session, { query, variables: { coordinates }, purpose });
  return outcome.kind === "answered" && outcome.data ? expectations.parse(outcome.data).viewer.can : [];
}
