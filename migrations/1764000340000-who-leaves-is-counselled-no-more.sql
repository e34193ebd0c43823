-- With a pupil's enrolment at a school ends what its people had to do with the pupil as counsellors (condition `c`: R16, R16b).

-- Whether the agency had the child enrolled, and has not now.
CREATE FUNCTION hub_left(of_agency uuid, of_minor uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM enrolment WHERE minor = of_minor AND school = of_agency) THEN RETURN false; END IF;
  RETURN EXISTS (SELECT FROM register_key WHERE record = of_minor AND agency = of_agency AND register = 'roster')
      OR EXISTS (SELECT FROM register_key m JOIN register_key e ON e.agency = m.agency AND e.register = 'enrolments' AND e.key = m.key
                  WHERE m.record = of_minor AND m.agency = of_agency AND m.register = 'minors')
      -- Number of a departure: the minor's, and the day.
      OR EXISTS (SELECT FROM register_key m JOIN register_key d ON d.agency = m.agency AND d.register = 'departures'
                    AND regexp_replace(d.key, '\|[^|]*$', '') = m.key
                  WHERE m.record = of_minor AND m.agency = of_agency AND m.register = 'minors');
END $$;
-- The same of the agency of this transaction.
CREATE FUNCTION hub_has_left(of_minor uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
RETURN hub_left(nullif(current_setting('hub.agency', true), '')::uuid, of_minor);

-- minors[i] is enrolled at schools[i] no more. Who is to counsel a pupil that comes back is to be said again.
CREATE FUNCTION hub_leave(minors uuid[], schools uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM hub_lock(minors);
  UPDATE involvement i SET since = least(i.since, clock_timestamp()), until = clock_timestamp(), swept = true
    FROM unnest(minors, schools) AS gone(minor, school)
   WHERE i.record = gone.minor AND i.agency = gone.school AND i.kind = 'COUNSELLOR' AND i.via IS NULL
     AND (i.until IS NULL OR i.until > clock_timestamp());
  UPDATE register_key c SET digest = '\x'
    FROM unnest(minors, schools) AS gone(minor, school)
    JOIN register_key m ON m.record = gone.minor AND m.agency = gone.school AND m.register = 'minors'
   WHERE c.agency = gone.school AND c.register = 'counsellors' AND starts_with(c.key, m.key || '|');
END $$;

CREATE FUNCTION enrolments_ended() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM hub_leave(array_agg(minor), array_agg(school)) FROM gone HAVING count(*) > 0;
  RETURN NULL;
END $$;
CREATE TRIGGER enrolments_ended AFTER DELETE ON enrolment REFERENCING OLD TABLE AS gone FOR EACH STATEMENT
  EXECUTE FUNCTION enrolments_ended();
-- A child has one school: the last that says so.
CREATE FUNCTION enrolment_elsewhere() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM hub_leave(ARRAY[OLD.minor], ARRAY[OLD.school]);
  RETURN NULL;
END $$;
CREATE TRIGGER enrolment_elsewhere AFTER UPDATE OF school ON enrolment FOR EACH ROW
  WHEN (OLD.school IS DISTINCT FROM NEW.school) EXECUTE FUNCTION enrolment_elsewhere();

-- Whoever has left before.
DO $$
BEGIN
  PERFORM hub_leave(array_agg(i.record), array_agg(i.agency))
     FROM involvement i
    WHERE i.kind = 'COUNSELLOR' AND i.record_type = 'Minor' AND i.via IS NULL AND i.until IS NULL AND hub_left(i.agency, i.record)
   HAVING count(*) > 0;
END $$;

-- As every function of the keeper.
GRANT CREATE ON SCHEMA public TO hub_keeper;
DO $$
DECLARE
  f regprocedure;
BEGIN
  FOREACH f IN ARRAY ARRAY['hub_left(uuid, uuid)', 'hub_has_left(uuid)', 'hub_leave(uuid[], uuid[])', 'enrolments_ended()',
    'enrolment_elsewhere()']::regprocedure[] LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO hub_keeper', f);
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
  END LOOP;
END $$;
REVOKE CREATE ON SCHEMA public FROM hub_keeper;
GRANT EXECUTE ON FUNCTION hub_has_left(uuid) TO hub_app;
