import { Refusal } from "../../src/errors.js";

/** What a refused caller gets to see: status and bytes. Anything but a refusal fails the test. */
export async function refusalOf(answer: Promise<unknown>): Promise<string> {
  const error = await answer.then(
    (value) => Promise.reject(new Error(`not refused: ${JSON.stringify(value)}`)),
    (reason: unknown) => reason,
  );
  if (!(error instanceof Refusal)) throw error;
  return JSON.stringify(error);
}

/** The one answer to everybody whom the hub does not know. */
export const UNAUTHENTICATED = JSON.stringify({
  message: "A valid access token of a registered user or system is required",
  extensions: {
    code: "UNAUTHENTICATED",
    messageZh: "需要已登记人员或系统的有效访问令牌",
    remedy: "Authorization: Bearer <access token>",
    http: { status: 401 },
  },
});
