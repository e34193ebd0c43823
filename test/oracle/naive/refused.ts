import { GraphQLError } from "graphql";
import type { NeedsGuard } from "../../../src/policy/coordinates.js";
import type { Asker } from "../../../src/policy/decide.js";

/** An answer without data: nothing was run. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly errors: readonly GraphQLError[],
  ) {
    super(errors.map(({ message }) => message).join("\n"));
  }
}

/** What the hub says, in its words: code, message, and the place in the question. */
export const said = (code: string, message: string, path?: readonly (string | number)[]) =>
  new GraphQLError(message, { extensions: { code }, path: path ?? null });

export const fieldNotShared = ({ role, post, purpose }: Asker, coordinate: string, path?: readonly string[]) =>
  said(
    "FIELD_NOT_SHARED",
    `${coordinate} is not shared with ${role} (${post.post}) for ${purpose?.purpose ?? "no purpose"}`,
    path,
  );

export const rightMissing = ({ may }: NeedsGuard, coordinate: string, path: readonly string[]) =>
  said("FIELD_NOT_SHARED", `${coordinate} takes a post with the right ${may}`, path);

/** Where a mask is all that can be shown, the field is shared and its content is not compared. */
export const notCompared = ({ role, post, purpose }: Asker, coordinate: string, path: readonly string[]) =>
  said(
    "FIELD_NOT_SHARED",
    `${coordinate} is shown to ${role} (${post.post}) for ${purpose?.purpose ?? "no purpose"} masked at most, and is no key for a filter or an order`,
    path,
  );

export const notFound = () => said("NOT_FOUND_OR_NOT_SHARED", "No such record, or none that is shared with you");

export const badInput = (message: string) => new Refused(400, [said("BAD_USER_INPUT", message)]);
