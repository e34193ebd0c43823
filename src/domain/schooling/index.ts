export { Enrolment, SchoolClass, SchoolStage } from "./record.js";
