import { randomUUID } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { GraphQLError, type GraphQLSchema, isObjectType } from "graphql";
import { z } from "zod";
import { agenciesByCode } from "../change/import/index.js";
import { type HubConfig, readConfig } from "../config.js";
import { badUserInput } from "../errors.js";
import { namesGivenIn } from "../federation/agency-names.js";
import { documentIn } from "../federation/agency-sdl.js";
import { isNameOfAgency, NAME_OF_AGENCY } from "../federation/hub-subgraph.js";
import { fedInVain, keptBy, notKept, TIED_TO_NOBODY } from "../federation/kept.js";
import { type Policy, type PolicyRow, ROLES, type Role } from "../policy/policy.js";
import { kebab } from "../server/demo-people.js";
import { checkIdKey, idCipherOf, type PolicyInForce, policyInForce, storeConfigOf } from "../server/foundation.js";
import { Store } from "../store/store.js";
import { alignedTable } from "./table.js";

interface Options {
  readonly role: string;
  readonly name: string;
  readonly row?: string;
}

export function add(program: Command): void {
  const agency = program.command("agency").description("an agency that keeps its records at home. 部门子图");
  agency
    .command("init <folder>")
    .description("make the subgraph of an agency: one table, ready to be built and started. 新建部门子图")
    .requiredOption("--role <role>", "what the agency is, in the policy")
    .requiredOption("--name <name>", "as the hub is to know its subgraph")
    .option("--row <row>", "policy row of what it keeps; the first that it may, if none is named")
    .addHelpText("after", "\nExample: hub agency init ../school --role SCHOOL --name school --row R13")
    .action(async (folder: string, options: Options) => {
      const config = readConfig();
      const inForce = await policyInForce(config);
      const { row } = scaffold(inForce, folder, options, joinedIn(config, inForce.plain));
      console.log(
        `${folder} keeps ${row.row} (${row.group}, ${row.groupZh}). Next: its README.md. 下一步见其 README.md。`,
      );
    });
  agency
    .command("list")
    .description("print the agencies that the hub knows, with their ids for federation.agencies. 部门清单")
    .addHelpText("after", "\nExample: hub agency list      (the embedded database only while its hub is stopped)")
    .action(async () => console.log(await listed()));
}

/** Code, kind, name and global id of each, for federation.agencies. */
async function listed(): Promise<string> {
  const config = readConfig();
  const ids = idCipherOf(config);
  return Store.asItIs(storeConfigOf(config), async (store) => {
    await checkIdKey((sql, params) => store.query(sql, params), ids, config);
    const agencies = [...(await agenciesByCode(store.dataSource.manager)).values()];
    return alignedTable([
      ["CODE", "KIND", "ID", "NAME"],
      ...agencies.map(({ code, kind, id, name }) => [code, kind, ids.encode("Agency", id), name]),
    ]);
  });
}

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const KIT = join(ROOT, "packages/agency-kit");
const isRepository = existsSync(join(KIT, "package.json"));

/**
 * Makes a project of the kit's template: the whole of it or nothing.
 * @param hub    its policy, and its schema, of which no name is to be given twice
 * @param joined subgraphs that there are: `joinedIn`
 * @returns the row of what it keeps
 * @throws Mistake BAD_USER_INPUT: folder, role, name, or a row that is not this role's to keep at home
 */
export function scaffold(
  { activation: { policy }, plain }: PolicyInForce,
  folder: string,
  options: Options,
  joined: ReadonlyMap<string, readonly string[]> = new Map(),
): { readonly row: PolicyRow } {
  const { name } = options;
  checkFolder(folder);
  if (!isNameOfAgency(name))
    throw badUserInput("name", `${name} is no name of a subgraph`, "子图名称无效", `Its name: ${NAME_OF_AGENCY}`);
  if (joined.has(name))
    throw badUserInput(
      "name",
      `${name} is a subgraph already, in federation.gateway.subgraphs`,
      "已有同名子图",
      "Choose another name: what is signed for the one would be good for the other",
    );
  const role = roleIn(policy, options.role);
  const row = rowOf(policy, role, options.row);
  const words = wordsFor(row, role, name);
  const given = [words.Type, `Minor.${words.field}`];
  const owners = new Map([["the hub", namesOf(plain)], ...joined]);
  const [owner] = [...owners].find(([, names]) => given.some((one) => names.includes(one))) ?? [];
  if (owner !== undefined)
    throw badUserInput(
      "name",
      `Of ${name} ${given.join(" and ")} would be made, and ${owner} has one of that name`,
      "按此名称生成的类型或字段与已有的重名",
      "Choose another name: to whoever composes two of one name are one",
    );

  // A name that nobody else's folder has.
  const making = `${resolve(folder)}.${randomUUID()}.new`;
  mkdirSync(making, { recursive: true });
  try {
    copy(join(KIT, "template"), making, { ...words, ...toolsFor(making) });
    checkFolder(folder); // somebody else may have made one meanwhile
    renameSync(making, folder);
  } catch (error) {
    rmSync(making, { recursive: true, force: true });
    throw error;
  }
  return { row };
}

/**
 * Subgraphs that there are, and the names that each gives. Of a schema that is not handed in yet, or is none, `hub compose`
 * tells.
 */
export function joinedIn({ federation }: HubConfig, plain: GraphQLSchema): ReadonlyMap<string, readonly string[]> {
  return new Map(
    Object.entries(federation.gateway.subgraphs).map(([name, { schemaFile }]) => {
      const document = existsSync(schemaFile) ? documentIn(readFileSync(schemaFile, "utf8")) : undefined;
      return [name, document instanceof GraphQLError ? [] : namesGivenIn(plain, document)];
    }),
  );
}

/** The hub's, as far as the template gives such. */
function namesOf(plain: GraphQLSchema): readonly string[] {
  const minor = plain.getType("Minor");
  const fields = isObjectType(minor) ? Object.keys(minor.getFields()) : [];
  return [...Object.keys(plain.getTypeMap()), ...fields.map((field) => `Minor.${field}`)];
}

/** @throws Mistake BAD_USER_INPUT there is something already, or no place for it */
function checkFolder(folder: string): void {
  const above = firstThatIs(dirname(resolve(folder)));
  if (!statSync(above).isDirectory())
    throw badUserInput("folder", `${above} is no folder`, "上级路径不是文件夹", "Name a folder that can be made");
  if (existsSync(folder) && !(statSync(folder).isDirectory() && readdirSync(folder).length === 0))
    throw badUserInput("folder", `${folder} is not empty`, "目标文件夹非空", "Name a folder that is new or empty");
}
const firstThatIs = (path: string): string => (existsSync(path) ? path : firstThatIs(dirname(path)));

function roleIn(policy: Policy, text: string): Role {
  const role = ROLES.find((known) => kebab(known) === kebab(text));
  const keepers = ROLES.filter((known) => keptBy(policy, known).length > 0);
  if (role && keepers.includes(role)) return role;
  const others = `Name one of ${keepers.join(", ")}`;
  if (!role) throw badUserInput("role", `The policy knows no role ${text}`, "政策中没有该角色", others);
  const [inVain] = fedInVain(policy, role);
  throw badUserInput(
    "role",
    `${role} keeps nothing at home by the policy${inVain === undefined ? "" : `: ${inVain} is not, for ${TIED_TO_NOBODY}`}`,
    inVain === undefined ? "政策未规定该类单位自行留存的数据" : "中枢无法将该类单位的编号对应到未成年人",
    others,
  );
}

function rowOf(policy: Policy, role: Role, text: string | undefined): PolicyRow {
  const kept = keptBy(policy, role);
  const row = text === undefined ? kept[0] : kept.find((known) => known.row === text);
  if (row) return row;
  const wrong = text !== undefined && policy.rows.has(text) ? notKept(policy, role, text) : undefined;
  throw badUserInput(
    "row",
    wrong ?? `The policy knows no row ${text}`,
    wrong ? "该类单位不得自行留存此类数据" : "政策中没有该行",
    `Name one of ${kept.map(({ row, group }) => `${row} (${group})`).join(", ")}`,
  );
}

/** What stands for the names of the template. */
function wordsFor(row: PolicyRow, role: Role, name: string) {
  // Under a name of its own: another agency may keep the same group.
  const type = `${pascal(name)}Record`;
  const [own] = row.cells.get(role) ?? [];
  return {
    name,
    ROLE: role,
    Type: type,
    field: `${type.charAt(0).toLowerCase()}${type.slice(1)}s`,
    table: type.replace(/(?<!^)[A-Z]/g, (letter) => `_${letter}`).toLowerCase(),
    '"row"': own && own.level !== "F" ? `"${row.row}", { at: "${own.level}" }` : `"${row.row}"`,
    row: row.row,
    meaning: `${row.group.charAt(0).toUpperCase()}${row.group.slice(1)}. ${row.groupZh}`,
    number: String(Date.now()),
  };
}

/** What the project is built with: in a copy of the hub's repository what lies there, else the release that it was tested with. */
function toolsFor(folder: string) {
  const { version, devDependencies } = versionsIn(join(ROOT, "package.json"));
  const from = (there: string, released = "") =>
    isRepository ? `file:${relative(realpathSync(folder), join(ROOT, there))}` : released;
  return {
    kit: from("packages/agency-kit", version),
    typescript: from("node_modules/typescript", devDependencies["typescript"]),
    types: from("node_modules/@types/node", devDependencies["@types/node"]),
  };
}

const pascal = (name: string) =>
  name.replace(/(?:^|-+)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()).replaceAll("-", "");

const versions = z.object({ version: z.string(), devDependencies: z.record(z.string(), z.string()) });
const versionsIn = (file: string) => versions.parse(JSON.parse(readFileSync(file, "utf8")));

function copy(from: string, to: string, words: Readonly<Record<string, string>>): void {
  const named = (text: string) =>
    text.replace(/("?)__([A-Za-z]+)__\1/g, (all, quote: string, word: string) => {
      const whole = quote && words[`"${word}"`];
      return whole || (words[word] === undefined ? all : `${quote}${words[word]}${quote}`);
    });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    // npm leaves a file of this name out of what it packs.
    const target = join(to, named(entry.name).replace(/^gitignore$/, ".gitignore"));
    if (entry.isDirectory()) {
      mkdirSync(target);
      copy(join(from, entry.name), target, words);
    } else writeFileSync(target, named(readFileSync(join(from, entry.name), "utf8")));
  }
}
