import { demoOf, runAgency } from "minors-hub-agency-kit";
import { STATION } from "./records.js";

// In demo mode an empty database is filled with invented people; a real agency imports its own.
await runAgency({ ...STATION, asOwner: demoOf("rescue-station-yunling", new URL("../demo/", import.meta.url)) });
