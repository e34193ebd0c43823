import { existsSync } from "node:fs";
import { OPERATOR_ID } from "../../change/import/index.js";
import { idCipherOf } from "../foundation.js";
import { type Checks, ok, type Patient, red } from "./finding.js";

/** Tables that hold nothing about a child: the directory, the policy, and what the hub keeps about itself or has published. */
export const OPEN_TABLES = [
  "agency",
  "agency_duty",
  "assertion_seen",
  "client",
  "disclosure_segment",
  "disclosure_unsealed",
  "division",
  "edge_opening",
  "id_key",
  "migration",
  "person",
  "policy_row",
  "policy_started",
  "record_type",
  "statistics_cell",
  "statistics_month",
  "statistics_source",
];
/** Rows of other tables that hold nothing about a child either: the operator's codes of agencies. */
export const OPEN_ROWS: Readonly<Record<string, string>> = {
  register_key: `(agency = '${OPERATOR_ID}' AND register = 'agencies')`,
};
/** Views of the keeper's that ask themselves whether the viewer sees the record. */
const OWN_WALL = ["hub_keeping"];

const MIGRATE = ["Run `db migrate` with DATABASE_MIGRATION_URL", "请以迁移账号运行 db migrate"] as const;
const REINIT = [
  "Run `db init`, which makes logins that may no more than they need",
  "请运行 db init 重建账号权限",
] as const;

/** What must hold of the database wherever it stands: of one that was restored, too. */
export const walls: Checks<Pick<Patient, "config" | "store">> = {
  async migrations({ store }) {
    const run = new Set((await store.query<{ name: string }>("SELECT name FROM migration")).map(({ name }) => name));
    const known = store.dataSource.migrations.flatMap(({ name }) => name ?? []);
    const missing = known.filter((name) => !run.has(name));
    if (missing.length > 0) return red([`${missing.join(", ")} did not run`, `缺少迁移 ${missing.length} 项`], MIGRATE);
    return run.size > known.length
      ? red(
          ["The database was migrated by a newer version", "数据库版本高于本程序"],
          ["Start the newer version", "请启动新版本程序"],
        )
      : ok(`All ${known.length} have run`, `已执行 ${known.length} 项`);
  },

  async login({ store }) {
    const mighty = await store.query<{ name: string }>(
      // The session of the embedded database is its only user's, who has become the serving login.
      `SELECT r.rolname AS name FROM pg_roles r
        WHERE r.rolname IN (current_user, CASE WHEN $1 THEN current_user ELSE session_user END)
          AND (r.rolsuper OR r.rolbypassrls OR r.rolcreaterole OR r.rolreplication
               OR pg_has_role(r.oid, 'hub_keeper', 'MEMBER') OR pg_has_role(r.oid, 'hub_statistics', 'MEMBER')
               OR EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid AND c.relnamespace = 'public'::regnamespace)
               OR EXISTS (SELECT FROM pg_database d WHERE d.datdba = r.oid AND d.datname = current_database())
               OR has_schema_privilege(r.oid, 'public', 'CREATE'))`,
      [store.kind === "embedded"],
    );
    const doors = await store.query<{ name: string }>(
      "SELECT rolname AS name FROM pg_roles WHERE rolname IN ('hub_app', 'hub_keeper', 'hub_statistics') AND rolcanlogin",
    );
    if (mighty.length > 0) return red(["The serving login owns or may more than it needs", "服务账号权限过大"], REINIT);
    return doors.length > 0
      ? red(
          [`${doors.map(({ name }) => name).join(", ")} can log in`, "内部角色可登录"],
          ["ALTER ROLE ... NOLOGIN", "请执行 ALTER ROLE ... NOLOGIN"],
        )
      : ok("The serving login owns nothing and bypasses nothing", "服务账号不拥有也不绕过任何对象");
  },

  async "row-security"({ store }) {
    const open = await store.query<{ name: string }>(
      `SELECT c.relname AS name
         FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relname <> ALL ($1::text[])
          AND CASE WHEN c.relkind IN ('r', 'p')
                   THEN NOT (c.relrowsecurity AND c.relforcerowsecurity)
                        OR has_any_column_privilege(c.oid, 'SELECT')
                           AND NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polpermissive AND p.polcmd IN ('*', 'r')
                                              AND 'hub_app'::regrole = ANY (p.polroles))
                        OR EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polpermissive
                                      AND (0 = ANY (p.polroles) OR 'hub_app'::regrole = ANY (p.polroles) AND pg_get_expr(p.polqual, c.oid) = 'true'))
                   WHEN c.relkind IN ('v', 'm')
                   THEN has_any_column_privilege(c.oid, 'SELECT') AND NOT coalesce(c.reloptions::text ~* 'security_invoker=(true|on|1)', false)
                   ELSE false END
        ORDER BY c.relname`,
      [[...OPEN_TABLES, ...OWN_WALL]],
    );
    const names = open.map(({ name }) => name).join(", ");
    return open.length === 0
      ? ok("Enabled, forced, and with a policy on every table about persons", "所有涉及个人的表均强制行级安全")
      : red(
          [`Not in force on ${names}`, `未对以下表强制:${names}`],
          ["Restore the tables as the migrations make them; see who altered them", "请按迁移脚本恢复并查明改动者"],
        );
  },

  async "log-append-only"({ store }) {
    const [may] = await store.query<{ change: boolean }>(
      `SELECT (has_table_privilege('disclosure_segment', 'UPDATE') OR has_table_privilege('disclosure_segment', 'DELETE')
               OR has_table_privilege('disclosure_segment', 'TRUNCATE') OR has_table_privilege('disclosure_unsealed', 'UPDATE')) AS change`,
    );
    return !may?.change
      ? ok("The serving login can add to the log, and change nothing in it", "服务账号只能追加日志")
      : red(
          ["The serving login may change the disclosure log", "服务账号可改动披露日志"],
          ["REVOKE UPDATE, DELETE, TRUNCATE ON disclosure_segment FROM hub_app", "请收回相应权限"],
        );
  },

  async "id-key"({ store, config }) {
    const [key] = await store.query<{ fingerprint: string }>("SELECT fingerprint FROM id_key");
    const { file } = config.keys;
    // Asked first: the cipher would make a key where there is none.
    if (!existsSync(file))
      return key
        ? red(
            [`${file} is missing, and the database has ids`, `缺少 ${file}`],
            ["Put the key back that was kept with the backups", "请从备份恢复标识密钥"],
          )
        : ok("Database and key are new", "数据库与密钥均为新建");
    return !key || key.fingerprint === idCipherOf(config).fingerprint
      ? ok("The id key is this database's", "标识密钥与数据库相符")
      : red(
          [`The key in ${file} is not this database's`, "标识密钥与数据库不符"],
          ["Put the key back that was kept with the backups", "请从备份恢复标识密钥"],
        );
  },
};
