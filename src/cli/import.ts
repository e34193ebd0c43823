import { createHash, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Command } from "commander";
import type { DataSource } from "typeorm";
import { shanghaiTime } from "../calendar.js";
import { type ImportReport, importRegister, REGISTERS } from "../change/import/index.js";
import { TOWNSHIP_SEED } from "../change/township/generate.js";
import { type HubConfig, readConfig } from "../config.js";
import { canonicalJson, type Subject } from "../disclosure/entry.js";
import { insertUnsealed } from "../disclosure/tables.js";
import type { Policy } from "../policy/policy.js";
import {
  activateIn,
  checkActivated,
  checkIdKey,
  idCipherOf,
  policyInForce,
  storeConfigOf,
} from "../server/foundation.js";
import { isIdType } from "../store/global-id.js";
import { prepare, Store } from "../store/store.js";
import { Misuse } from "./exit.js";

interface Options {
  readonly agency?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

export function add(program: Command): void {
  program
    .command("import <register> <file>")
    .description("import a register from a CSV file: all of it or nothing. 导入登记表")
    .option("--agency <code>", "whose register it is; leave it out for the operator's own")
    .option("--dry-run", "say what would happen, and write nothing")
    .option("--json", "the report for programs")
    .addHelpText(
      "after",
      `\nRegisters: ${REGISTERS.map(({ name }) => name).join(", ")}` +
        "\nExample: hub import minors minors.csv --agency school-jinyuan-1 --dry-run",
    )
    .action(async (register: string, file: string, options: Options) => {
      const report = await runImport(readConfig(), register, textOf(file), options);
      console.log(options.json ? JSON.stringify(report, null, 2) : inWords(report, file));
      if (report.refused > 0) process.exitCode = 1;
    });
}

/** The operator's registers are written by the login that owns the tables, an agency's under row security. */
async function runImport(
  config: HubConfig,
  register: string,
  text: string,
  { agency, dryRun = false }: Options,
): Promise<ImportReport> {
  const { activation } = await policyInForce(config);
  const { policy } = activation;
  const ids = idCipherOf(config);
  const into = (database: DataSource) =>
    importRegister(
      database,
      {
        policy,
        register,
        text,
        agency,
        dryRun,
        ids,
        demo: config.demo ? { seed: TOWNSHIP_SEED } : undefined,
      },
      async (manager, written) => {
        const subjects = written.flatMap(({ type, id }) =>
          isIdType(type) ? [{ type, ref: ids.encode(type, id), groups: {} }] : [],
        );
        for (let at = 0; at === 0 || at < subjects.length; at += MOST_SUBJECTS) {
          const line = lineOf(policy, register, text, agency, subjects.slice(at, at + MOST_SUBJECTS));
          await insertUnsealed((sql, params) => manager.query(sql, params), randomUUID(), line);
        }
      },
    );

  const reports: ImportReport[] = [];
  const asOwner = async (owner: DataSource) => {
    await checkIdKey((sql, params) => owner.query(sql, params), ids, config);
    await activateIn(owner, activation);
    if (agency === undefined) reports.push(await into(owner));
  };
  if (agency === undefined && config.database.url !== undefined) await prepare(storeConfigOf(config), asOwner);
  else {
    const store = await Store.open(storeConfigOf(config), asOwner);
    try {
      await checkActivated(store, activation);
      if (agency !== undefined) reports.push(await into(store.dataSource));
    } finally {
      await store.close();
    }
  }
  const [report] = reports;
  if (!report) throw new TypeError("An import reports");
  return report;
}

/** Records that one line of the log names at most. */
const MOST_SUBJECTS = 1_000;

/** Line of the disclosure log; a hub that runs, or the next one, seals it into the chain. */
const lineOf = (
  { version, hash }: Policy,
  register: string,
  text: string,
  agency: string | undefined,
  subjects: readonly Subject[],
): string =>
  canonicalJson({
    requestId: randomUUID(),
    at: shanghaiTime(new Date()),
    person: null,
    client: "hub import",
    agency: agency ?? "operator",
    post: "SYSTEM_ADMIN",
    purpose: null,
    basis: [],
    operation: createHash("sha256").update(text).digest("hex"),
    operationName: `import ${register}`,
    policy: { version, hash },
    subjects,
    kind: "WRITE",
  });

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Misuse(`${file} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}

function inWords({ register, dryRun, refused, errors, ...report }: ImportReport, file: string): string {
  const counts = `${report.new} new, ${report.changed} changed, ${report.unchanged} as before, ${refused} refused`;
  const outcome = dryRun ? " (dry run: nothing is written)" : refused > 0 ? " (nothing is written)" : "";
  return [
    ...errors.map(
      ({ line, column, code, message, messageZh, remedy }) =>
        `${file}:${line}${column === null ? "" : ` ${column}`}: ${code} ${message}. ${messageZh}。 Remedy: ${remedy}`,
    ),
    `${register}: ${counts}${outcome}`,
  ].join("\n");
}
