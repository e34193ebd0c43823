import type { EntityManager } from "typeorm";
import { type InvolvementKind, involvementKey } from "../../facts/keys.js";
import { RECORD_TYPES } from "../../store/record-types.js";
import { SET_VIEWER, viewerSettings } from "../../store/viewer-settings.js";
import type { KnownAgency } from "./known.js";

/**
 * Binds the transaction to what the agency's registers are about: records that it made or takes part in, and edges
 * that only a named person may see - its own people, who are named in its register.
 */
export async function reachOfRegisters(manager: EntityManager, agency: KnownAgency): Promise<void> {
  const people = await manager.query<{ no: string }[]>("SELECT no::text FROM person WHERE agency = $1", [agency.id]);
  const keys = [
    ...keysOf(agency.no, false, ["SOURCE", "PART"]),
    ...people.flatMap(({ no }) => keysOf(no, true, ["NAMED", "ASSIGNED"])),
  ];
  await manager.query(
    SET_VIEWER.text,
    viewerSettings({
      keys: new Map(["all", ...RECORD_TYPES].map((type) => [type, keys])),
      places: new Map(),
      agency: agency.id,
      asker: "import",
    }),
  );
}

const keysOf = (no: string, isPerson: boolean, kinds: readonly InvolvementKind[]): bigint[] =>
  kinds.flatMap((kind) => [false, true].map((timed) => involvementKey(no, isPerson, kind, 0, timed)));
