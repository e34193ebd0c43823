-- Looks up each record's relations by itself: joining two minors took the longer the more relations there are of others.
CREATE OR REPLACE FUNCTION hub_link_minors(kept uuid[], merged uuid[]) RETURNS void
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
  UPDATE involvement k SET since = older.since
    FROM (SELECT s.id, g.since
            FROM unnest(kept, merged) AS pair(stays, goes)
           CROSS JOIN LATERAL (SELECT key, since FROM involvement WHERE record = pair.goes AND via IS NULL AND until IS NULL OFFSET 0) g
           CROSS JOIN LATERAL (SELECT id, since FROM involvement WHERE record = pair.stays AND key = g.key AND via IS NULL AND until IS NULL OFFSET 0) s
           WHERE g.since < s.since) older
   WHERE k.id = older.id;
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
