import type { TypedDocumentString } from "./generated/graphql";

/** What the hub says when it does not answer. There is nothing about a child in it. */
export interface HubError {
  readonly message: string;
  readonly extensions: {
    readonly code: string;
    readonly messageZh?: string;
    readonly remedy?: string | { readonly kind: string; readonly purposes?: readonly string[] };
  };
}

/** The question was refused as a whole, and nothing was shown. */
export class Refused extends Error {
  constructor(readonly errors: readonly HubError[]) {
    super(errors.map(({ message }) => message).join("; "));
  }
}

export interface Caller {
  /** "http://127.0.0.1:4000" */
  readonly hub: string;
  readonly token: string;
  /** What for, e.g. LEFT_BEHIND_CARE: on record with every answer. */
  readonly purpose: string;
}

/**
 * Asks the hub one question, whose variables and answer have types of their own.
 * @throws Refused with code, text and remedy of each error
 */
export async function ask<Result, Variables>(
  { hub, token, purpose }: Caller,
  question: TypedDocumentString<Result, Variables>,
  variables: Variables,
): Promise<Result> {
  const response = await fetch(`${hub}/graphql`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json", "x-hub-purpose": purpose },
    body: JSON.stringify({ query: question, variables }),
  });
  const { data, errors }: { data?: Result | null; errors?: HubError[] } = await response.json();
  if (!data || errors) throw new Refused(errors ?? []);
  return data;
}
