export { AgeBand } from "./age.js";
export { CareCategory, EntrustedCare, Guardian, Minor, Sex } from "./record.js";
