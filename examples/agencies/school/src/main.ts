import { demoOf, runAgency } from "minors-hub-agency-kit";
import { SCHOOL } from "./records.js";

// In demo mode an empty database is filled with invented people; a real agency imports its own.
await runAgency({ ...SCHOOL, asOwner: demoOf("school-jinyuan-1", new URL("../demo/", import.meta.url)) });
