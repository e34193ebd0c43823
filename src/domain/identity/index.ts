export { MatchIdentity } from "./match.js";
export { MergeMinors } from "./merge.js";
export { IdentityQueries } from "./queries.js";
