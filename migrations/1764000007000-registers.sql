-- Which record an agency's own number means: what makes an import repeatable (docs/registers.md). Numbers of different
-- agencies never meet: an index across agencies would tell one of them what another one knows.
CREATE TABLE register_key (
  -- The nil UUID for the operator's registers, which are there before any agency is.
  agency uuid NOT NULL,
  register text NOT NULL,
  key text NOT NULL,
  -- null: the row is no record of its own (a duty, a link).
  record_type text,
  record uuid,
  -- SHA-256 of the row as it was imported last: the same row again changes nothing, whatever has happened since.
  digest bytea NOT NULL,
  PRIMARY KEY (agency, register, key)
);
CREATE INDEX register_key_record ON register_key (record);

ALTER TABLE register_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE register_key FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON register_key TO hub_app USING (agency::text = current_setting('hub.agency', true));
CREATE POLICY agencies ON register_key FOR SELECT TO hub_app
  USING (agency = '00000000-0000-0000-0000-000000000000' AND register = 'agencies');
CREATE POLICY keeper ON register_key TO hub_keeper USING (true) WITH CHECK (true);
CREATE POLICY keeper ON idempotency TO hub_keeper USING (true) WITH CHECK (true);

GRANT SELECT, INSERT, UPDATE, DELETE ON register_key TO hub_app;
GRANT SELECT, UPDATE ON register_key, idempotency TO hub_keeper;
-- A register that no longer names a guardian or carer takes them out.
GRANT DELETE ON guardian, entrusted_care TO hub_app;

-- Is another agency a source of the record too? `own`: the asking agency's key of kind SOURCE.
CREATE FUNCTION other_source(involved bigint[], own bigint) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN EXISTS (SELECT FROM unnest(involved) AS key WHERE key & 7936 = own & 7936 AND key >> 13 <> own >> 13);

-- Makes two minors one, pair by pair: kept[i] stays, merged[i] goes. What the kept one lacks is filled from the merged
-- one; nothing that it has is overwritten. No minor may stand in two pairs of one call.
CREATE FUNCTION hub_link(kept uuid[], merged uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  with_merged uuid[] := kept || merged;
BEGIN
  IF cardinality(kept) <> cardinality(merged) OR cardinality(with_merged) <> (SELECT count(DISTINCT id) FROM unnest(with_merged) AS id)
  THEN RAISE invalid_parameter_value USING MESSAGE = 'no minor may stand in two pairs'; END IF;

  PERFORM hub_lock(hub_linked(with_merged, true));
  IF (SELECT count(*) FROM minor WHERE id = ANY(with_merged)) <> cardinality(with_merged)
  THEN RAISE no_data_found USING MESSAGE = 'no such minor'; END IF;
  -- In one case a minor stands in one relation; which of two is right, no program can know.
  IF EXISTS (
    SELECT FROM unnest(kept, merged) AS pair(stays, goes)
      JOIN case_minor k ON k.minor = pair.stays
      JOIN case_minor m ON m.minor = pair.goes AND m.case_file = k.case_file AND m.role <> k.role)
  THEN RAISE unique_violation USING MESSAGE = 'the two stand in one case in different relations'; END IF;

  UPDATE minor k
     SET citizen_number = coalesce(k.citizen_number, m.citizen_number),
         ethnic_group = coalesce(k.ethnic_group, m.ethnic_group),
         home_address = coalesce(k.home_address, m.home_address),
         phone = coalesce(k.phone, m.phone),
         care_categories = k.care_categories
           || ARRAY(SELECT c FROM unnest(m.care_categories) AS c WHERE c <> ALL (k.care_categories) ORDER BY c)
    FROM unnest(kept, merged) AS pair(stays, goes)
    JOIN minor m ON m.id = pair.goes
   WHERE k.id = pair.stays;

  -- A guardian of the same name and relation is one person: his number then means the row that stays.
  UPDATE guardian k SET phone = coalesce(k.phone, m.phone)
    FROM unnest(kept, merged) AS pair(stays, goes) JOIN guardian m ON m.minor = pair.goes
   WHERE k.minor = pair.stays AND k.full_name = m.full_name AND k.relation = m.relation;
  UPDATE register_key n SET record = k.id
    FROM unnest(kept, merged) AS pair(stays, goes)
    JOIN guardian m ON m.minor = pair.goes
    JOIN guardian k ON k.minor = pair.stays AND k.full_name = m.full_name AND k.relation = m.relation
   WHERE n.record = m.id;
  UPDATE guardian m SET minor = k.id, place = k.place, involved = k.involved
    FROM unnest(kept, merged) AS pair(stays, goes) JOIN minor k ON k.id = pair.stays
   WHERE m.minor = pair.goes
     AND NOT EXISTS (SELECT FROM guardian g WHERE g.minor = k.id AND g.full_name = m.full_name AND g.relation = m.relation);

  UPDATE entrusted_care k
     SET phone = coalesce(k.phone, m.phone),
         declared_to_school_on = coalesce(k.declared_to_school_on, m.declared_to_school_on),
         declared_to_village_on = coalesce(k.declared_to_village_on, m.declared_to_village_on)
    FROM unnest(kept, merged) AS pair(stays, goes) JOIN entrusted_care m ON m.minor = pair.goes
   WHERE k.minor = pair.stays;
  UPDATE entrusted_care m SET minor = k.id, place = k.place, involved = k.involved
    FROM unnest(kept, merged) AS pair(stays, goes) JOIN minor k ON k.id = pair.stays
   WHERE m.minor = pair.goes AND NOT EXISTS (SELECT FROM entrusted_care e WHERE e.minor = k.id);
  UPDATE enrolment m SET minor = k.id, place = k.place, involved = k.involved
    FROM unnest(kept, merged) AS pair(stays, goes) JOIN minor k ON k.id = pair.stays
   WHERE m.minor = pair.goes AND NOT EXISTS (SELECT FROM enrolment e WHERE e.minor = k.id);

  UPDATE case_minor m SET minor = pair.stays
    FROM unnest(kept, merged) AS pair(stays, goes)
   WHERE m.minor = pair.goes
     AND NOT EXISTS (SELECT FROM case_minor e WHERE e.case_file = m.case_file AND e.minor = pair.stays);
  UPDATE incident_minor m SET minor = pair.stays
    FROM unnest(kept, merged) AS pair(stays, goes)
   WHERE m.minor = pair.goes
     AND NOT EXISTS (SELECT FROM incident_minor e WHERE e.incident = m.incident AND e.minor = pair.stays);

  -- Relations of its own move; of two alike the older one counts. Derived ones are derived again below.
  UPDATE involvement k SET since = m.since
    FROM unnest(kept, merged) AS pair(stays, goes) JOIN involvement m ON m.record = pair.goes AND m.via IS NULL AND m.until IS NULL
   WHERE k.record = pair.stays AND k.via IS NULL AND k.until IS NULL AND k.key = m.key AND m.since < k.since;
  UPDATE involvement m SET record = pair.stays
    FROM unnest(kept, merged) AS pair(stays, goes)
   WHERE m.record = pair.goes AND m.via IS NULL
     AND (m.until IS NOT NULL OR NOT EXISTS (
       SELECT FROM involvement k WHERE k.record = pair.stays AND k.key = m.key AND k.via IS NULL AND k.until IS NULL));

  UPDATE register_key n SET record = pair.stays
    FROM unnest(kept, merged) AS pair(stays, goes) WHERE n.record = pair.goes;
  UPDATE idempotency n SET record = pair.stays
    FROM unnest(kept, merged) AS pair(stays, goes) WHERE n.record = pair.goes;

  DELETE FROM minor WHERE id = ANY(merged);
  DELETE FROM involvement WHERE record = ANY(merged);
  PERFORM hub_refresh_linked(kept);
END $$;

-- As every function of the keeper; only the login that migrates joins, for joining is the operator's.
GRANT CREATE ON SCHEMA public TO hub_keeper;
ALTER FUNCTION hub_link(uuid[], uuid[]) OWNER TO hub_keeper;
REVOKE CREATE ON SCHEMA public FROM hub_keeper;
REVOKE EXECUTE ON FUNCTION hub_link(uuid[], uuid[]) FROM PUBLIC;
DO $$
BEGIN
  EXECUTE format('GRANT EXECUTE ON FUNCTION hub_link(uuid[], uuid[]) TO %I', current_user);
END $$;
