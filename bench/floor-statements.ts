/** What is known of somebody who asks, as parameters. */
export type Asks = Readonly<
  Record<"person" | "from" | "to" | "conflict" | "minorPart" | "casePart" | "incidentPart" | "alertPart", string>
>;

interface Statement {
  readonly text: string;
  /** The statement's parameters, in order; the id that is asked for, if any, comes last. */
  readonly parameters: readonly (keyof Asks)[];
}

/** Writes `$name` as a numbered parameter. */
function statement(named: string): Statement {
  const types = { person: "uuid", from: "bigint", to: "bigint", key: "uuid" } as const;
  const parameters: (keyof Asks)[] = [];
  const text = named.replace(/\$(\w+)/g, (_all, name: keyof Asks | "key") => {
    if (name === "key") return "$KEY";
    if (!parameters.includes(name)) parameters.push(name);
    return `$${parameters.indexOf(name) + 1}::${name in types ? types[name as keyof typeof types] : "bigint[]"}`;
  });
  return { text: text.replaceAll("$KEY", `$${parameters.length + 1}::uuid`), parameters };
}

/** Type and encrypted key, as the hub shows them. */
const id = (letter: string, alias: string) =>
  `'${letter}' || translate(rtrim(encode(uuid_send(${alias}.ref), 'base64'), '='), '+/', '-_')`;
const time = (column: string) =>
  `to_char(${column} AT TIME ZONE interval '8 hours', 'YYYY-MM-DD"T"HH24:MI:SS.MS"+08:00"')`;
const agency = (column: string) => `(SELECT json_build_object('name', a.name) FROM agency a WHERE a.id = ${column})`;

/** The place is hers (`j`). */
const mine = (alias: string) => `${alias}.place BETWEEN $from AND $to`;
const minorSeen = `(${mine("m")} OR m.involved && $minorPart) AND NOT m.involved && $conflict`;
const guardians = `CASE WHEN ${mine("m")} THEN (
  SELECT coalesce(json_agg(json_build_object('fullName', g.full_name, 'phone', g.phone, 'relation', g.relation) ORDER BY g.id), '[]')
    FROM guardian g WHERE g.minor = m.id) END`;
const personal = `'birthDate', CASE WHEN ${mine("m")} THEN m.birth_date END,
  'sex', CASE WHEN ${mine("m")} THEN m.sex END,
  'homeAddress', CASE WHEN ${mine("m")} THEN m.home_address END`;
const phone = `'phone', CASE WHEN m.involved && $minorPart OR m.phone IS NULL THEN m.phone ELSE '***********' END`;

/** Cases of a minor over the edges that her post may see (R17m), the newest first. */
const cases = (fields: string) => `(
  SELECT coalesce(json_agg(json_build_object('id', ${id("C", "c")}, ${fields}) ORDER BY c.id DESC), '[]')
    FROM case_minor e JOIN case_file c ON c.id = e.case_file
   WHERE e.minor = m.id AND e.role = 'CONCERNED' AND c.involved && $casePart AND NOT c.involved && $conflict)`;

/** By question: the rules of a child supervisor under CASE_HANDLING, written out. */
export const STATEMENTS: Readonly<Record<string, Statement>> = {
  a_minor: statement(`
SELECT json_build_object('data', json_build_object('minor', json_build_object(
  'id', ${id("M", "m")},
  'fullName', m.full_name,
  'citizenNumber', CASE WHEN m.involved && $minorPart OR m.citizen_number IS NULL THEN m.citizen_number ELSE '******************' END,
  ${personal},
  ${phone},
  'careCategories', CASE WHEN ${mine("m")} THEN m.care_categories END,
  'residence', CASE WHEN ${mine("m")} THEN (SELECT json_build_object('code', d.code::text, 'name', d.name) FROM division d WHERE d.code = m.place) END,
  'guardians', ${guardians},
  'enrolment', CASE WHEN ${mine("m")} THEN (
    SELECT json_build_object('school', ${agency("s.school")}, 'grade', s.grade, 'class', s.class_name, 'since', s.since) FROM enrolment s WHERE s.minor = m.id) END,
  'cases', ${cases(`'number', c.number, 'kind', c.kind, 'stage', c.stage, 'openedOn', c.opened_on, 'partnerSummary', c.partner_summary,
    'leadAgency', ${agency("c.lead_agency")},
    'participants', (SELECT coalesce(json_agg(json_build_object('name', a.name) ORDER BY a.id), '[]')
                       FROM case_participant p JOIN agency a ON a.id = p.agency
                      WHERE p.case_file = c.id AND p.since <= now() AND (p.until > now()) IS NOT FALSE)`)},
  'incidents', (
    SELECT coalesce(json_agg(json_build_object('id', ${id("I", "i")}, 'kind', i.kind, 'level', i.level, 'occurredAt', ${time("i.occurred_at")},
             'status', i.status, 'narrative', i.narrative) ORDER BY i.id DESC), '[]')
      FROM incident_minor e JOIN sensitive_incident i ON i.id = e.incident
     WHERE e.minor = m.id AND i.involved && $incidentPart AND NOT i.involved && $conflict))))::text AS answer
  FROM minor m
 WHERE m.id = $key AND ${minorSeen}`),

  b_list: statement(`
SELECT json_build_object('data', json_build_object('minors', json_build_object(
  'nodes', coalesce(json_agg(child ORDER BY n) FILTER (WHERE n <= 50), '[]'),
  'pageInfo', json_build_object('hasNextPage', count(*) > 50))))::text AS answer
  FROM (
    SELECT row_number() OVER (ORDER BY m.id DESC) AS n,
           json_build_object(
             'id', ${id("M", "m")},
             'fullName', m.full_name,
             ${personal},
             ${phone},
             'cases', ${cases(`'kind', c.kind, 'stage', c.stage, 'openedOn', c.opened_on, 'leadAgency', ${agency("c.lead_agency")}`)}) AS child
      FROM (SELECT * FROM minor m WHERE ${minorSeen} ORDER BY m.id DESC LIMIT 51) m) page`),

  c_feed: statement(`
SELECT json_build_object('data', json_build_object('incidents', json_build_object('nodes', coalesce(json_agg(json_build_object(
  'id', ${id("I", "i")},
  'kind', CASE WHEN part THEN i.kind END,
  'level', i.level,
  'occurredAt', CASE WHEN part THEN ${time("i.occurred_at")} END,
  'status', CASE WHEN part THEN i.status END,
  'narrative', CASE WHEN part THEN i.narrative END,
  'partnerSummary', CASE WHEN part THEN i.partner_summary END,
  'division', CASE WHEN part THEN (SELECT json_build_object('name', d.name) FROM division d WHERE d.code = i.place) END,
  'minors', CASE WHEN part THEN (
    SELECT coalesce(json_agg(json_build_object('id', ${id("M", "m")}, 'fullName', m.full_name, ${personal}, 'guardians', ${guardians}) ORDER BY m.id DESC), '[]')
      FROM incident_minor e JOIN minor m ON m.id = e.minor
     WHERE e.incident = i.id AND ${minorSeen}) END,
  'alerts', CASE WHEN part THEN (
    SELECT coalesce(json_agg(json_build_object('id', ${id("O", "o")}, 'topic', CASE WHEN o.involved && $alertPart THEN o.topic END, 'level', o.level,
             'heat', CASE WHEN o.involved && $alertPart THEN o.heat END,
             'detectedAt', CASE WHEN o.involved && $alertPart THEN ${time("o.detected_at")} END,
             'status', CASE WHEN o.involved && $alertPart THEN o.status END) ORDER BY o.id DESC), '[]')
      FROM incident_alert e JOIN opinion_alert o ON o.id = e.alert
     WHERE e.incident = i.id AND (o.involved && $alertPart OR ${mine("o")}) AND NOT o.involved && $conflict) END) ORDER BY n), '[]'))))::text AS answer
  FROM (
    SELECT i.*, part, row_number() OVER (ORDER BY CASE WHEN part THEN i.id END DESC NULLS LAST,
             CASE WHEN NOT part THEN to_char(i.occurred_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM') END DESC NULLS LAST, i.ref) AS n
      FROM sensitive_incident i CROSS JOIN LATERAL (SELECT i.involved && $incidentPart AS part) p
     WHERE (${mine("i")} OR part) AND NOT i.involved && $conflict
     ORDER BY n LIMIT 50) i`),

  e_tiny: statement(`
SELECT json_build_object('data', json_build_object(
  'viewer', json_build_object('name', p.name, 'role', a.kind, 'post', p.post, 'agency', json_build_object('name', a.name)),
  'case', json_build_object('id', ${id("C", "c")},
    'number', CASE WHEN c.involved && $casePart THEN c.number END,
    'kind', CASE WHEN c.involved && $casePart THEN c.kind END,
    'stage', c.stage,
    'openedOn', CASE WHEN c.involved && $casePart THEN c.opened_on END)))::text AS answer
  FROM person p JOIN agency a ON a.id = p.agency, case_file c
 WHERE p.id = $person AND c.id = $key AND (c.involved && $casePart OR ${mine("c")}) AND NOT c.involved && $conflict`),
};
