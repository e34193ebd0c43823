import "reflect-metadata";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pino from "pino";
import { SCHOOL } from "../../examples/agencies/school/src/records.js";
import { parseConfig } from "../../src/config.js";
import { compose } from "../../src/federation/compose.js";
import { publicFileOf, signingKeyIn } from "../../src/federation/keys.js";
import { type Agency, agencySdl, openAgency } from "../../src/server/agency.js";
import { idCipherOf, policyInForce } from "../../src/server/foundation.js";
import { openGateway } from "../../src/server/gateway/gateway.js";
import { unauthenticated } from "../../src/viewer/unauthenticated.js";
import { AGENCY, INVENTED, PARTNER, PERSONAL, RECORDS, SCHOOLS, town } from "../server/town.js";
import { startHub, type TestHub } from "../support/hub.js";
import { LIBRARY_SDL, startLibrary } from "./library.js";
import { seedSchool } from "./school.js";
import { type Wire, wireTo } from "./wire.js";

export const SUBGRAPHS = ["hub", "school", "library"] as const;
export type SubgraphName = (typeof SUBGRAPHS)[number];

/** A hub, a school made of the same kernel, and somebody else's library, each behind a wire: all but the gateway. */
export interface Federated {
  readonly hub: TestHub;
  readonly school: Agency;
  readonly wires: Readonly<Record<SubgraphName, Wire>>;
  /** Holds the keys that hub and gateway sign with, and what was composed. */
  readonly folder: string;
  /** Names for what cases are about: ids at the hub, and values. */
  readonly named: Readonly<Record<string, string>>;
  /** What the school's process wrote to its own log. */
  readonly schoolLines: readonly string[];
  /** Ends the part in `<case>` by which otherOffice/head sees `<child>`. */
  endPart(): Promise<void>;
  /** The product's gateway over them. @returns its address; it is closed with the rest */
  gateway(): Promise<string>;
  close(): Promise<void>;
}

/** The justice office, whose liaison of the sunshine programme has to do with `<child>`, and he. */
const JUSTICE = "00000000-0000-7000-8000-000000000401";

/** Milliseconds for which our gateway waits for an agency. */
const PATIENCE = 1_500;

/** @param folder  where keys and supergraph are put, for a gateway that is not ours; default one of its own, removed */
export async function federated(folder = mkdtempSync(join(tmpdir(), "federated-"))): Promise<Federated> {
  const env = { PORT: "0", HUB_DEMO: "1", HUB_DATA_DIR: folder };
  const keys = (name: string) => publicFileOf(join(folder, `${name}.json`));
  signingKeyIn(join(folder, "gateway.json"));
  const inForce = await policyInForce(parseConfig(env, null));
  const ids = idCipherOf(parseConfig(env, null));
  const [stranger, second] = SCHOOLS;
  if (!stranger || !second) throw new TypeError("The town has schools");
  const named = {
    child: ids.encode("Minor", RECORDS.Minor),
    childName: PERSONAL.child,
    second: ids.encode("Minor", second.child),
    secondName: second.name,
    /** A child of another school, which neither knows the near school nor is known to it. */
    stranger: ids.encode("Minor", stranger.child),
    strangerName: stranger.name,
    invented: ids.encode("Minor", INVENTED),
    case: ids.encode("Case", RECORDS.Case),
    agency: ids.encode("Agency", AGENCY),
    justice: ids.encode("Agency", JUSTICE),
    citizenNumber: PERSONAL.number,
  };
  const agencies = { school: { agency: named.agency, holds: ["R13", "R14", "R15", "R16", "R16b"] } };
  const hub = await startHub(
    "embedded",
    async (sql, ids) => {
      await town(sql, ids);
      await sql(
        `INSERT INTO agency (id, kind, name, division, legal_basis_kind, legal_basis_document)
         VALUES ($1, 'JUSTICE_OFFICE', 'justice', 990101101000, 'STATUTORY_DUTY', '示例')`,
        [JUSTICE],
      );
      await sql(
        "INSERT INTO person (id, subject, name, agency, post) VALUES ($1, 'justice/liaison', '示例', $1, 'SUPPORT_LIAISON')",
        [JUSTICE],
      );
      await sql("INSERT INTO agency_duty SELECT id, 'Minor', '990101' FROM agency WHERE name = 'office/head'");
      await sql("SELECT hub_involve($1)", [
        JSON.stringify([
          { record_type: "Minor", record: second.child, agency: AGENCY, kind: "SOURCE", basis: "示例" },
          { record_type: "Case", record: RECORDS.Case, agency: PARTNER, kind: "PART", basis: "示例" },
          {
            record_type: "Minor",
            record: RECORDS.Minor,
            agency: JUSTICE,
            person: JUSTICE,
            kind: "SUNSHINE",
            basis: "示例",
          },
        ]),
      ]);
    },
    inForce,
    undefined,
    { FEDERATION_GATEWAY_KEYS_FILE: keys("gateway"), FEDERATION_RELATION_KEY_FILE: join(folder, "relation.json") },
    JSON.stringify({ federation: { agencies } }),
  );
  const schoolLines: string[] = [];
  const school = await openAgency(
    parseConfig(
      {
        PORT: "0",
        HUB_DEMO: "0",
        HUB_DATA_DIR: join(folder, "school"),
        FEDERATION_GATEWAY_KEYS_FILE: keys("gateway"),
      },
      JSON.stringify({ federation: { name: "school", hubKeysFile: keys("relation") } }),
    ),
    {
      ...SCHOOL,
      asOwner: (owner, own) => seedSchool(owner, own, { lin: named.child, chen: named.second }, "near/head"),
    },
    pino({ level: "info" }, { write: (line) => void schoolLines.push(line) }),
  );
  const library = await startLibrary();
  const wires = {
    hub: await wireTo(`${hub.address}/subgraph`),
    school: await wireTo(`${school.address}/subgraph`),
    library: await wireTo(library.url),
  };
  const holds = new Set(agencies.school.holds);
  const supergraph = await compose({ ...inForce, url: wires.hub.url }, [
    { name: "school", url: wires.school.url, sdl: await agencySdl(SCHOOL, "school"), kernel: true, holds },
    { name: "library", url: wires.library.url, sdl: LIBRARY_SDL, kernel: false, holds: new Set() },
  ]);
  writeFileSync(join(folder, "supergraph.graphql"), supergraph);

  const closing: (() => Promise<void>)[] = [];
  return {
    hub,
    school,
    wires,
    folder,
    named,
    schoolLines,
    endPart: async () => {
      const everywhere = { keys: new Map(), places: new Map([["Case", "{(,)}"]]), agency: AGENCY, asker: PARTNER };
      await hub.store.transaction(everywhere, (manager) =>
        manager.query("SELECT hub_end_involvement('Case', $1, $2, '{PART}')", [RECORDS.Case, PARTNER]),
      );
    },
    gateway: async () => {
      const gateway = await openGateway({
        config: parseConfig(
          env,
          JSON.stringify({ federation: { agencies, gateway: { hubUrl: wires.hub.url, patience: PATIENCE } } }),
        ),
        inForce,
        rest: 50,
        log: pino({ level: "silent" }),
        verify: async (bearer) => {
          const subject = bearer?.replace("Bearer ", "");
          if (!subject) throw unauthenticated("no token");
          return { client: "test", subject };
        },
      });
      closing.push(() => gateway.close());
      return gateway.address;
    },
    close: async () => {
      for (const close of closing) await close();
      await Promise.all([...Object.values(wires), library, school, hub].map((one) => one.close()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
