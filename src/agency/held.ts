import pg from "pg";
import { getMetadataStorage } from "type-graphql";
import { type DataSource, type EntityMetadata, type EntityTarget, type ObjectLiteral, QueryFailedError } from "typeorm";
import type { ColumnMetadata } from "typeorm/metadata/ColumnMetadata.js";
import {
  type Column,
  day,
  insertRows,
  key as keyText,
  list,
  member,
  optional,
  type Parser,
  pastMoment,
  type Register,
  recordOf,
  recordsOfNumbers,
  required,
  type Said,
  text,
  whole,
  yesOrNo,
} from "../change/import/index.js";

type Cell = string | number | boolean | null | readonly string[];
/** Columns of a table as a file has them. */
type Columns = Readonly<Record<string, Column<Cell>>>;

/** A table that the agency keeps cannot be filled from files. Names table, column and rule. */
export class TableUnfit extends Error {
  readonly code = "TABLE_UNFIT";
  readonly exitCode = 2;
  constructor(at: string, rule: string, ruleZh: string) {
    super(`${at}: ${rule}. ${ruleZh}。`);
  }
}

/** The pupil, client or whoever the row is of: the number that the agency gives. */
const MINOR = "minor";

/**
 * A register of each table that an agency keeps of its minors, under the table's name. Columns are the table's: what may be
 * null may be empty, an enum takes its words in both languages, and who fills a cell must feed its `@Group`. The number of
 * a row is the minor's where each has one row, or made of the columns that are unique together, the minor among them; where
 * none are, the file has a column `key`.
 * @throws TableUnfit
 */
export const heldRegisters = (database: DataSource): readonly Register<Columns>[] =>
  database.entityMetadatas.filter((entity) => minorOf(entity)).map((entity) => registerOf(database, entity));

const minorOf = ({ relations, primaryColumns }: EntityMetadata): ColumnMetadata | undefined =>
  relations.find(({ inverseEntityMetadata }) => inverseEntityMetadata.tableName === "minor")?.joinColumns[0] ??
  primaryColumns.find(({ databaseName }) => databaseName === MINOR);

function registerOf(database: DataSource, entity: EntityMetadata): Register<Columns> {
  const table = entity.tableName;
  const unfit = (column: string, rule: string, ruleZh: string) => new TableUnfit(`${table}.${column}`, rule, ruleZh);
  const [primary, ...composite] = entity.primaryColumns;
  const id = primary?.databaseName;
  if ((id !== "id" && id !== MINOR) || composite.length > 0)
    throw unfit("id", "a table of the agency's has one primary column, id or minor", "主键须为 id 或 minor 一列");
  const minor = minorOf(entity);
  if (minor?.databaseName !== MINOR)
    throw unfit(MINOR, "the column that leads to the minor is called minor", "指向未成年人的列名须为 minor");

  const uniques = [...entity.uniques, ...entity.indices.filter(({ isUnique }) => isUnique)].map(({ columns }) =>
    columns.map(({ databaseName }) => databaseName),
  );
  // It would find, and tell of, what another agency that keeps its records here has under the same.
  const across = uniques.find((columns) => !columns.includes(MINOR));
  if (across)
    throw unfit(
      across.join("."),
      "what is unique is so of one minor: add the column minor to it, or give numbers in the file's column key",
      "唯一约束须包含 minor 列,或改用文件的编号列 key",
    );
  const [unique] = uniques;
  const key = id === MINOR ? [MINOR] : (unique ?? ["key"]);
  const own = entity.columns.filter((column) => column !== primary && column !== minor);
  const columns: Record<string, Column<Cell>> = {
    ...(key.includes("key") ? { key: required(keyText) } : {}),
    [MINOR]: required(recordOf("minors")),
    ...Object.fromEntries(own.map((column) => [column.databaseName, columnOf(column)])),
  };
  const group = Object.values(columns).find((column) => column.group)?.group;
  if (group === undefined) throw unfit("id", "a table without a group belongs to nobody", "没有任何列标明信息组");
  const stored = [MINOR, ...own.map(({ databaseName }) => databaseName)];

  return {
    name: table,
    keeper: { writes: group },
    columns,
    key,
    ...(id === "id" ? { record: { type: entity.name, table } } : {}),
    about: ({ minor }) => [{ type: "Minor", id: String(minor) }],
    async existing(items, { manager }) {
      if (id === MINOR || !unique) return new Map();
      const rows = await manager.query<{ number: string; id: string }[]>(
        `SELECT e ->> '#' AS number, t.id
           FROM jsonb_array_elements($1) AS e
          CROSS JOIN LATERAL jsonb_populate_record(NULL::${table}, e) AS n
           JOIN ${table} t ON (${key.map((column) => `t.${column}`)}) = (${key.map((column) => `n.${column}`)})`,
        [JSON.stringify(items.map(({ key: number, row }) => ({ ...row, "#": number })))],
      );
      return new Map(rows.map(({ number, id }) => [number, id]));
    },
    async write({ fresh, changed }, { manager }, refuse) {
      const put = (items: typeof fresh) =>
        insertRows(
          manager,
          table,
          items.map((item) => ({
            ...(id === "id" ? { id: item.id } : {}),
            ...Object.fromEntries(stored.map((column) => [column, item.row[column] ?? null])),
          })),
          `ON CONFLICT (${id}) DO UPDATE SET ${stored.map((column) => `${column} = EXCLUDED.${column}`)}`,
        );
      const all = [...fresh, ...changed];
      if ((await broken(() => put(all))) === null) return;
      // What a rule of the table refuses is told of the row that breaks it.
      for (const item of all) {
        const rule = await broken(() => put([item]));
        if (rule !== null) refuse(item.line, key[0] ?? MINOR, notHeld(rule));
      }

      /** @returns the rule of the table that did not hold; then nothing is written */
      async function broken(work: () => Promise<void>): Promise<string | null> {
        await manager.query("SAVEPOINT held");
        try {
          await work();
          await manager.query("RELEASE SAVEPOINT held");
          return null;
        } catch (error) {
          const rule = ruleOf(error);
          if (rule === undefined) throw error;
          await manager.query("ROLLBACK TO SAVEPOINT held");
          return rule;
        }
      }
    },
    async end(gone, importing) {
      const numbers = gone.map(({ key }) => key);
      const ids =
        id === "id"
          ? gone.map(({ record }) => record)
          : [...(await recordsOfNumbers("minors", numbers, importing)).values()];
      await importing.manager.query(`DELETE FROM ${table} WHERE ${id} = ANY ($1)`, [ids]);
    },
  };

  function columnOf(column: ColumnMetadata): Column<Cell> {
    const { propertyName, databaseName, isNullable, isArray } = column;
    const told = toldOf(entity.target, propertyName);
    if (told.group === undefined)
      throw unfit(databaseName, "has no group: mark the property with @Group(row)", "须用 @Group 标明信息组");
    const about = { group: told.group, titles: told.titles };
    const type = column.relationMetadata ? "" : database.driver.normalizeType(column);
    const words = told.words && member(told.words);
    if (isArray && type === "text") return list(words ?? text, about);
    const parser = words ?? PARSERS[type];
    if (!parser || isArray)
      throw unfit(
        databaseName,
        `is of a type that no file has; use ${Object.keys(PARSERS).join(", ")}`,
        "列类型不能由文件导入",
      );
    return isNullable ? optional(parser, about) : required(parser, about);
  }
}

/** How the text of a cell becomes a value, by type of the column. A day may lie ahead, a moment not. */
const PARSERS: Readonly<Record<string, Parser<string | number | boolean>>> = {
  text: text,
  smallint: whole(0, 32_767),
  integer: whole(0, 2_147_483_647),
  boolean: yesOrNo,
  date: day,
  "timestamp with time zone": pastMoment,
};

/** What the decorators of a property say: its policy row, the words of its enum, its Chinese name. */
function toldOf(target: EntityTarget<ObjectLiteral>, property: string) {
  const { fields, fieldExtensions, enums } = getMetadataStorage();
  const field = fields.find((one) => one.target === target && one.name === property);
  const type = field?.getType();
  const words = enums.find(({ enumObj }) => enumObj === type)?.enumObj;
  const title = field?.description?.slice(field.description.lastIndexOf(". ") + 2).trim();
  const group = fieldExtensions
    .filter((one) => one.target === target && one.fieldName === property)
    .map(({ extensions }): unknown => extensions["group"])
    .find((mark) => typeof mark === "object" && mark !== null && "row" in mark);
  return {
    group: typeof group?.row === "string" ? group.row : undefined,
    words: words && isWords(words) ? words : undefined,
    titles: title ? [title] : [],
  };
}

/** SQLSTATE class 23: the row does not fit the table. @returns constraint or column; undefined for any other error */
function ruleOf(error: unknown): string | undefined {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : undefined;
  if (!(cause instanceof pg.DatabaseError) || !cause.code?.startsWith("23")) return undefined;
  return cause.constraint ?? cause.column ?? cause.code;
}

const notHeld = (rule: string): Said => ({
  code: "CONTRADICTION",
  message: `The row breaks the rule ${rule} of the table`,
  messageZh: `该行不符合数据表规则${rule}`,
  remedy: "Compare the row with what the table may hold",
});

const isWords = (words: object): words is Readonly<Record<string, string>> =>
  Object.values(words).every((word) => typeof word === "string");
