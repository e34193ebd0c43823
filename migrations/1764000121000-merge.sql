-- Two records that may be one child: import proposes, people decide (docs/decisions/0010-import-proposes-people-decide.md).

-- OPEN: seen by whoever answers for matching there. OFFERED: put to the agencies that know the two. MERGED: all of them
-- have agreed. APART: two children; never proposed again.
CREATE TABLE merge_proposal (
  id        uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  -- The two, the smaller key first; while they are one, the smaller key is the record's.
  one       uuid NOT NULL,
  other     uuid NOT NULL CHECK (one < other),
  state     text NOT NULL DEFAULT 'OPEN' CHECK (state IN ('OPEN', 'OFFERED', 'MERGED', 'APART')),
  -- Counts changes of the state.
  version   integer NOT NULL DEFAULT 1,
  since     timestamptz NOT NULL DEFAULT now(),
  merged_at timestamptz,
  -- Everything about both before they were one: what takes them apart again. Nobody reads it but the function that does.
  before    jsonb,
  UNIQUE (one, other)
);
CREATE INDEX merge_proposal_other ON merge_proposal (other);

-- Who has agreed for which agency.
CREATE TABLE merge_agreement (
  proposal uuid NOT NULL REFERENCES merge_proposal ON DELETE CASCADE,
  agency   uuid NOT NULL REFERENCES agency,
  person   uuid NOT NULL REFERENCES person,
  at       timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (proposal, agency)
);

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['merge_proposal', 'merge_agreement'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY keeper ON %I TO hub_keeper USING (true) WITH CHECK (true)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO hub_keeper', t);
  END LOOP;
END $$;
GRANT INSERT, DELETE ON idempotency TO hub_keeper;

-- Agencies that are a source of the child now and feed what it is found by.
CREATE VIEW knowing_agency AS
  SELECT DISTINCT i.record AS minor, i.agency
    FROM direct_involvement i
   WHERE i.kind = 'SOURCE' AND i.record_type = 'Minor' AND i.since <= clock_timestamp()
     AND EXISTS (SELECT FROM identity_token t WHERE t.minor = i.record AND t.agency = i.agency);

CREATE OR REPLACE FUNCTION hub_know(of_agency uuid, known jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF of_agency::text IS DISTINCT FROM current_setting('hub.agency', true)
     AND NOT pg_has_role(coalesce(nullif(current_setting('role'), 'none'), session_user)::name, 'hub_keeper', 'MEMBER')
     OR EXISTS (SELECT FROM jsonb_to_recordset(known) AS k(minor uuid) WHERE NOT hub_may_change('Minor', k.minor))
  THEN RAISE insufficient_privilege USING MESSAGE = 'no such record'; END IF;
  DELETE FROM identity_token t USING jsonb_to_recordset(known) AS k(minor uuid)
   WHERE t.minor = k.minor AND t.agency = of_agency;
  INSERT INTO identity_token (token, minor, agency)
  SELECT DISTINCT decode(token, 'hex'), k.minor, of_agency
    FROM jsonb_to_recordset(known) AS k(minor uuid, tokens jsonb) CROSS JOIN LATERAL jsonb_array_elements_text(k.tokens) AS token;
  -- Another agency's child that is found by the same.
  INSERT INTO merge_proposal (one, other)
  SELECT DISTINCT least(t.minor, u.minor), greatest(t.minor, u.minor)
    FROM jsonb_to_recordset(known) AS k(minor uuid)
   CROSS JOIN LATERAL (SELECT * FROM identity_token WHERE minor = k.minor AND agency = of_agency OFFSET 0) t
   CROSS JOIN LATERAL (SELECT * FROM identity_token WHERE token = t.token AND minor <> t.minor AND agency <> of_agency OFFSET 0) u
  ON CONFLICT (one, other) DO NOTHING;
END $$;

-- Proposals about children within the viewer's places: `agencies` know one of the two.
CREATE FUNCTION hub_merge_proposals(conflicts bigint[])
RETURNS TABLE (id uuid, state text, version integer, since timestamptz, agencies uuid[], conflict boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT p.id, p.state, p.version, p.since,
         ARRAY(SELECT DISTINCT k.agency FROM knowing_agency k WHERE k.minor IN (p.one, p.other) ORDER BY 1),
         a.involved && conflicts OR b.involved && conflicts
    FROM merge_proposal p
    JOIN minor a ON a.id = p.one
    JOIN minor b ON b.id = p.other
   WHERE p.state IN ('OPEN', 'OFFERED') AND (a.place <@ hub_places('Minor') OR b.place <@ hub_places('Minor'))
   ORDER BY p.since, p.id
$$;

-- What was put to the viewer's agency: about which of its children, and whether it has agreed.
CREATE FUNCTION hub_merge_offers(conflicts bigint[])
RETURNS TABLE (id uuid, state text, version integer, minor uuid, agreed boolean, covered boolean, conflict boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT p.id, p.state, p.version, m.id,
         EXISTS (SELECT FROM merge_agreement g WHERE g.proposal = p.id AND g.agency = me.id),
         m.place <@ hub_places('Minor'),
         -- A conflict with either is one with both: they may be one child.
         EXISTS (SELECT FROM minor c WHERE c.id IN (p.one, p.other) AND c.involved && conflicts)
    FROM (SELECT nullif(current_setting('hub.agency', true), '')::uuid AS id) me
   CROSS JOIN LATERAL (SELECT k.minor FROM knowing_agency k WHERE k.agency = me.id OFFSET 0) k
    JOIN merge_proposal p ON k.minor IN (p.one, p.other)
    JOIN minor m ON m.id = k.minor
   WHERE p.state IN ('OFFERED', 'MERGED')
      -- Taken apart again.
      OR p.merged_at IS NOT NULL AND EXISTS (SELECT FROM merge_agreement g WHERE g.proposal = p.id AND g.agency = me.id)
   ORDER BY p.id
$$;

-- Puts a proposal to the agencies, or says that the two are two. @returns whether it was in that version
CREATE FUNCTION hub_decide_merge(proposal uuid, seen integer, becomes text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE merge_proposal SET state = becomes, version = version + 1
   WHERE id = proposal AND version = seen AND becomes IN ('OFFERED', 'APART') AND state IN ('OPEN', 'OFFERED') AND state <> becomes
     AND EXISTS (SELECT FROM minor m WHERE m.id IN (one, other) AND m.place <@ hub_places('Minor'));
  RETURN FOUND;
END $$;

-- Rows of every table about these minors, as they stand: {"guardian": [...], ...}. Without arrays: they follow.
CREATE FUNCTION hub_about(minors uuid[]) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  t record;
  rows jsonb;
  about jsonb := '{}';
BEGIN
  FOR t IN
    SELECT c.conrelid::regclass AS name, quote_ident(a.attname) AS minor
      FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
     WHERE c.contype = 'f' AND c.confrelid = 'minor'::regclass
  LOOP
    EXECUTE format('SELECT coalesce(jsonb_agg(to_jsonb(r) - ''involved''), ''[]'') FROM %s r WHERE r.%s = ANY ($1)', t.name, t.minor)
      INTO rows USING minors;
    about := about || jsonb_build_object(t.name::text, rows);
  END LOOP;
  RETURN about || jsonb_build_object(
    'minor', (SELECT jsonb_agg(to_jsonb(r) - 'involved') FROM minor r WHERE r.id = ANY (minors)),
    'involvement', (SELECT coalesce(jsonb_agg(to_jsonb(r)), '[]') FROM involvement r WHERE r.record = ANY (minors) AND r.via IS NULL),
    'register_key', (SELECT coalesce(jsonb_agg(to_jsonb(r)), '[]') FROM register_key r
      WHERE r.record = ANY (minors) OR r.record IN (SELECT id FROM guardian WHERE minor = ANY (minors))),
    'idempotency', (SELECT coalesce(jsonb_agg(to_jsonb(r)), '[]') FROM idempotency r WHERE r.record = ANY (minors)));
END $$;

-- Makes the two of a proposal one, and keeps what they were.
CREATE FUNCTION hub_merge(proposal uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  p merge_proposal;
  was jsonb;
BEGIN
  SELECT * INTO STRICT p FROM merge_proposal WHERE id = proposal;
  PERFORM hub_lock(hub_linked(ARRAY[p.one, p.other], true));
  was := hub_about(ARRAY[p.one, p.other]);
  -- First: a proposal that is settled otherwise is taken out by hub_join.
  UPDATE merge_proposal SET state = 'MERGED', version = version + 1, merged_at = clock_timestamp() WHERE id = proposal;
  PERFORM hub_join(ARRAY[p.one], ARRAY[p.other]);
  -- What both had alike was there twice and is there once now.
  UPDATE merge_proposal
     SET before = was || jsonb_build_object('dropped', (
           SELECT coalesce(jsonb_agg(r->'id'), '[]')
             FROM jsonb_array_elements((was->'guardian') || (was->'enrolment') || (was->'entrusted_care') || (was->'involvement')) r
            WHERE NOT EXISTS (SELECT FROM guardian WHERE id = (r->>'id')::uuid)
              AND NOT EXISTS (SELECT FROM enrolment WHERE id = (r->>'id')::uuid)
              AND NOT EXISTS (SELECT FROM entrusted_care WHERE id = (r->>'id')::uuid)
              AND NOT EXISTS (SELECT FROM involvement WHERE id = (r->>'id')::uuid)))
   WHERE id = proposal;
END $$;

-- Agrees for the viewer's agency; when every agency that knows one of the two has agreed, they become one.
-- @returns the state then; null where the proposal is not the agency's to agree to, or not in that version any more
CREATE FUNCTION hub_agree_to_merge(of_proposal uuid, seen integer, by_person uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  me uuid := nullif(current_setting('hub.agency', true), '')::uuid;
  p merge_proposal;
BEGIN
  SELECT * INTO p FROM merge_proposal WHERE id = of_proposal FOR UPDATE;
  IF p.state = 'MERGED' AND EXISTS (SELECT FROM merge_agreement g WHERE g.proposal = p.id AND g.agency = me) THEN RETURN p.state; END IF;
  IF p.state IS DISTINCT FROM 'OFFERED' OR p.version <> seen
     OR NOT EXISTS (SELECT FROM knowing_agency k WHERE k.agency = me AND k.minor IN (p.one, p.other))
  THEN RETURN NULL; END IF;
  PERFORM hub_lock(ARRAY[p.one, p.other]);
  INSERT INTO merge_agreement (proposal, agency, person) VALUES (p.id, me, by_person) ON CONFLICT DO NOTHING;
  IF EXISTS (SELECT FROM knowing_agency k WHERE k.minor IN (p.one, p.other)
                AND NOT EXISTS (SELECT FROM merge_agreement g WHERE g.proposal = p.id AND g.agency = k.agency))
  THEN RETURN p.state; END IF;
  PERFORM hub_merge(p.id);
  RETURN 'MERGED';
END $$;

-- Takes apart what was merged: both are as they were. What has come since stays with the record that stayed, and what has
-- ended since stays ended. @returns as hub_agree_to_merge
CREATE FUNCTION hub_unmerge(of_proposal uuid, seen integer) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  me text := current_setting('hub.agency', true);
  p merge_proposal;
  was jsonb;
  stays uuid;
  goes uuid;
  t record;
BEGIN
  SELECT * INTO p FROM merge_proposal WHERE id = of_proposal FOR UPDATE;
  IF NOT EXISTS (SELECT FROM merge_agreement g WHERE g.proposal = p.id AND g.agency::text = me) THEN RETURN NULL; END IF;
  IF p.state = 'APART' AND p.merged_at IS NOT NULL THEN RETURN p.state; END IF;
  IF p.state IS DISTINCT FROM 'MERGED' OR p.version <> seen
     OR NOT EXISTS (SELECT FROM knowing_agency k WHERE k.agency::text = me AND k.minor = p.one)
     -- One that became part of it later comes out first.
     OR EXISTS (SELECT FROM merge_proposal l WHERE l.state = 'MERGED' AND l.merged_at > p.merged_at AND p.one IN (l.one, l.other))
  THEN RETURN NULL; END IF;
  was := p.before;
  stays := p.one;
  goes := p.other;
  PERFORM hub_lock(hub_linked(ARRAY[stays], true));

  INSERT INTO minor SELECT r.* FROM jsonb_array_elements(was->'minor') e CROSS JOIN LATERAL jsonb_populate_record(NULL::minor, e || '{"involved": []}') r WHERE r.id = goes;
  UPDATE minor m
     SET place = r.place, full_name = r.full_name, given_name = r.given_name, citizen_number = r.citizen_number,
         birth_date = r.birth_date, sex = r.sex, ethnic_group = r.ethnic_group, care_categories = r.care_categories,
         home_address = r.home_address, phone = r.phone,
         version = m.version + ((m.full_name, m.given_name) IS DISTINCT FROM (r.full_name, r.given_name))::int
    FROM jsonb_array_elements(was->'minor') e CROSS JOIN LATERAL jsonb_populate_record(NULL::minor, e) r
   WHERE m.id = stays AND r.id = stays;

  -- Rows that came along go back as they are now; those that were there twice come back as they were.
  FOR t IN
    SELECT c.conrelid::regclass AS name, quote_ident(a.attname) AS minor
      FROM pg_constraint c
      JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
      JOIN pg_attribute i ON i.attrelid = c.conrelid AND i.attname = 'id'
     WHERE c.contype = 'f' AND c.confrelid = 'minor'::regclass
  LOOP
    EXECUTE format(
      'UPDATE %1$s r SET %2$s = $1 FROM jsonb_array_elements($2) e WHERE r.id = (e->>''id'')::uuid AND (e->>%3$L)::uuid = $1',
      t.name, t.minor, trim(BOTH '"' FROM t.minor)) USING goes, coalesce(was->(t.name::text), '[]');
    CONTINUE WHEN NOT EXISTS (SELECT FROM jsonb_array_elements(was->(t.name::text)) e WHERE was->'dropped' @> (e->'id'));
    EXECUTE format(
      'INSERT INTO %1$s SELECT r.* FROM jsonb_array_elements($2) e CROSS JOIN LATERAL jsonb_populate_record(NULL::%1$s, e || ''{"involved": []}'') r
        WHERE r.%2$s = $1 AND $3 @> (e->''id'')', t.name, t.minor) USING goes, was->(t.name::text), was->'dropped';
  END LOOP;
  UPDATE guardian g SET phone = r.phone
    FROM jsonb_array_elements(was->'guardian') e CROSS JOIN LATERAL jsonb_populate_record(NULL::guardian, e) r
   WHERE g.id = r.id AND r.minor = stays;
  UPDATE entrusted_care g SET phone = r.phone, declared_to_school_on = r.declared_to_school_on, declared_to_village_on = r.declared_to_village_on
    FROM jsonb_array_elements(was->'entrusted_care') e CROSS JOIN LATERAL jsonb_populate_record(NULL::entrusted_care, e) r
   WHERE g.id = r.id AND r.minor = stays;

  -- An edge that is gone since does not come back: R20 ENDS_WITH_CASE.
  INSERT INTO case_minor (case_file, minor, role)
  SELECT r.case_file, goes, r.role
    FROM jsonb_array_elements(was->'case_minor') e CROSS JOIN LATERAL jsonb_populate_record(NULL::case_minor, e) r
   WHERE r.minor = goes AND EXISTS (SELECT FROM case_minor n WHERE n.case_file = r.case_file AND n.minor = stays);
  DELETE FROM case_minor n USING case_minor g
   WHERE n.minor = stays AND g.minor = goes AND g.case_file = n.case_file
     AND NOT was->'case_minor' @> jsonb_build_array(jsonb_build_object('case_file', n.case_file, 'minor', stays));
  INSERT INTO incident_minor (incident, minor)
  SELECT r.incident, goes
    FROM jsonb_array_elements(was->'incident_minor') e CROSS JOIN LATERAL jsonb_populate_record(NULL::incident_minor, e) r
   WHERE r.minor = goes AND EXISTS (SELECT FROM incident_minor n WHERE n.incident = r.incident AND n.minor = stays);
  DELETE FROM incident_minor n USING incident_minor g
   WHERE n.minor = stays AND g.minor = goes AND g.incident = n.incident
     AND NOT was->'incident_minor' @> jsonb_build_array(jsonb_build_object('incident', n.incident, 'minor', stays));

  -- Of two alike the one that stayed tells whether both have ended since.
  INSERT INTO involvement (id, record_type, record, agency, person, kind, policy_row, since, until, basis, swept, key)
  SELECT r.id, r.record_type, goes, r.agency, r.person, r.kind, r.policy_row, r.since, n.until, r.basis, n.swept, r.key
    FROM jsonb_array_elements(was->'involvement') e
   CROSS JOIN LATERAL jsonb_populate_record(NULL::involvement, e) r
    JOIN jsonb_array_elements(was->'involvement') f ON (f->>'record')::uuid = stays AND f->'key' = e->'key' AND f->>'until' IS NULL
    JOIN involvement n ON n.id = (f->>'id')::uuid
   WHERE r.record = goes AND was->'dropped' @> (e->'id');
  UPDATE involvement n SET record = goes
    FROM jsonb_array_elements(was->'involvement') e
   WHERE n.id = (e->>'id')::uuid AND (e->>'record')::uuid = goes AND n.record = stays;
  UPDATE involvement n SET since = (e->>'since')::timestamptz
    FROM jsonb_array_elements(was->'involvement') e
   WHERE n.id = (e->>'id')::uuid AND n.record = stays AND n.since < (e->>'since')::timestamptz;

  DELETE FROM identity_token WHERE minor = stays;
  INSERT INTO identity_token
  SELECT r.* FROM jsonb_array_elements(was->'identity_token') e CROSS JOIN LATERAL jsonb_populate_record(NULL::identity_token, e) r;

  -- The next register that comes says again what has been corrected since: its rows count as changed.
  UPDATE register_key n SET record = r.record, digest = '\x'
    FROM jsonb_array_elements(was->'register_key') e CROSS JOIN LATERAL jsonb_populate_record(NULL::register_key, e) r
   WHERE n.agency = r.agency AND n.register = r.register AND n.key = r.key;
  UPDATE idempotency n SET record = r.record
    FROM jsonb_array_elements(was->'idempotency') e CROSS JOIN LATERAL jsonb_populate_record(NULL::idempotency, e) r
   WHERE n.asker = r.asker AND n.key = r.key;

  UPDATE merge_proposal SET state = 'APART', version = version + 1, before = NULL WHERE id = p.id;
  PERFORM hub_refresh_linked(ARRAY[stays, goes]);
  RETURN 'APART';
END $$;

-- As hub_link, with what children are found by and who looked for them; a proposal about the two is settled, one about the
-- one that goes is about the one that stays.
CREATE OR REPLACE FUNCTION hub_join(kept uuid[], merged uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO identity_token (token, minor, agency)
  SELECT t.token, pair.stays, t.agency
    FROM unnest(kept, merged) AS pair(stays, goes) JOIN identity_token t ON t.minor = pair.goes
  ON CONFLICT DO NOTHING;
  UPDATE minor_lookup l SET minor = pair.stays FROM unnest(kept, merged) AS pair(stays, goes) WHERE l.minor = pair.goes;

  INSERT INTO merge_proposal (one, other, state)
  SELECT least(pair.stays, x.far), greatest(pair.stays, x.far), min(CASE p.state WHEN 'APART' THEN 'APART' ELSE 'OPEN' END)
    FROM unnest(kept, merged) AS pair(stays, goes)
    JOIN merge_proposal p ON pair.goes IN (p.one, p.other) AND p.state <> 'MERGED'
   CROSS JOIN LATERAL (SELECT CASE p.one WHEN pair.goes THEN p.other ELSE p.one END) AS x(far)
   WHERE x.far <> pair.stays
   GROUP BY pair.stays, x.far
  ON CONFLICT (one, other) DO NOTHING;
  DELETE FROM merge_proposal p USING unnest(merged) AS goes WHERE goes IN (p.one, p.other) AND p.state IN ('OPEN', 'OFFERED');
  PERFORM hub_link(kept, merged);
END $$;

-- R20 ENDS_WITH_CASE (JDPL 59): what a closed case deletes is not kept here either.
CREATE FUNCTION merge_forgets_suspects() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE merge_proposal
     SET before = jsonb_set(before, '{case_minor}', (
           SELECT coalesce(jsonb_agg(e), '[]') FROM jsonb_array_elements(before->'case_minor') e
            WHERE NOT (e->>'case_file' = NEW.id::text AND e->>'role' = 'SUSPECT')))
   WHERE before->'case_minor' @> jsonb_build_array(jsonb_build_object('case_file', NEW.id, 'role', 'SUSPECT'));
  RETURN NULL;
END $$;
CREATE TRIGGER merge_forgets_suspects AFTER UPDATE OF stage ON case_file FOR EACH ROW
  WHEN (NEW.stage = 'CLOSED') EXECUTE FUNCTION merge_forgets_suspects();

-- As every function of the keeper.
GRANT CREATE ON SCHEMA public TO hub_keeper;
ALTER VIEW knowing_agency OWNER TO hub_keeper;
DO $$
DECLARE
  f regprocedure;
BEGIN
  FOR f IN SELECT p.oid::regprocedure FROM pg_proc p
            WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef AND p.proowner <> 'hub_keeper'::regrole LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO hub_keeper', f);
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
  END LOOP;
END $$;
GRANT EXECUTE ON FUNCTION hub_merge_proposals(bigint[]), hub_merge_offers(bigint[]), hub_decide_merge(uuid, integer, text),
  hub_agree_to_merge(uuid, integer, uuid), hub_unmerge(uuid, integer) TO hub_app;
REVOKE CREATE ON SCHEMA public FROM hub_keeper;
