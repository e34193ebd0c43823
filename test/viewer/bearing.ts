import { createTokenVerifier, type TokenVerifierOptions } from "../../src/viewer/token.js";

/** Checks tokens as a header bears them. */
export function bearing(options: TokenVerifierOptions) {
  const verify = createTokenVerifier(options);
  return (token: string) => verify(`Bearer ${token}`);
}
