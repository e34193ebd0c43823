import type { HubConfig } from "../../config.js";
import { Fault } from "../../errors.js";
import { causeOf } from "../format.js";
import { type Checks, type Finding, type Found, type Patient, red } from "./finding.js";
import { federated, gateway, issuer, keys } from "./keys.js";
import { log } from "./log.js";
import { explorer, machine } from "./machine.js";
import { database, server } from "./server.js";
import { walls } from "./walls.js";

/** What can be looked at without a database. */
export const examineMachine = (config: HubConfig, stopping?: AbortSignal): Promise<Finding[]> =>
  each({ ...machine, ...explorer, ...keys, ...federated, ...issuer }, config, stopping);

/** Every check of a gateway, which keeps nothing but its key. */
export const examineGateway = (config: HubConfig, stopping?: AbortSignal): Promise<Finding[]> =>
  each({ ...gateway, ...issuer }, config, stopping);

/**
 * Every check, of a hub that serves or could. Changes nothing.
 * @throws Fault DATABASE_UNAVAILABLE in the middle of it
 */
export async function examine(patient: Patient, stopping?: AbortSignal): Promise<Finding[]> {
  const checks = { ...database, ...server, ...walls, ...log };
  return [...(await examineMachine(patient.config, stopping)), ...(await each(checks, patient, stopping))];
}

/** Of a database that was restored, whatever machine and policy it is on. */
export const examineRestored = (restored: Pick<Patient, "config" | "store">): Promise<Finding[]> =>
  each(walls, restored);

/** @param stopping no further check is made then. @throws Fault DATABASE_UNAVAILABLE */
export async function each<Of>(
  checks: Checks<Of>,
  of: Of,
  stopping = new AbortController().signal,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [check, find] of Object.entries(checks)) {
    if (stopping.aborted) break;
    findings.push({ check, ...(await find(of, stopping).catch(unlessGone)) });
  }
  return findings;
}

function unlessGone(error: unknown): Found {
  if (error instanceof Fault && error.code === "DATABASE_UNAVAILABLE") throw error;
  return unforeseen(error);
}

/** An error that the start would end with says itself what is wrong; of others only the kind, for a driver quotes rows. */
export function unforeseen(error: unknown): Found {
  if (error instanceof Error && "exitCode" in error) return red([error.message, error.message], ["As it says", "见上"]);
  const kind = JSON.stringify({ ...causeOf(error), stack: undefined });
  return red(
    [`It could not be checked: ${kind}`, `无法检查:${kind}`],
    ["See whether the database answers", "请检查数据库是否可用"],
  );
}
