export { Enrolment, SchoolClass, SchoolStage } from "./record.js";
export { MinorSchooling } from "./contributed.js";
