-- Counsellors of a station's children end as a school's do, and come back where a merge that ended them is taken apart.

-- Whether the station has closed all cases for which it took the child in: the register intake closes one when the child leaves.
CREATE FUNCTION hub_left_station(station uuid, child uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
RETURN (SELECT bool_and(c.stage = 'CLOSED')
          FROM case_minor n
          JOIN case_file c ON c.id = n.case_file
          JOIN agency a ON a.id = c.lead_agency
         WHERE n.minor = child AND c.lead_agency = station AND a.kind = 'RESCUE_STATION'
           AND c.kind IN ('RESCUE', 'BEGGING_EXPLOITATION'));

-- Whether the child has left the agency of this transaction, a school or a station: nobody is to counsel it there.
CREATE FUNCTION hub_is_gone(of_minor uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
RETURN hub_has_left(of_minor)
    OR coalesce(hub_left_station(nullif(current_setting('hub.agency', true), '')::uuid, of_minor), false);

CREATE FUNCTION station_left() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM hub_leave(array_agg(n.minor), array_agg(NEW.lead_agency))
     FROM case_minor n
    WHERE n.case_file = NEW.id AND hub_left_station(NEW.lead_agency, n.minor)
   HAVING count(*) > 0;
  RETURN NULL;
END $$;
CREATE TRIGGER station_left AFTER UPDATE OF stage ON case_file FOR EACH ROW
  WHEN (NEW.stage = 'CLOSED' AND OLD.stage <> 'CLOSED' AND NEW.kind IN ('RESCUE', 'BEGGING_EXPLOITATION'))
  EXECUTE FUNCTION station_left();

-- Whoever has left before.
DO $$
BEGIN
  PERFORM hub_leave(array_agg(i.record), array_agg(i.agency))
     FROM involvement i
    WHERE i.kind = 'COUNSELLOR' AND i.record_type = 'Minor' AND i.via IS NULL AND i.until IS NULL
      AND hub_left_station(i.agency, i.record)
   HAVING count(*) > 0;
END $$;

-- Of two pupils of two schools that became one, the record that went was enrolled no more (hub_link), and is again.
CREATE FUNCTION merge_counsels_again() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE involvement i SET until = NULL, swept = false
    FROM jsonb_array_elements(OLD.before->'involvement') e
   CROSS JOIN LATERAL jsonb_populate_record(NULL::involvement, e) was
    JOIN person p ON p.id = was.person AND p.agency = was.agency
    JOIN enrolment n ON n.minor = OLD.other AND n.school = was.agency
   WHERE i.id = was.id AND i.record = OLD.other AND was.record = OLD.other AND was.kind = 'COUNSELLOR' AND was.until IS NULL
     AND EXISTS (SELECT FROM jsonb_array_elements(OLD.before->'enrolment') k
                  WHERE (k->>'minor')::uuid = OLD.one AND (k->>'school')::uuid <> was.agency)
     -- What the school has said of him since stands (hub_leave has taken back what it had said before).
     AND NOT EXISTS (SELECT FROM register_key m
                       JOIN register_key c ON c.agency = m.agency AND c.register = 'counsellors'
                        AND c.key = m.key || '|' || p.subject
                      WHERE m.record IN (OLD.one, OLD.other) AND m.agency = was.agency AND m.register = 'minors' AND c.digest <> '\x');
  RETURN NULL;
END $$;
CREATE TRIGGER merge_counsels_again AFTER UPDATE OF state ON merge_proposal FOR EACH ROW
  WHEN (OLD.state = 'MERGED' AND NEW.state = 'APART') EXECUTE FUNCTION merge_counsels_again();

-- As every function of the keeper.
GRANT CREATE ON SCHEMA public TO hub_keeper;
DO $$
DECLARE
  f regprocedure;
BEGIN
  FOREACH f IN ARRAY ARRAY['hub_left_station(uuid, uuid)', 'hub_is_gone(uuid)', 'station_left()', 'merge_counsels_again()']::regprocedure[] LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO hub_keeper', f);
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
  END LOOP;
END $$;
REVOKE CREATE ON SCHEMA public FROM hub_keeper;
GRANT EXECUTE ON FUNCTION hub_is_gone(uuid) TO hub_app;
