export { MinorSchooling } from "./contributed.js";
export { COUNTED } from "./counted.js";
export { Enrolment, SchoolClass, SchoolStage } from "./record.js";
