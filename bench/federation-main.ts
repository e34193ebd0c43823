import "reflect-metadata";
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { parseConfig } from "../src/config.js";
import { compose } from "../src/federation/compose.js";
import { publicFileOf, signingKeyIn } from "../src/federation/keys.js";
import { policyInForce } from "../src/server/foundation.js";
import { freshDatabase } from "../test/support/database.js";
import { ask, type Contestant, contestant, withToken } from "./contestants.js";
import { type County, openCounty } from "./county.js";
import { federatedStart } from "./federated-start.js";
import { favour, memoryOf, pin, said, start, stop, stopAll } from "./process.js";
import { PURPOSE, type Read } from "./reads.js";
import { absolute, type Rounds, race, ratioOf, rounded } from "./rounds.js";
import { countingProxy, fewest } from "./wire.js";

/**
 * `npm run bench:federation`: gateway, hub and school against the hub alone, and against the same engine over naive
 * subgraphs (bench/README.md). With --sample in small: that all answer alike, and how often each database is asked.
 */
const sample = process.argv.includes("--sample");
const size = sample ? { townships: 2, minors: 200 } : { townships: 10, minors: 500 };
const effort = sample
  ? { rounds: 1, seconds: 0.3, connections: 4, warmUp: 0.3 }
  : { rounds: 7, seconds: 2, connections: 32, warmUp: 40 };
const HOLDS = ["R13"];
/** Of the county's agencies the one that keeps the attendance of all. */
const KEEPER = "01990000-0000-7000-8000-000000009999";
const OWN = "attendance { term daysAbsent } visitAsked";

const reads = ({ ids }: County): readonly Read[] => [
  {
    name: "a_minor",
    query: `query Minor($id: ID!) { minor(id: $id) { id fullName birthDate sex homeAddress phone
      guardians { fullName phone relation } cases { id kind stage } ${OWN} } }`,
    ids: ({ minors }) => minors.slice(0, 40).map((key) => ids.encode("Minor", key)),
  },
  {
    name: "b_list",
    query: `query Minors { minors(first: 50) { nodes { id fullName birthDate sex homeAddress phone ${OWN} } pageInfo { hasNextPage } } }`,
    ids: () => [undefined],
  },
];
/** What of a question the hub answers alone. */
const withoutSchool = (read: Read): Read => ({ ...read, query: read.query.replace(OWN, "") });

const pinned = pin();
if (!sample) favour(process.pid);
const county = await openCounty(size, sample ? undefined : favour);
try {
  const school = await freshDatabase();
  const federation = await startFederation(
    { DATABASE_URL: county.hub["DATABASE_URL"] },
    school.url,
    school.migrationUrl,
  );
  await keepAttendance(school.superUrl);
  const all = reads(county);

  const graphql = ({ query }: Read, id: string | undefined) => ({ query, variables: { id } });
  const subject = (name: string) => ({ "x-subject": name });
  const naiveHub = await contestant("naive hub", "naive.js", county.others, county, graphql, subject);
  const naiveSchool = start("naive-school.js", { ...county.others, DATABASE_URL: school.superUrl }, "servers");
  const { port: schoolPort } = await said<{ port: number }>(naiveSchool);
  const naiveGateway = await contestant(
    "naive",
    "naive-gateway.js",
    {
      ...county.others,
      NAIVE_HUB: `http://127.0.0.1:${naiveHub.port}/`,
      NAIVE_SCHOOL: `http://127.0.0.1:${schoolPort}/`,
    },
    county,
    graphql,
    subject,
  );
  const naive = { ...naiveGateway, behind: { hub: naiveHub.process, school: naiveSchool } };
  const { gateway, hub } = federation;
  for (const read of all) await assertSameAnswers(gateway, naive, read);
  console.log("The gateway and the naive one give the same answers");

  const statements = await countStatements(school);
  console.log(JSON.stringify({ statementsPerQuestion: statements }));

  const load = start("load.js");
  const rounds = await race([hub, gateway, naive], all, effort, load);
  const ofOne = await race([hub, gateway], all, { ...effort, connections: 1, warmUp: effort.seconds }, load);
  const [gateways, hubs] = [absolute(rounds, "gateway"), absolute(rounds, "hub")];
  const result = {
    measured: { at: new Date().toISOString(), ...size, ...effort, pinned },
    ratios: { "gateway/hub": ratioOf(rounds, "gateway", "hub"), "gateway/naive": ratioOf(rounds, "gateway", "naive") },
    p50: { [`of ${effort.connections}`]: p50In(rounds), "of 1": p50In(ofOne) },
    ownCores: Object.fromEntries(
      all.map(({ name }) => [
        name,
        rounded((hubs[name]?.msEach["hub"] ?? 0) / Math.max(...Object.values(gateways[name]?.msEach ?? {}))),
      ]),
    ),
    statementsPerQuestion: statements,
    rssMb: Object.fromEntries(Object.entries(federation.processes).map(([name, one]) => [name, memoryOf(one).peak])),
    start: sample ? undefined : await federatedStart(),
    absolute: Object.fromEntries([hub, gateway, naive].map(({ name }) => [name, absolute(rounds, name)])),
  };
  if (sample)
    console.log(
      JSON.stringify({ ...result.ratios, p50: result.p50, ownCores: result.ownCores }, null, 2),
      "\nmeasured for so short a time, these mean nothing",
    );
  else {
    console.log(JSON.stringify(result, null, 2));
    writeFileSync("bench/results/federation.json", `${JSON.stringify(result, null, 2)}\n`);
  }
} finally {
  await stopAll();
  await county.close();
}

/** How long half of the gateway's answers take, by the hub's. */
function p50In(rounds: Rounds) {
  const [gateways, hubs] = [absolute(rounds, "gateway"), absolute(rounds, "hub")];
  return Object.fromEntries(
    Object.entries(gateways).map(([read, { p50 }]) => [read, rounded(p50 / (hubs[read]?.p50 ?? 1))]),
  );
}

interface Federation {
  readonly gateway: Contestant;
  /** The hub by itself, asked at its own door. */
  readonly hub: Contestant;
  readonly processes: Readonly<Record<"gateway" | "hub" | "school", Contestant["process"]>>;
}

/** Gateway, hub and school as three processes, as an operator would set them up. */
async function startFederation(
  hubEnv: NodeJS.ProcessEnv,
  schoolUrl: string,
  schoolMigrationUrl?: string,
): Promise<Federation> {
  const { folder, ids } = county;
  const key = (name: string) => join(folder, `${name}.json`);
  signingKeyIn(key("gateway"));
  const agencies = { school: { agency: ids.encode("Agency", KEEPER), holds: HOLDS } };
  const gatewayKeysFile = publicFileOf(key("gateway"));
  const file = (name: string, federation: object): string => {
    const path = join(folder, `${name}.yaml`);
    writeFileSync(path, JSON.stringify({ federation }));
    return path;
  };
  const HUB_CONFIG = file("hub", { gatewayKeysFile, relationKeyFile: key("relation"), agencies });
  const hub = await contestant(
    "hub",
    "hub.js",
    { ...county.hub, ...hubEnv, HUB_CONFIG },
    county,
    bodyOf(withoutSchool),
    withToken(county),
  );
  const school = start(
    "school.js",
    {
      HUB_DATA_DIR: join(folder, "school"),
      PORT: "0",
      NODE_ENV: "production",
      DATABASE_URL: schoolUrl,
      ...(schoolMigrationUrl ? { DATABASE_MIGRATION_URL: schoolMigrationUrl } : {}),
      HUB_CONFIG: file("school", { name: "school", gatewayKeysFile, hubKeysFile: publicFileOf(key("relation")) }),
    },
    "servers",
  );
  const { port } = await said<{ port: number }>(school);
  const { plain, activation } = await policyInForce(parseConfig({}, null));
  const url = `http://127.0.0.1:${hub.port}/subgraph`;
  const { agencySdl } = await import("minors-hub-agency-kit");
  const { schoolDefinition } = await import("./school-definition.js");
  const supergraph = await compose({ plain, activation, url }, [
    {
      name: "school",
      url: `http://127.0.0.1:${port}/subgraph`,
      sdl: await agencySdl(await schoolDefinition(), "school"),
      kernel: true,
      holds: new Set(["R13", "R14", "R15", "R16", "R16b"]),
    },
  ]);
  writeFileSync(join(folder, "supergraph.graphql"), supergraph);
  const gateway = await contestant(
    "gateway",
    "gateway.js",
    {
      ...county.hub,
      HUB_CONFIG: file("gateway-settings", {
        agencies,
        gateway: { hubUrl: url, keyFile: key("gateway"), supergraphFile: join(folder, "supergraph.graphql") },
      }),
    },
    county,
    bodyOf((read) => read),
    withToken(county),
  );
  const behind = { hub: hub.process, school };
  return { gateway: { ...gateway, behind }, hub, processes: { gateway: gateway.process, ...behind } };
}

function bodyOf(as: (read: Read) => Read) {
  return (read: Read, id: string | undefined) => ({ query: as(read).query, variables: { id } });
}

/** Whose source the keeper is at the hub, and what it keeps of each at home. */
async function keepAttendance(home: string): Promise<void> {
  const clients = [new pg.Client(county.others["DATABASE_URL"]), new pg.Client(home)] as const;
  for (const client of clients) await client.connect();
  try {
    await keep(...clients);
  } finally {
    for (const client of clients) await client.end();
  }
}

async function keep(hub: pg.Client, school: pg.Client): Promise<void> {
  const { ids } = county;
  const { rows } = await hub.query<{ id: string }>("SELECT id FROM minor");
  await hub.query(
    `INSERT INTO agency (id, no, kind, name, division, legal_basis_kind, legal_basis_document)
     SELECT $1, max(no) + 1, 'SCHOOL', '县教育学校', min(division), 'AGREEMENT', '示例' FROM agency`,
    [KEEPER],
  );
  const source = ({ id }: { id: string }) => ({
    record_type: "Minor",
    record: id,
    agency: KEEPER,
    kind: "SOURCE",
    basis: "示例",
  });
  await hub.query("SELECT hub_involve($1)", [JSON.stringify(rows.map(source))]);
  await hub.query("ANALYZE");
  const pupils = JSON.stringify(rows.map(({ id }) => ({ id, hub: ids.encode("Minor", id), ref: ids.ref(id) })));
  const each = "FROM jsonb_to_recordset($1) AS x (id uuid, hub text, ref uuid)";
  await school.query("INSERT INTO division VALUES (990101101000, '柳河镇')");
  await school.query(
    `INSERT INTO minor (id, ref, place, full_name, given_name, birth_date, sex)
     SELECT id, ref, 990101101000, '示例', '例', '2016-03-02', 'FEMALE' ${each}`,
    [pupils],
  );
  await school.query(`INSERT INTO minor_link (hub_id, minor) SELECT hub, id ${each}`, [pupils]);
  await school.query(
    `INSERT INTO attendance (minor, term, days_absent, visit_asked)
     SELECT id, '2026-' || term, term, false ${each} CROSS JOIN generate_series(1, 2) AS term`,
    [pupils],
  );
  await school.query("ANALYZE");
}

async function assertSameAnswers(one: Contestant, other: Contestant, read: Read): Promise<void> {
  const requests = one.requests(read);
  for (let i = 0; i < requests.length; i += Math.ceil(requests.length / 12)) {
    const [said, also] = [await ask(one, requests[i] ?? ""), await ask(other, other.requests(read)[i] ?? "")];
    assert.ok(JSON.stringify(said).includes('"daysAbsent":'), `${read.name}: ${JSON.stringify(said)}`);
    assert.deepEqual(also, said, `${read.name}: ${other.name} answers otherwise than ${one.name}`);
  }
}

/** Round trips of one question to each database, for lists of 1, 10 and 100: the same whatever the length. */
async function countStatements(school: { readonly url: string }): Promise<Readonly<Record<string, object>>> {
  const before = async (url: string) => {
    const at = new URL(url);
    const proxy = await countingProxy({ host: at.hostname, port: Number(at.port) });
    return { proxy, url: Object.assign(new URL(url), { port: String(proxy.port) }).href };
  };
  const [hubs, schools] = [await before(county.hub["DATABASE_URL"] ?? ""), await before(school.url)];
  const federation = await startFederation({ DATABASE_URL: hubs.url }, schools.url);
  const counted: Record<string, { hub: object; school: object }> = {};
  try {
    const [token] = county.tokens.values();
    const question = async (query: string) => {
      const answer = await fetch(`http://127.0.0.1:${federation.gateway.port}/graphql`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${token}`, "x-hub-purpose": PURPOSE },
        body: JSON.stringify({ query }),
      });
      assert.equal(answer.status, 200, await answer.text());
    };
    await question("{ minors(first: 1) { nodes { visitAsked } } }"); // who asks is looked up every few seconds
    for (const first of [1, 10, 100]) {
      const asked = async ({ proxy }: typeof hubs) =>
        fewest(async () => {
          proxy.take();
          await question(`{ minors(first: ${first}) { nodes { id fullName ${OWN} } } }`);
          return proxy.take();
        });
      counted[`minors first: ${first}`] = { hub: await asked(hubs), school: await asked(schools) };
    }
  } finally {
    for (const one of Object.values(federation.processes)) await stop(one);
    for (const { proxy } of [hubs, schools]) proxy.close();
  }
  const [first, ...others] = Object.values(counted);
  for (const other of others) assert.deepEqual(other, first, "as many statements, however long the list");
  return counted;
}
