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
  CHECK (until IS NULL OR until >= since)
);
CREATE INDEX involvement_record ON involvement (record, key);
CREATE INDEX involvement_key ON involvement (key, record);
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
  NEW.key := involvement_key(
    CASE WHEN NEW.person IS NULL THEN (SELECT no FROM agency WHERE id = NEW.agency) ELSE (SELECT no FROM person WHERE id = NEW.person) END,
    NEW.person IS NOT NULL,
    NEW.kind,
    coalesce((SELECT no FROM policy_row WHERE name = NEW.policy_row), 0),
    NEW.until IS NOT NULL OR NEW.since > clock_timestamp());
  RETURN NEW;
END $$;
CREATE TRIGGER involvement_set_key BEFORE INSERT OR UPDATE ON involvement FOR EACH ROW EXECUTE FUNCTION involvement_set_key();

-- Every edge from a case or an incident, with the policy row that guards it.
CREATE VIEW edge AS
  SELECT 'Case' AS owner_type, case_file AS owner, 'Minor' AS far_type, minor AS far,
         CASE role WHEN 'VICTIM' THEN 'R19' WHEN 'SUSPECT' THEN 'R20' ELSE 'R17m' END AS policy_row
    FROM case_minor
  UNION ALL
  SELECT 'SensitiveIncident', incident, 'Minor', minor, 'R27m' FROM incident_minor
  UNION ALL
  SELECT 'SensitiveIncident', incident, 'OpinionAlert', alert, 'R28m' FROM incident_alert;

-- Facts that are in force or will be; an ended one must not be revived by a transaction that began before its end,
-- hence clock_timestamp().
CREATE VIEW direct_involvement AS
  SELECT i.record_type, i.record, i.agency, i.person, i.kind, i.since, i.until, a.kind AS role
    FROM involvement i JOIN agency a ON a.id = i.agency
   WHERE i.via IS NULL AND (i.until IS NULL OR i.until > clock_timestamp());

-- A class teacher's relation to the pupils follows the class.
CREATE VIEW class_involvement AS
  SELECT e.minor, c.school AS agency, c.teacher AS person, e.since::timestamptz AS since, e.id AS via
    FROM enrolment e JOIN school_class c ON c.id = e.school_class
   WHERE c.teacher IS NOT NULL;

-- The rows that follow from others, for the wanted records.
CREATE FUNCTION derived_involvement(wanted uuid[])
RETURNS TABLE (record_type text, record uuid, agency uuid, person uuid, kind text, policy_row text,
               since timestamptz, until timestamptz, via uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH conflict AS MATERIALIZED (
    SELECT d.record_type, d.record, d.agency, d.person, d.since, d.until FROM direct_involvement d WHERE d.kind = 'CONFLICT'
  ), conflict_of_minor AS (
    SELECT c.record AS minor, c.agency, c.person, c.since, c.until, NULL::uuid AS via FROM conflict c WHERE c.record_type = 'Minor'
    UNION ALL
    SELECT e.far, c.agency, c.person, c.since, c.until, e.owner
      FROM conflict c JOIN edge e ON e.owner = c.record AND e.far_type = 'Minor'
  ), conflict_of_owner AS (
    SELECT e.owner_type, e.owner, c.agency, c.person, c.since, c.until, e.far AS via
      FROM conflict_of_minor c JOIN edge e ON e.far = c.minor
  )
  -- p: a part in a case or an incident counts on what hangs on it through an edge that opens for it
  SELECT e.far_type, e.far, d.agency, d.person, d.kind, e.policy_row, d.since, d.until, e.owner
    FROM edge e
    JOIN direct_involvement d ON d.record = e.owner AND d.kind IN ('PART', 'ASSIGNED', 'NAMED')
    JOIN edge_opening o ON o.edge = e.policy_row AND o.role = d.role AND o.kind = d.kind
   WHERE e.far = ANY(wanted)
  UNION
  SELECT 'Minor', c.minor, c.agency, c.person, 'CLASS', NULL, c.since, NULL, c.via
    FROM class_involvement c WHERE c.minor = ANY(wanted)
  UNION
  -- a case of a pupil is within the class teacher's scope through an edge that opens for the school's part
  SELECT e.owner_type, e.owner, c.agency, c.person, 'CLASS', e.policy_row, greatest(c.since, d.since), d.until, e.far
    FROM edge e
    JOIN class_involvement c ON c.minor = e.far
    JOIN direct_involvement d ON d.record = e.owner AND d.agency = c.agency AND d.kind = 'PART'
    JOIN edge_opening o ON o.edge = e.policy_row AND o.role = d.role AND o.kind = d.kind
   WHERE e.owner = ANY(wanted)
  UNION
  SELECT 'Minor', minor, agency, person, 'CONFLICT', NULL, since, until, via
    FROM conflict_of_minor WHERE via IS NOT NULL AND minor = ANY(wanted)
  UNION
  SELECT owner_type, owner, agency, person, 'CONFLICT', NULL, since, until, via
    FROM conflict_of_owner WHERE owner = ANY(wanted)
  UNION
  SELECT e.far_type, e.far, c.agency, c.person, 'CONFLICT', NULL, c.since, c.until, e.owner
    FROM edge e
    JOIN (SELECT record AS owner, agency, person, since, until FROM conflict
          UNION SELECT owner, agency, person, since, until FROM conflict_of_owner) c ON c.owner = e.owner
   WHERE e.far_type = 'OpinionAlert' AND e.far = ANY(wanted)
$$;

-- Keys of one record, as its array carries them.
CREATE FUNCTION involved_keys(wanted uuid) RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT coalesce(array_agg(DISTINCT key ORDER BY key), '{}')
    FROM involvement WHERE record = wanted AND (until IS NULL OR until > clock_timestamp())
$$;

-- Keys for which the group of an edge can open at all: direct relations to the owner that the policy lets through.
CREATE FUNCTION edge_keys(owner uuid, edge_row text) RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT coalesce(array_agg(DISTINCT i.key ORDER BY i.key), '{}')
    FROM involvement i JOIN agency a ON a.id = i.agency
    JOIN edge_opening o ON o.edge = edge_row AND o.role = a.kind AND o.kind = i.kind
   WHERE i.record = owner AND i.via IS NULL AND (i.until IS NULL OR i.until > clock_timestamp())
$$;

-- Brings derived rows and arrays of the wanted records up to date. Locks first, in one order for everybody; what it
-- then reads, in following statements, is what the transactions before it have committed.
CREATE FUNCTION hub_refresh(wanted uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM FROM case_file WHERE id = ANY(wanted) ORDER BY id FOR NO KEY UPDATE;
  PERFORM FROM minor WHERE id = ANY(wanted) ORDER BY id FOR NO KEY UPDATE;
  PERFORM FROM opinion_alert WHERE id = ANY(wanted) ORDER BY id FOR NO KEY UPDATE;
  PERFORM FROM sensitive_incident WHERE id = ANY(wanted) ORDER BY id FOR NO KEY UPDATE;

  DELETE FROM involvement
   WHERE id IN (
     SELECT i.id
       FROM involvement i
       LEFT JOIN derived_involvement(wanted) d
         ON d.record = i.record AND d.via = i.via AND d.kind = i.kind AND d.agency = i.agency
        AND d.person IS NOT DISTINCT FROM i.person AND d.policy_row IS NOT DISTINCT FROM i.policy_row
        AND d.since = i.since AND d.until IS NOT DISTINCT FROM i.until
      WHERE i.record = ANY(wanted) AND i.via IS NOT NULL AND d.record IS NULL);
  INSERT INTO involvement (record_type, record, agency, person, kind, policy_row, since, until, via, basis)
  SELECT d.record_type, d.record, d.agency, d.person, d.kind, d.policy_row, d.since, d.until, d.via, 'derived'
    FROM derived_involvement(wanted) d
    LEFT JOIN involvement i
      ON d.record = i.record AND d.via = i.via AND d.kind = i.kind AND d.agency = i.agency
     AND d.person IS NOT DISTINCT FROM i.person AND d.policy_row IS NOT DISTINCT FROM i.policy_row
     AND d.since = i.since AND d.until IS NOT DISTINCT FROM i.until
   WHERE i.id IS NULL;

  UPDATE case_file r SET involved = involved_keys(r.id)
   WHERE r.id = ANY(wanted) AND r.involved IS DISTINCT FROM involved_keys(r.id);
  UPDATE minor r SET involved = involved_keys(r.id)
   WHERE r.id = ANY(wanted) AND r.involved IS DISTINCT FROM involved_keys(r.id);
  UPDATE opinion_alert r SET involved = involved_keys(r.id)
   WHERE r.id = ANY(wanted) AND r.involved IS DISTINCT FROM involved_keys(r.id);
  UPDATE sensitive_incident r SET involved = involved_keys(r.id)
   WHERE r.id = ANY(wanted) AND r.involved IS DISTINCT FROM involved_keys(r.id);

  UPDATE case_minor c SET involved = edge_keys(e.owner, e.policy_row)
    FROM edge e
   WHERE c.case_file = ANY(wanted) AND e.owner = c.case_file AND e.far = c.minor
     AND c.involved IS DISTINCT FROM edge_keys(e.owner, e.policy_row);
  UPDATE incident_minor e SET involved = edge_keys(e.incident, 'R27m')
   WHERE e.incident = ANY(wanted) AND e.involved IS DISTINCT FROM edge_keys(e.incident, 'R27m');
  UPDATE incident_alert e SET involved = edge_keys(e.incident, 'R28m')
   WHERE e.incident = ANY(wanted) AND e.involved IS DISTINCT FROM edge_keys(e.incident, 'R28m');
END $$;

-- Records whose derived rows can change with these: one step along the edges, and two more where a conflict may travel.
CREATE FUNCTION hub_linked(wanted uuid[]) RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  near uuid[];
  further uuid[];
BEGIN
  SELECT array_agg(DISTINCT id) INTO near FROM (
    SELECT unnest(wanted) AS id
    UNION SELECT far FROM edge WHERE owner = ANY(wanted)
    UNION SELECT owner FROM edge WHERE far = ANY(wanted)) x;
  SELECT array_agg(DISTINCT id) INTO further FROM (
    SELECT unnest(near) AS id
    UNION SELECT owner FROM edge WHERE far = ANY(near)) x;
  IF NOT EXISTS (SELECT FROM involvement WHERE kind = 'CONFLICT' AND record = ANY(further)) THEN RETURN near; END IF;
  RETURN (SELECT array_agg(DISTINCT id) FROM (
    SELECT unnest(further) AS id
    UNION SELECT far FROM edge WHERE owner = ANY(further)) x);
END $$;

-- Refresh, and again while what is linked has grown between the reading of it and the lock.
CREATE FUNCTION hub_refresh_linked(changed uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  linked uuid[] := hub_linked(changed);
  seen uuid[];
BEGIN
  LOOP
    PERFORM hub_refresh(linked);
    seen := linked;
    linked := hub_linked(changed);
    EXIT WHEN linked <@ seen;
  END LOOP;
END $$;

CREATE FUNCTION involvement_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  travelling uuid[];
  staying uuid[];
BEGIN
  IF TG_OP = 'DELETE' THEN
    SELECT array_agg(DISTINCT record) FILTER (WHERE kind IN ('PART', 'ASSIGNED', 'NAMED', 'CONFLICT')), array_agg(DISTINCT record)
      INTO travelling, staying FROM old_rows WHERE via IS NULL;
  ELSE
    SELECT array_agg(DISTINCT record) FILTER (WHERE kind IN ('PART', 'ASSIGNED', 'NAMED', 'CONFLICT')), array_agg(DISTINCT record)
      INTO travelling, staying FROM new_rows WHERE via IS NULL;
  END IF;
  IF travelling IS NOT NULL THEN PERFORM hub_refresh_linked(staying);
  ELSIF staying IS NOT NULL THEN PERFORM hub_refresh(staying);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER involvement_inserted AFTER INSERT ON involvement REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION involvement_changed();
CREATE TRIGGER involvement_updated AFTER UPDATE ON involvement REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION involvement_changed();
CREATE TRIGGER involvement_deleted AFTER DELETE ON involvement REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION involvement_changed();
