export { MatchIdentity } from "./match.js";
export { IdentityQueries } from "./queries.js";
