export { assertRedacted } from "./redaction.js";
export { OpinionAlert, OpinionLevel, OpinionStatus, OpinionTopic } from "./record.js";
export { OpinionQueries } from "./queries.js";
