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
  -- A person takes part for an agency, and no longer than it does.
  IF NEW.kind IN ('ASSIGNED', 'NAMED') AND NEW.until IS NULL THEN
    SELECT max(until) INTO NEW.until FROM involvement
     WHERE record = NEW.record AND agency = NEW.agency AND kind = 'PART' AND via IS NULL AND (until IS NULL OR until > clock_timestamp())
    HAVING bool_and(until IS NOT NULL);
  END IF;
  NEW.key := involvement_key(
    CASE WHEN NEW.person IS NULL THEN (SELECT no FROM agency WHERE id = NEW.agency) ELSE (SELECT no FROM person WHERE id = NEW.person) END,
    NEW.person IS NOT NULL,
    NEW.kind,
    coalesce((SELECT no FROM policy_row WHERE name = NEW.policy_row), 0),
    NEW.until IS NOT NULL OR NEW.since > clock_timestamp());
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
  SELECT i.record_type, i.record, i.agency, i.person, i.kind, i.since, i.until, i.key, a.kind AS role
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

-- The rows that follow from others, for the wanted records.
CREATE FUNCTION derived_involvement(wanted uuid[]) RETURNS SETOF derived
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH conflict AS NOT MATERIALIZED (
    SELECT record, agency, person, since, until FROM direct_involvement WHERE kind = 'CONFLICT'
  ),
  -- of a case or incident with a minor, from the minor and from the minor's other cases and incidents
  conflict_of_owner AS NOT MATERIALIZED (
    SELECT e.owner_type, e.owner, c.* FROM edge e JOIN conflict c ON c.record = e.far
     WHERE e.far_type = 'Minor'
    UNION ALL
    SELECT e.owner_type, e.owner, c.* FROM edge e JOIN edge other ON other.far = e.far JOIN conflict c ON c.record = other.owner
     WHERE e.far_type = 'Minor' AND other.owner <> e.owner
  ),
  follows AS (
    -- p: a part in a case or an incident counts on what hangs on it through an edge that opens for it
    SELECT e.far_type AS record_type, e.far AS record, d.agency, d.person, d.kind, e.policy_row, d.since, d.until, e.owner AS via
      FROM edge e
      JOIN direct_involvement d ON d.record = e.owner AND d.kind IN ('PART', 'ASSIGNED', 'NAMED')
      JOIN edge_opening o ON o.edge = e.policy_row AND o.role = d.role AND o.kind = d.kind
     WHERE e.far = ANY(wanted)
    UNION
    SELECT 'Minor', c.minor, c.agency, c.person, 'CLASS', NULL, c.since, NULL, c.via
      FROM class_involvement c
     WHERE c.minor = ANY(wanted)
    UNION
    -- a case of a pupil is within the class teacher's scope through an edge that opens for the school's part
    SELECT e.owner_type, e.owner, c.agency, c.person, 'CLASS', e.policy_row, greatest(c.since, d.since), d.until, e.far
      FROM edge e
      JOIN class_involvement c ON c.minor = e.far
      JOIN direct_involvement d ON d.record = e.owner AND d.agency = c.agency AND d.kind = 'PART'
      JOIN edge_opening o ON o.edge = e.policy_row AND o.role = d.role AND o.kind = d.kind
     WHERE e.owner = ANY(wanted)
    UNION
    SELECT e.far_type, e.far, c.agency, c.person, 'CONFLICT', NULL, c.since, c.until, c.record
      FROM edge e JOIN conflict c ON c.record = e.owner
     WHERE e.far = ANY(wanted)
    UNION
    SELECT owner_type, owner, agency, person, 'CONFLICT', NULL, since, until, record
      FROM conflict_of_owner
     WHERE owner = ANY(wanted)
    UNION
    SELECT e.far_type, e.far, c.agency, c.person, 'CONFLICT', NULL, c.since, c.until, c.record
      FROM edge e JOIN conflict_of_owner c ON c.owner = e.owner
     WHERE e.far_type = 'OpinionAlert' AND e.far = ANY(wanted)
  )
  SELECT f.*, involvement_key(coalesce(p.no, a.no), f.person IS NOT NULL, f.kind, coalesce(r.no, 0),
                              f.until IS NOT NULL OR f.since > clock_timestamp())
    FROM follows f
    JOIN agency a ON a.id = f.agency
    LEFT JOIN person p ON p.id = f.person
    LEFT JOIN policy_row r ON r.name = f.policy_row
$$;

-- Keys for which the group of an edge can open at all: direct relations to the owner that the policy lets through.
CREATE FUNCTION edge_keys(owner uuid, edge_row text) RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT coalesce(array_agg(DISTINCT d.key ORDER BY d.key), '{}')
    FROM direct_involvement d JOIN edge_opening o ON o.edge = edge_row AND o.role = d.role AND o.kind = d.kind
   WHERE d.record = owner
$$;

-- Whoever changes what holds about records locks them first, in one order for everybody; what is then read, in
-- following statements, is what the transactions before have committed.
CREATE FUNCTION hub_lock(wanted uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM FROM case_file WHERE id = ANY(wanted) ORDER BY id FOR NO KEY UPDATE;
  PERFORM FROM minor WHERE id = ANY(wanted) ORDER BY id FOR NO KEY UPDATE;
  PERFORM FROM opinion_alert WHERE id = ANY(wanted) ORDER BY id FOR NO KEY UPDATE;
  PERFORM FROM sensitive_incident WHERE id = ANY(wanted) ORDER BY id FOR NO KEY UPDATE;
END $$;

-- Brings derived rows, participants and arrays of the wanted records up to date, and the copies in what belongs to them.
CREATE FUNCTION hub_refresh(wanted uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  following derived[];
BEGIN
  PERFORM hub_lock(wanted);

  following := ARRAY(SELECT d FROM derived_involvement(wanted) d);
  DELETE FROM involvement i
   WHERE i.record = ANY(wanted) AND i.via IS NOT NULL AND NOT EXISTS (
     SELECT FROM unnest(following) f WHERE f.record = i.record AND f.via = i.via AND f.key = i.key AND f.since = i.since AND f.until IS NOT DISTINCT FROM i.until);
  INSERT INTO involvement (record_type, record, agency, person, kind, policy_row, since, until, via, basis, key)
  SELECT f.record_type, f.record, f.agency, f.person, f.kind, f.policy_row, f.since, f.until, f.via, 'derived', f.key
    FROM unnest(following) f
   WHERE NOT EXISTS (
     SELECT FROM involvement i WHERE f.record = i.record AND f.via = i.via AND f.key = i.key AND f.since = i.since AND f.until IS NOT DISTINCT FROM i.until);

  WITH now_involved AS MATERIALIZED (
    SELECT w.record, coalesce(array_agg(DISTINCT i.key ORDER BY i.key) FILTER (WHERE i.key IS NOT NULL AND (i.until IS NULL OR i.until > clock_timestamp())), '{}') AS keys
      FROM unnest(wanted) w(record) LEFT JOIN involvement i ON i.record = w.record
     GROUP BY w.record
  ), cases AS (
    UPDATE case_file r SET involved = n.keys FROM now_involved n WHERE r.id = n.record AND r.involved <> n.keys
  ), minors AS (
    UPDATE minor r SET involved = n.keys FROM now_involved n WHERE r.id = n.record AND r.involved <> n.keys
  ), alerts AS (
    UPDATE opinion_alert r SET involved = n.keys FROM now_involved n WHERE r.id = n.record AND r.involved <> n.keys
  )
  UPDATE sensitive_incident r SET involved = n.keys FROM now_involved n WHERE r.id = n.record AND r.involved <> n.keys;

  WITH opened AS MATERIALIZED (
    SELECT owner, policy_row, edge_keys(owner, policy_row) AS keys
      FROM (SELECT DISTINCT owner, policy_row FROM edge WHERE owner = ANY(wanted)) e
  ), cases AS (
    UPDATE case_minor e SET involved = o.keys FROM opened o
     WHERE e.case_file = o.owner AND case_edge_row(e.role) = o.policy_row AND e.involved <> o.keys
  ), incidents AS (
    UPDATE incident_minor e SET involved = o.keys FROM opened o
     WHERE e.incident = o.owner AND o.policy_row = 'R27m' AND e.involved <> o.keys
  )
  UPDATE incident_alert e SET involved = o.keys FROM opened o
   WHERE e.incident = o.owner AND o.policy_row = 'R28m' AND e.involved <> o.keys;

  DELETE FROM case_participant p
   WHERE p.case_file = ANY(wanted) AND NOT EXISTS (
     SELECT FROM direct_involvement d WHERE d.record = p.case_file AND d.agency = p.agency AND d.kind = 'PART');
  INSERT INTO case_participant (id, case_file, agency)
  SELECT md5(d.record || ' ' || d.agency)::uuid, d.record, d.agency FROM direct_involvement d
   WHERE d.record = ANY(wanted) AND d.record_type = 'Case' AND d.kind = 'PART'
  ON CONFLICT DO NOTHING;

  UPDATE guardian b SET place = r.place, involved = r.involved FROM minor r
   WHERE r.id = ANY(wanted) AND b.minor = r.id AND (b.place, b.involved) IS DISTINCT FROM (r.place, r.involved);
  UPDATE entrusted_care b SET place = r.place, involved = r.involved FROM minor r
   WHERE r.id = ANY(wanted) AND b.minor = r.id AND (b.place, b.involved) IS DISTINCT FROM (r.place, r.involved);
  UPDATE enrolment b SET place = r.place, involved = r.involved FROM minor r
   WHERE r.id = ANY(wanted) AND b.minor = r.id AND (b.place, b.involved) IS DISTINCT FROM (r.place, r.involved);
  UPDATE case_participant b SET place = r.place, involved = r.involved FROM case_file r
   WHERE r.id = ANY(wanted) AND b.case_file = r.id AND (b.place, b.involved) IS DISTINCT FROM (r.place, r.involved);
  UPDATE incident_alert b SET place = r.place FROM sensitive_incident r
   WHERE r.id = ANY(wanted) AND b.incident = r.id AND b.place IS DISTINCT FROM r.place;
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
