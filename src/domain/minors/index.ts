export { AgeBand, civilAge } from "./age.js";
export { type CitizenNumber, citizenNumberCheckDigit, parseCitizenNumber } from "./citizen-number.js";
export { MinorCommands } from "./commands.js";
export { COUNTED } from "./counted.js";
export { MinorQueries } from "./queries.js";
export { CareCategory, EntrustedCare, Guardian, Minor, Sex } from "./record.js";
export { inventedNumber, requireMinor } from "./whole.js";
