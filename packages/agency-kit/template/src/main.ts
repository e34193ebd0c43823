import { runAgency } from "minors-hub-agency-kit";
import { __Type__, Minor } from "./records.js";

await runAgency({
  role: "__ROLE__",
  // Types = tables = groups: what is not listed is neither asked for nor shown.
  types: [Minor, __Type__],
  migrations: new URL("../migrations/", import.meta.url),
});
