export { OpinionCommands } from "./commands.js";
export { COUNTED } from "./counted.js";
export { OpinionQueries } from "./queries.js";
export { OpinionAlert, OpinionLevel, OpinionStatus, OpinionTopic } from "./record.js";
export { assertRedacted } from "./redaction.js";
