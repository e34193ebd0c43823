export { MinorSchooling } from "./contributed.js";
export { Enrolment, SchoolClass, SchoolStage } from "./record.js";
