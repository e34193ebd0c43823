import "reflect-metadata";
import pg from "pg";
import pino from "pino";
import { SCHOOL } from "../../examples/agencies/school/src/records.js";
import { parseConfig } from "../../src/config.js";
import { openAgency } from "../../src/server/agency.js";
import { policyInForce } from "../../src/server/foundation.js";
import { openGateway } from "../../src/server/gateway/gateway.js";
import { town } from "../server/town.js";
import type { DatabaseUrls } from "../support/database.js";
import { startHub } from "../support/hub.js";
import { Minor } from "./older-school.js";
import { seedSchool } from "./school.js";

/** Hub, school or gateway as a process of its own: says its address, and then serves until it is killed. */
interface Settings {
  readonly part: "hub" | "school" | "older school" | "gateway";
  readonly database?: DatabaseUrls;
  readonly environment: Readonly<Record<string, string>>;
  readonly settings: string;
  /** Ids at the hub of the two pupils, at the first start of the school. */
  readonly pupils?: { readonly lin: string; readonly chen: string };
  readonly seed?: boolean;
}
const { part, database, environment, settings, pupils, seed }: Settings = JSON.parse(process.argv[2] ?? "");
const { address } = await open();
console.log(`listening ${address}`);

async function open(): Promise<{ readonly address: string }> {
  const config = () =>
    parseConfig(
      {
        ...environment,
        ...(database ? { DATABASE_URL: database.url, DATABASE_MIGRATION_URL: database.migrationUrl } : {}),
      },
      settings,
    );
  switch (part) {
    case "hub":
      if (!database) throw new TypeError("The hub has a database");
      return startHub(database, seed ? town : async () => {}, undefined, undefined, environment, settings);
    case "school":
      return openAgency(
        config(),
        {
          ...SCHOOL,
          asOwner: async (_owner, ids) => {
            if (!pupils) return;
            const superuser = new pg.Client({ connectionString: database?.superUrl });
            await superuser.connect();
            const query = async (sql: string, params?: unknown[]) => (await superuser.query(sql, params)).rows;
            await seedSchool({ query }, ids, pupils, "near/head");
            await superuser.end();
          },
        },
        pino({ level: "silent" }),
      );
    case "older school":
      return openAgency(config(), { ...SCHOOL, types: [Minor] }, pino({ level: "silent" }));
    case "gateway":
      return openGateway({
        config: config(),
        inForce: await policyInForce(config()),
        rest: 50,
        log: pino({ level: "silent" }),
        verify: async (bearer) => ({ client: "test", subject: bearer?.replace("Bearer ", "") ?? "" }),
      });
  }
}
