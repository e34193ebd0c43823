-- Facts between agencies, persons and records, and the arrays that carry them (docs/architecture.md, "Facts").

-- Policy rows have a small number each, for keys. Appended when a policy is activated, never reused.
CREATE TABLE policy_row (
  name text PRIMARY KEY,
  no smallint NOT NULL UNIQUE CHECK (no BETWEEN 1 AND 127)
);

-- "A relation of `kind` to a case or incident, held by an agency of `role` or one of its people, opens the edge `edge`."
-- Written from the truth tables when a policy is activated.
CREATE TABLE edge_opening (
  edge text NOT NULL,
  role text NOT NULL,
  kind text NOT NULL,
  PRIMARY KEY (edge, role, kind)
);

CREATE TABLE involvement (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  record_type text NOT NULL,
  record uuid NOT NULL,
  agency uuid NOT NULL REFERENCES agency,
  person uuid REFERENCES person,
  kind text NOT NULL CHECK (kind IN ('SOURCE', 'PART', 'ASSIGNED', 'NAMED', 'LIAISON', 'SUNSHINE', 'COUNSELLOR',
    'ADDRESSEE', 'SHARE', 'BREAK_GLASS', 'CLASS', 'CHILD_SOURCE', 'CONFLICT')),
  -- SHARE: the group that is shared. Derived over an edge: the row of the edge.
  policy_row text REFERENCES policy_row,
  since timestamptz NOT NULL DEFAULT now(),
  until timestamptz,
  -- Record that a derived row follows from; null = a fact of its own.
  via uuid,
  basis text NOT NULL,
  -- An ended row that is out of the arrays.
  swept boolean NOT NULL DEFAULT false,
  key bigint NOT NULL,
  CHECK (until IS NULL OR until >= since),
  -- Held by an agency or by a person; a conflict by either.
  CHECK (kind = 'CONFLICT' OR (person IS NULL) = (kind IN ('SOURCE', 'PART', 'ADDRESSEE', 'SHARE', 'CHILD_SOURCE'))),
  CHECK (kind <> 'SHARE' OR policy_row IS NOT NULL)
);
CREATE INDEX involvement_record ON involvement (record, key);
CREATE INDEX involvement_key ON involvement (key, record);
CREATE INDEX involvement_person ON involvement (person) WHERE person IS NOT NULL AND via IS NULL;
CREATE INDEX involvement_unswept ON involvement (until) WHERE until IS NOT NULL AND NOT swept;
CREATE INDEX involvement_conflict ON involvement (record) WHERE kind = 'CONFLICT';
CREATE UNIQUE INDEX involvement_once ON involvement (record, key, coalesce(via, '00000000-0000-0000-0000-000000000000')) WHERE until IS NULL;

-- Layout: subject 50 bits, person 1, kind 5, policy row 7, timed 1. The same in src/facts/keys.ts.
CREATE FUNCTION involvement_key(subject bigint, is_person boolean, kind text, row_no integer, timed boolean) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ((subject * 2 + is_person::int) << 13)
  | (array_position(ARRAY['SOURCE', 'PART', 'ASSIGNED', 'NAMED', 'LIAISON', 'SUNSHINE', 'COUNSELLOR', 'ADDRESSEE', 'SHARE',
       'BREAK_GLASS', 'CLASS', 'CHILD_SOURCE', 'CONFLICT'], kind)::bigint << 8)
  | (row_no::bigint << 1) | timed::int;

-- The viewer of this transaction: keys and places by record type. Nothing set = nothing.
CREATE FUNCTION hub_keys(record_type text) RETURNS bigint[] LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(nullif(current_setting('hub.keys_' || lower(record_type), true), '')::bigint[], '{}');
CREATE FUNCTION hub_places(record_type text) RETURNS int8multirange LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(nullif(current_setting('hub.places_' || lower(record_type), true), '')::int8multirange, '{}');

CREATE FUNCTION involvement_set_key() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.until <= NEW.since
    THEN RAISE invalid_parameter_value USING MESSAGE = 'ends before it begins', COLUMN = 'until'; END IF;
    -- A person takes part for an agency, within its part: in the first stretch of it that is not over. In a child
    -- nobody takes part; who is assigned to it is so by himself.
    IF NEW.kind IN ('ASSIGNED', 'NAMED') AND NEW.record_type <> 'Minor' THEN
      SELECT lower(w), upper(w) INTO NEW.since, NEW.until
        FROM (SELECT range_agg(tstzrange(since, until)) AS part FROM involvement
               WHERE record = NEW.record AND agency = NEW.agency AND kind = 'PART' AND via IS NULL
                 -- What is told of the past may rest on a part that is over.
                 AND (until >= least(clock_timestamp(), NEW.until)) IS NOT FALSE) p
       CROSS JOIN LATERAL unnest(part * tstzmultirange(tstzrange(NEW.since, NEW.until))) w
       ORDER BY w LIMIT 1;
      IF NEW.since IS NULL
      THEN RAISE invalid_parameter_value USING MESSAGE = 'the agency takes no part then', COLUMN = 'person'; END IF;
    END IF;
  END IF;
  -- A relation that was to come keeps its key when it has begun and another of its columns changes.
  NEW.key := involvement_key(
    CASE WHEN NEW.person IS NULL THEN (SELECT no FROM agency WHERE id = NEW.agency) ELSE (SELECT no FROM person WHERE id = NEW.person) END,
    NEW.person IS NOT NULL,
    NEW.kind,
    coalesce((SELECT no FROM policy_row WHERE name = NEW.policy_row), 0),
    NEW.until IS NOT NULL OR NEW.since > clock_timestamp() OR NEW.key & 1 = 1);
  RETURN NEW;
END $$;
CREATE TRIGGER involvement_set_key BEFORE INSERT OR UPDATE ON involvement FOR EACH ROW WHEN (NEW.via IS NULL)
  EXECUTE FUNCTION involvement_set_key();

-- Policy row that guards an edge between a case and a minor.
CREATE FUNCTION case_edge_row(role text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE role WHEN 'CONCERNED' THEN 'R17m' WHEN 'VICTIM' THEN 'R19' WHEN 'SUSPECT' THEN 'R20' END;

-- Every edge from a case or an incident, with the policy row that guards it.
CREATE VIEW edge AS
  SELECT 'Case' AS owner_type, case_file AS owner, 'Minor' AS far_type, minor AS far, case_edge_row(role) AS policy_row FROM case_minor
  UNION ALL
  SELECT 'SensitiveIncident', incident, 'Minor', minor, 'R27m' FROM incident_minor
  UNION ALL
  SELECT 'SensitiveIncident', incident, 'OpinionAlert', alert, 'R28m' FROM incident_alert;

-- Facts that are in force or will be; an ended one must not be revived by a transaction that began before its end,
-- hence clock_timestamp().
CREATE VIEW direct_involvement AS
  SELECT i.id, i.record_type, i.record, i.agency, i.person, i.kind, i.since, i.until, i.key, a.kind AS role
    FROM involvement i JOIN agency a ON a.id = i.agency
   WHERE i.via IS NULL AND (i.until IS NULL OR i.until > clock_timestamp());

-- A class teacher's relation to the pupils follows the class.
CREATE VIEW class_involvement AS
  SELECT e.minor, c.school AS agency, c.teacher AS person, e.since::timestamp AT TIME ZONE 'Asia/Shanghai' AS since, e.id AS via
    FROM enrolment e
    JOIN school_class c ON c.id = e.school_class AND c.school = e.school
    JOIN person p ON p.id = c.teacher AND p.agency = c.school;

CREATE TYPE derived AS (record_type text, record uuid, agency uuid, person uuid, kind text, policy_row text,
  since timestamptz, until timestamptz, via uuid, key bigint);

-- The rows that follow from others, for the wanted records. Each step is LATERAL ... OFFSET 0, from the few to the many:
-- without statistics, as in the embedded database and within an import, the planner would begin at the other end.
CREATE FUNCTION derived_involvement(wanted uuid[]) RETURNS SETOF derived
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN QUERY WITH above AS MATERIALIZED (
    SELECT e.* FROM unnest(wanted) w(id) CROSS JOIN LATERAL (SELECT * FROM edge WHERE far = w.id OFFSET 0) e
  ), below AS MATERIALIZED (
    SELECT e.* FROM unnest(wanted) w(id) CROSS JOIN LATERAL (SELECT * FROM edge WHERE owner = w.id OFFSET 0) e
  ), conflict_from AS (
    -- a conflict comes to what hangs on its case or incident; from a minor, or the minor's others, to a case or an incident; thence to alerts
    SELECT far_type AS record_type, far AS record, owner AS seed FROM above
    UNION
    SELECT owner_type, owner, far FROM below WHERE far_type = 'Minor'
    UNION
    SELECT b.owner_type, b.owner, o.owner
      FROM below b CROSS JOIN LATERAL (SELECT * FROM edge WHERE far = b.far OFFSET 0) o
     WHERE b.far_type = 'Minor' AND o.owner <> b.owner
    UNION
    SELECT a.far_type, a.far, unnest(ARRAY[m.far, o.owner])
      FROM above a
     CROSS JOIN LATERAL (SELECT * FROM edge WHERE owner = a.owner AND far_type = 'Minor' OFFSET 0) m
     CROSS JOIN LATERAL (SELECT * FROM edge WHERE far = m.far OFFSET 0) o
     WHERE a.far_type = 'OpinionAlert'
  ), follows AS (
    -- p: a part in a case or an incident counts on what hangs on it through an edge that opens for it
    SELECT a.far_type AS record_type, a.far AS record, d.agency, d.person, d.kind, a.policy_row, d.since, d.until, a.owner AS via
      FROM above a
     CROSS JOIN LATERAL (SELECT * FROM direct_involvement WHERE record = a.owner AND kind IN ('PART', 'ASSIGNED', 'NAMED') OFFSET 0) d
      JOIN edge_opening o ON o.edge = a.policy_row AND o.role = d.role AND o.kind = d.kind
    UNION ALL
    SELECT 'Minor', c.minor, c.agency, c.person, 'CLASS', NULL, c.since, NULL, c.via
      FROM unnest(wanted) w(id) CROSS JOIN LATERAL (SELECT * FROM class_involvement WHERE minor = w.id OFFSET 0) c
    UNION ALL
    -- a case of a pupil is within the class teacher's scope through an edge that opens for the school's part
    SELECT b.owner_type, b.owner, c.agency, c.person, 'CLASS', b.policy_row, greatest(c.since, d.since), d.until, b.far
      FROM below b
     CROSS JOIN LATERAL (SELECT * FROM class_involvement WHERE minor = b.far OFFSET 0) c
     CROSS JOIN LATERAL (SELECT * FROM direct_involvement WHERE record = b.owner AND agency = c.agency AND kind = 'PART'
                            AND (until > c.since) IS NOT FALSE OFFSET 0) d
      JOIN edge_opening o ON o.edge = b.policy_row AND o.role = d.role AND o.kind = d.kind
    UNION ALL
    SELECT f.record_type, f.record, c.agency, c.person, 'CONFLICT', NULL, c.since, c.until, c.record
      FROM conflict_from f CROSS JOIN LATERAL (SELECT * FROM direct_involvement WHERE record = f.seed AND kind = 'CONFLICT' OFFSET 0) c
  )
  SELECT f.*, involvement_key(coalesce(p.no, a.no), f.person IS NOT NULL, f.kind, coalesce(r.no, 0),
                              f.until IS NOT NULL OR f.since > clock_timestamp())
    FROM follows f
    JOIN agency a ON a.id = f.agency
    LEFT JOIN person p ON p.id = f.person
    LEFT JOIN policy_row r ON r.name = f.policy_row;
END $$;

-- Keys for which the group of an edge can open at all: direct relations to the owner that the policy lets through.
CREATE FUNCTION edge_keys(owner uuid, edge_row text) RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN (
    SELECT coalesce(array_agg(DISTINCT d.key ORDER BY d.key), '{}')
      FROM direct_involvement d JOIN edge_opening o ON o.edge = edge_row AND o.role = d.role AND o.kind = d.kind
     WHERE d.record = owner);
END $$;

-- Whoever changes what holds about records locks them first, in one order for everybody; what is then read, in
-- following statements, is what the transactions before have committed.
CREATE FUNCTION hub_lock(wanted uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  ordered uuid[] := ARRAY(SELECT DISTINCT id FROM unnest(wanted) w(id) ORDER BY id);
BEGIN
  PERFORM FROM unnest(ordered) w(id) CROSS JOIN LATERAL (SELECT FROM case_file WHERE id = w.id FOR NO KEY UPDATE) r;
  PERFORM FROM unnest(ordered) w(id) CROSS JOIN LATERAL (SELECT FROM minor WHERE id = w.id FOR NO KEY UPDATE) r;
  PERFORM FROM unnest(ordered) w(id) CROSS JOIN LATERAL (SELECT FROM opinion_alert WHERE id = w.id FOR NO KEY UPDATE) r;
  PERFORM FROM unnest(ordered) w(id) CROSS JOIN LATERAL (SELECT FROM sensitive_incident WHERE id = w.id FOR NO KEY UPDATE) r;
END $$;

-- Brings derived rows, participants and arrays of the wanted records up to date, and the copies in what belongs to them.
CREATE FUNCTION hub_refresh(wanted uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET jit = off AS $$
DECLARE
  following derived[];
BEGIN
  PERFORM hub_lock(wanted);

  following := ARRAY(SELECT d FROM derived_involvement(wanted) d);
  -- EXCEPT, not NOT EXISTS: it stays linear whatever the planner thinks of an array's length.
  DELETE FROM involvement
   WHERE id IN (
     SELECT i.id
       FROM (SELECT i.record, i.via, i.key, i.since, i.until
               FROM unnest(wanted) w(id) CROSS JOIN LATERAL (SELECT * FROM involvement WHERE record = w.id AND via IS NOT NULL OFFSET 0) i
             EXCEPT SELECT record, via, key, since, until FROM unnest(following)) gone
      CROSS JOIN LATERAL (SELECT * FROM involvement WHERE record = gone.record AND key = gone.key OFFSET 0) i
      WHERE i.via = gone.via AND i.since = gone.since AND i.until IS NOT DISTINCT FROM gone.until);
  INSERT INTO involvement (record_type, record, agency, person, kind, policy_row, since, until, via, key, basis)
  SELECT new.*, 'derived'
    FROM (SELECT record_type, record, agency, person, kind, policy_row, since, until, via, key FROM unnest(following)
          EXCEPT SELECT i.record_type, i.record, i.agency, i.person, i.kind, i.policy_row, i.since, i.until, i.via, i.key
            FROM unnest(wanted) w(id) CROSS JOIN LATERAL (SELECT * FROM involvement WHERE record = w.id AND via IS NOT NULL OFFSET 0) i) new;

  WITH now_involved AS MATERIALIZED (
    SELECT w.id, ARRAY(SELECT DISTINCT key FROM involvement WHERE record = w.id AND (until IS NULL OR until > clock_timestamp()) ORDER BY key) AS keys
      FROM unnest(wanted) w(id)
  ), cases AS (
    UPDATE case_file r SET involved = n.keys FROM now_involved n WHERE r.id = n.id AND r.involved <> n.keys
  ), minors AS (
    UPDATE minor r SET involved = n.keys FROM now_involved n WHERE r.id = n.id AND r.involved <> n.keys
  ), alerts AS (
    UPDATE opinion_alert r SET involved = n.keys FROM now_involved n WHERE r.id = n.id AND r.involved <> n.keys
  )
  UPDATE sensitive_incident r SET involved = n.keys FROM now_involved n WHERE r.id = n.id AND r.involved <> n.keys;

  WITH opened AS MATERIALIZED (
    SELECT e.owner, e.policy_row, edge_keys(e.owner, e.policy_row) AS keys
      FROM (SELECT DISTINCT e.owner, e.policy_row
              FROM unnest(wanted) w(id) CROSS JOIN LATERAL (SELECT * FROM edge WHERE owner = w.id OFFSET 0) e) e
  ), cases AS (
    UPDATE case_minor e SET involved = o.keys FROM opened o
     WHERE e.case_file = o.owner AND case_edge_row(e.role) = o.policy_row AND e.involved <> o.keys
  ), incidents AS (
    UPDATE incident_minor e SET involved = o.keys FROM opened o
     WHERE e.incident = o.owner AND o.policy_row = 'R27m' AND e.involved <> o.keys
  )
  UPDATE incident_alert e SET involved = o.keys FROM opened o
   WHERE e.incident = o.owner AND o.policy_row = 'R28m' AND e.involved <> o.keys;

  -- A part that is to come, or over and not swept, is kept with its times: which of them are running is asked with the question.
  DELETE FROM case_participant p USING unnest(wanted) w(id)
   WHERE p.case_file = w.id AND NOT EXISTS (SELECT FROM direct_involvement d WHERE d.record = w.id AND d.id = p.id AND d.kind = 'PART');
  INSERT INTO case_participant (id, case_file, agency, since, until)
  SELECT d.id, d.record, d.agency, d.since, d.until
    FROM unnest(wanted) w(id)
   CROSS JOIN LATERAL (SELECT * FROM direct_involvement WHERE record = w.id AND record_type = 'Case' AND kind = 'PART' OFFSET 0) d
  ON CONFLICT (id) DO UPDATE SET since = EXCLUDED.since, until = EXCLUDED.until
   WHERE (case_participant.since, case_participant.until) IS DISTINCT FROM (EXCLUDED.since, EXCLUDED.until);

  UPDATE guardian b SET place = r.place, involved = r.involved FROM unnest(wanted) w(id) JOIN minor r USING (id)
   WHERE b.minor = r.id AND (b.place, b.involved) IS DISTINCT FROM (r.place, r.involved);
  UPDATE entrusted_care b SET place = r.place, involved = r.involved FROM unnest(wanted) w(id) JOIN minor r USING (id)
   WHERE b.minor = r.id AND (b.place, b.involved) IS DISTINCT FROM (r.place, r.involved);
  UPDATE enrolment b SET place = r.place, involved = r.involved FROM unnest(wanted) w(id) JOIN minor r USING (id)
   WHERE b.minor = r.id AND (b.place, b.involved) IS DISTINCT FROM (r.place, r.involved);
  UPDATE case_participant b SET place = r.place, involved = r.involved FROM unnest(wanted) w(id) JOIN case_file r USING (id)
   WHERE b.case_file = r.id AND (b.place, b.involved) IS DISTINCT FROM (r.place, r.involved);
  UPDATE incident_alert b SET place = r.place FROM unnest(wanted) w(id) JOIN sensitive_incident r USING (id)
   WHERE b.incident = r.id AND b.place IS DISTINCT FROM r.place;
END $$;

-- Records whose derived rows can change with these: a part or a class travels one step along the edges, an edge that
-- comes or goes touches its ends. Only where there is a conflict: on to minors, their cases and incidents, and alerts.
CREATE FUNCTION hub_linked(changed uuid[], one_step boolean) RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  linked uuid[] := changed;
BEGIN
  IF one_step THEN
    linked := ARRAY(SELECT unnest(changed)
      UNION SELECT far FROM edge WHERE owner = ANY(changed)
      UNION SELECT owner FROM edge WHERE far = ANY(changed));
  END IF;
  IF EXISTS (SELECT FROM involvement WHERE kind = 'CONFLICT' AND NOT swept AND record = ANY(linked)) THEN
    linked := ARRAY(SELECT unnest(changed) UNION SELECT far FROM edge WHERE owner = ANY(changed));
    linked := ARRAY(SELECT unnest(linked) UNION SELECT owner FROM edge WHERE far = ANY(linked));
    linked := ARRAY(SELECT unnest(linked) UNION SELECT far FROM edge WHERE owner = ANY(linked) AND far_type = 'OpinionAlert');
  END IF;
  RETURN linked;
END $$;

-- Refresh, and again while what is linked has grown between the reading of it and the lock.
CREATE FUNCTION hub_refresh_linked(changed uuid[], one_step boolean DEFAULT true) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  linked uuid[] := hub_linked(changed, one_step);
  seen uuid[];
BEGIN
  LOOP
    PERFORM hub_refresh(linked);
    seen := linked;
    linked := hub_linked(changed, one_step);
    EXIT WHEN linked <@ seen;
  END LOOP;
END $$;

CREATE FUNCTION involvement_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  records uuid[];
  travels boolean;
BEGIN
  SELECT array_agg(DISTINCT record), bool_or(kind IN ('PART', 'ASSIGNED', 'NAMED', 'CONFLICT'))
    INTO records, travels FROM changed WHERE via IS NULL;
  IF travels THEN PERFORM hub_refresh_linked(records, true);
  ELSIF records IS NOT NULL THEN PERFORM hub_refresh(records);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER involvement_inserted AFTER INSERT ON involvement REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION involvement_changed();
CREATE TRIGGER involvement_updated AFTER UPDATE ON involvement REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION involvement_changed();
CREATE TRIGGER involvement_deleted AFTER DELETE ON involvement REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION involvement_changed();
