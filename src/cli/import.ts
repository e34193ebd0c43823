import { accessSync, constants } from "node:fs";
import { SingleBar } from "cli-progress";
import type { Command } from "commander";
import type { DataSource } from "typeorm";
import {
  type Along,
  fileAt,
  type ImportReport,
  importRegister,
  REGISTERS,
  type RegisterFile,
  titlesOf,
} from "../change/import/index.js";
import { TOWNSHIP_SEED } from "../change/township/generate.js";
import { type HubConfig, readConfig } from "../config.js";
import { importLog } from "../disclosure/by-program.js";
import {
  activateIn,
  checkActivated,
  checkIdKey,
  idCipherOf,
  policyInForce,
  storeConfigOf,
} from "../server/foundation.js";
import { prepare, Store } from "../store/store.js";
import { Misuse } from "./exit.js";
import { Rejects } from "./rejects.js";

interface Options {
  readonly agency?: string;
  readonly dryRun?: boolean;
  readonly acceptValid?: boolean;
  readonly complete?: boolean;
  readonly json?: boolean;
}

/** Brings a file in, and tells along the way how far it is. */
type Bring = (
  config: HubConfig,
  register: string,
  file: RegisterFile,
  options: Options,
  along: Along,
) => Promise<ImportReport>;

export function add(program: Command): void {
  addImport(program, runImport)
    .option("--agency <code>", "whose register it is; leave it out for the operator's own")
    .addHelpText(
      "after",
      `\nRegisters: ${REGISTERS.map(({ name }) => name).join(", ")}` +
        "\nExample: hub import roster roster.xlsx --agency school-jinyuan-1 --dry-run",
    );
}

/** `import`: of the hub, or of an agency that keeps records at home. */
export const addImport = (program: Command, bring: Bring): Command =>
  program
    .command("import <register> <file>")
    .description("import a register from a CSV or XLSX file: all of it or nothing. 导入登记表(CSV或XLSX)")
    .option("--dry-run", "say what would be new, changed, ended and refused, and write nothing")
    .option("--accept-valid", "write the rows that can be taken; the others go to <file>.rejects.csv")
    .option("--complete", "the file is the whole register: what has no row in it any more ends")
    .option("--json", "JSON lines for programs: progress, change, error, and report at the end")
    .action(async (register: string, path: string, options: Options) => {
      const config = readConfig();
      const file = await readable(path);
      const rejects = options.acceptValid && !options.dryRun ? new Rejects(path) : undefined;
      const progress = options.json ? inLines : bar(file);
      try {
        const report = await bring(config, register, file, options, {
          read: progress.read,
          ...(rejects ? { refused: rejects.add.bind(rejects) } : {}),
        });
        progress.stop();
        const kept = report.written ? (rejects?.keep() ?? null) : null;
        if (!report.written) rejects?.drop();
        console.log(options.json ? asLines(report, kept) : inWords(report, path, kept));
        if (report.refused > 0) process.exitCode = 1;
      } catch (error) {
        progress.stop();
        rejects?.drop();
        throw error;
      }
    });

/** The operator's registers are written by the login that owns the tables, an agency's under row security. */
async function runImport(
  config: HubConfig,
  register: string,
  file: RegisterFile,
  { agency, dryRun = false, acceptValid = false, complete = false }: Options,
  along: Along,
): Promise<ImportReport> {
  const { activation } = await policyInForce(config);
  const { policy } = activation;
  const ids = idCipherOf(config);
  const titles = titlesOf(config.registers, agency, register);
  const into = (database: DataSource) =>
    importRegister(
      database,
      {
        policy,
        register,
        file,
        agency,
        titles,
        dryRun,
        acceptValid,
        complete,
        ids,
        demo: config.demo ? { seed: TOWNSHIP_SEED } : undefined,
      },
      {
        ...along,
        ...importLog(ids, {
          policy,
          client: "hub import",
          agency: agency ?? "operator",
          operation: ids.digest(file.hash).toString("hex"),
          operationName: `import ${register}`,
        }),
      },
    );

  const ready = async (owner: DataSource) => {
    await checkIdKey((sql, params) => owner.query(sql, params), ids, config);
    await activateIn(owner, activation);
  };
  if (agency === undefined)
    return prepare(storeConfigOf(config), async (owner) => {
      await ready(owner);
      return into(owner);
    });
  const store = await Store.open(storeConfigOf(config), ready);
  try {
    await checkActivated(store, activation);
    return await into(store.dataSource);
  } finally {
    await store.close();
  }
}

async function readable(path: string): Promise<RegisterFile> {
  try {
    accessSync(path, constants.R_OK);
    return await fileAt(path);
  } catch (error) {
    throw new Misuse(`${path} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}

interface Progress {
  readonly read: (rows: number) => void;
  readonly stop: () => void;
}

const inLines: Progress = {
  read: (rows) => console.log(JSON.stringify({ type: "progress", rows })),
  stop: () => {},
};

/** Nothing where nobody looks: cli-progress draws on a terminal only. */
function bar({ lines }: RegisterFile): Progress {
  const bar = new SingleBar({
    format: "{bar} {value} of about {total} rows, {duration_formatted}",
    stopOnComplete: false,
  });
  bar.start(Math.max(1, lines - 1), 0);
  return { read: (rows) => bar.update(rows), stop: () => bar.stop() };
}

function asLines({ changes, errors, ...report }: ImportReport, rejects: string | null): string {
  return [
    ...changes.map((change) => ({ type: "change", ...change })),
    ...errors.map((error) => ({ type: "error", ...error })),
    { type: "report", ...report, rejects },
  ]
    .map((line) => JSON.stringify(line))
    .join("\n");
}

function inWords(report: ImportReport, path: string, rejects: string | null): string {
  const { register, dryRun, changes, errors, refused, ended } = report;
  const counts = `${report.new} new, ${report.changed} changed, ${report.unchanged} as before, ${ended} ended, ${refused} refused`;
  const outcome = dryRun ? " (dry run: nothing is written)" : report.written ? "" : " (nothing is written)";
  const unlisted = report.new + report.changed + ended - changes.length;
  return [
    ...(dryRun
      ? changes.map(({ happening, line, key }) => `${happening} ${key}${line === null ? "" : ` (line ${line})`}`)
      : []),
    ...(dryRun && unlisted > 0 ? [`and ${unlisted} more`] : []),
    ...errors.map(
      ({ line, column, code, message, messageZh, remedy }) =>
        `${path}:${line}${column === null ? "" : ` ${column}`}: ${code} ${message}. ${messageZh}。 Remedy: ${remedy}`,
    ),
    `${register}: ${counts}${outcome}`,
    ...(rejects === null ? [] : [`Refused rows are in ${rejects}: correct them there, and import that file as it is`]),
  ].join("\n");
}
