import { badUserInput } from "../errors.js";
import { isRecordType } from "../store/record-types.js";
import { SET_VIEWER, viewerSettings } from "../store/viewer-settings.js";
import { conflict } from "./conflict.js";
import { outcomeBefore, rememberOutcome } from "./idempotency.js";
import { agenciesByCode, fileOf, type ImportReport, importWithin, titlesOf, type Written } from "./import/index.js";
import type { Answered, Work } from "./on-record.js";

/** What of a register is to be taken. */
export interface Brought {
  readonly register: string;
  readonly complete: boolean;
  readonly acceptValid: boolean;
}

/** What an import would do, or has done. */
export type Outcome = Omit<ImportReport, "register" | "dryRun"> & { readonly digest: string };

/**
 * A register of the viewer's agency, as its own system brings it.
 * @param bytes  CSV
 * @param plan   what was planned, and the key under which the request may come again; null: plan it
 * @throws Mistake BAD_USER_INPUT no such register; CONFLICT the plan no longer holds; IDEMPOTENCY_MISMATCH
 */
export async function bring(
  work: Work,
  bytes: Buffer,
  what: Brought,
  plan: { readonly digest: string; readonly key: string | undefined } | null,
): Promise<Answered<Outcome>> {
  const request = plan && work.retriable(plan.key);
  const before = request && (await outcomeBefore<Outcome>(work.manager, request));
  if (before) return { answer: before, shown: [] };

  const { outcome, holds, wrote, about } = await importInto(work, bytes, what, plan?.digest ?? null);
  if (request && wrote) await rememberOutcome(work.manager, request, outcome);
  return {
    answer: holds ? outcome : conflict("The import would do something else than was planned", "导入结果与计划不再一致"),
    shown: about.flatMap(({ type, id }) => (isRecordType(type) ? [{ type, key: id, groups: {} }] : [])),
    wrote,
  };
}

/** @param plan  digest of the only outcome that may be written; null: none */
async function importInto(work: Work, bytes: Buffer, what: Brought, plan: string | null) {
  const { manager, viewer, policy, ids } = work;
  const file = await fileOf(bytes);
  const agency = await codeOf(work);
  const written: Written[] = [];
  const noted: Written[] = [];
  // The import is bound to what the agency's registers are about; what comes after it to the viewer again.
  await manager.query("SAVEPOINT import");
  const {
    register,
    dryRun: _,
    ...report
  } = await importWithin(
    manager,
    {
      policy,
      ids,
      file,
      ...what,
      agency,
      titles: titlesOf(work.settings.registers, agency, what.register),
      dryRun: plan === null,
      demo: work.settings.demo ? { seed: 0 } : undefined,
      writes: (group) => work.mayWrite(group),
    },
    {
      async written(_manager, records) {
        written.push(...records);
      },
      noted(minors) {
        noted.push(...minors.map((id) => ({ type: "Minor", id })));
      },
    },
  );
  const { errors, changes, written: _written, ...counts } = report;
  const planned = [viewer.agency.id, register, what, file.hash, policy.version, policy.hash, counts, changes, errors];
  const digest = ids.digest(JSON.stringify(planned)).toString("hex");
  const holds = plan === null || plan === digest;
  const wrote = holds && report.written;
  if (!wrote) await manager.query("ROLLBACK TO SAVEPOINT import");
  await manager.query(SET_VIEWER.text, [...viewerSettings(work.reach)]);
  return { outcome: { ...report, digest }, holds, wrote, about: [...noted, ...(wrote ? written : [])] };
}

/** Operator's code of the viewer's agency. */
async function codeOf({ manager, viewer }: Work): Promise<string> {
  for (const { id, code } of (await agenciesByCode(manager)).values()) if (id === viewer.agency.id) return code;
  throw badUserInput(
    "input",
    "Your agency does not stand in the operator's register",
    "运维方登记表中没有贵单位",
    "Ask the operator to import the register agencies",
  );
}
