import { createServer } from "node:http";
import pg from "pg";
import { type InvolvementKind, involvementKey } from "../src/facts/keys.js";
import { type Asks, STATEMENTS } from "./floor-statements.js";
import { serving, settings } from "./serving.js";

/**
 * The floor: what somebody writes by hand who knows these four questions and this one post, and keeps no log and no
 * second wall. One prepared statement a question, its text sent as it comes. Who asks is believed.
 */
const { url, ids } = settings();
const pool = new pg.Pool({
  connectionString: url,
  max: 10,
  options: "-c plan_cache_mode=force_generic_plan -c jit=off",
});

interface Known {
  readonly subject: string;
  readonly id: string;
  readonly person: string;
  readonly agency: string;
  readonly prefix: string;
}
const { rows: people } = await pool.query<Known>(
  `SELECT p.subject, p.id, p.no::text AS person, a.no::text AS agency, d.prefix
     FROM person p JOIN agency a ON a.id = p.agency JOIN agency_duty d ON d.agency = a.id AND d.record_type = 'Minor'`,
);
const { rows: numbers } = await pool.query<{ name: string; no: number }>("SELECT name, no FROM policy_row");
const no = (row: string) => numbers.find(({ name }) => name === row)?.no ?? 0;

const asks = new Map<string, Asks>(
  people.map(({ subject, id, person, agency, prefix }) => {
    const ours = (kind: InvolvementKind, row = 0) => involvementKey(agency, false, kind, row, false);
    const hers = (kind: InvolvementKind, row = 0) => involvementKey(person, true, kind, row, false);
    const part = (...rows: number[]) =>
      rows.flatMap((row) => [ours("PART", row), hers("ASSIGNED", row), hers("NAMED", row)]);
    const array = (keys: readonly bigint[]) => `{${keys.join(",")}}`;
    const values: Asks = {
      person: id,
      from: prefix.padEnd(12, "0"),
      to: prefix.padEnd(12, "9"),
      conflict: array([ours("CONFLICT"), hers("CONFLICT")]),
      minorPart: array(part(no("R17m"), no("R27m"))),
      casePart: array([ours("SOURCE"), ...part(0)]),
      incidentPart: array(part(0)),
      alertPart: array(part(0, no("R28m"))),
    };
    return [subject, values];
  }),
);

async function answer(subject: string, name: string, id: string | undefined): Promise<string | undefined> {
  const asker = asks.get(subject);
  const statement = STATEMENTS[name];
  if (!asker || !statement) return undefined;
  const key = id === undefined ? [] : [ids.decode(id)?.key];
  const { text, parameters } = statement;
  const { rows } = await pool.query<{ answer: string }>({
    name,
    text,
    values: [...parameters.map((p) => asker[p]), ...key],
  });
  return rows[0]?.answer;
}

const server = createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8").on("data", (chunk) => {
    body += chunk;
  });
  request.on("end", () => {
    const { name, id }: { name: string; id?: string } = JSON.parse(body);
    answer(String(request.headers["x-subject"]), name, id).then(
      (text = "") =>
        response
          .writeHead(text === "" ? 404 : 200, {
            "content-type": "application/json",
            "content-length": Buffer.byteLength(text),
          })
          .end(text),
      (error: unknown) => {
        console.error(error);
        response.writeHead(500, { "content-length": 0 }).end();
      },
    );
  });
});
server.listen(0, "127.0.0.1", () => serving(server.address()));
