export { OpinionAlert, OpinionLevel, OpinionStatus, OpinionTopic } from "./record.js";
