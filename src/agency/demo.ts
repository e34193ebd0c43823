import { readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { fileAt, importWithin } from "../change/import/index.js";
import { TOWNSHIP_SEED } from "../change/township/generate.js";
import { loadAgency, TownshipRefused } from "../change/township/load.js";
import { readConfig } from "../config.js";
import { feedsAtHome } from "../policy/home.js";
import { loadPolicy } from "../policy/load.js";
import type { AgencyDefinition } from "../server/agency.js";
import { homeRegisters } from "./import.js";

/**
 * For `AgencyDefinition.asOwner`: in demo mode, fills an empty database with an agency of the demo township and what it keeps
 * at home. All people are invented.
 * @param code   of the agency in examples/township
 * @param folder one file a table of the agency's own, as it would import it
 */
export const demoOf =
  (code: string, folder: URL): NonNullable<AgencyDefinition["asOwner"]> =>
  async (owner, ids) => {
    const { demo, policy: where } = readConfig();
    if (!demo) return;
    const policy = await loadPolicy(where.directory);
    const registers = homeRegisters(owner);
    await loadAgency(owner, { policy, ids, code }, async (manager) => {
      for (const path of (await readdir(folder)).sort()) {
        const register = path.replace(/\.csv$/, "");
        const file = await fileAt(fileURLToPath(new URL(path, folder)));
        const how = { feeds: feedsAtHome, demo: { seed: TOWNSHIP_SEED } };
        const what = { policy, ids, registers, register, file, agency: code, ...how };
        const { errors } = await importWithin(manager, what);
        if (errors.length > 0) throw new TownshipRefused(path, errors);
      }
    });
  };
