-- Pupils that an agency has had by its registers of schooling, there or not.
CREATE VIEW hub_pupil_once AS
  SELECT agency, record AS minor FROM register_key WHERE register = 'roster'
  UNION ALL
  SELECT m.agency, m.record FROM register_key m
    JOIN register_key e ON e.agency = m.agency AND e.register = 'enrolments' AND e.key = m.key
   WHERE m.register = 'minors'
  UNION ALL
  -- Number of a departure: the minor's, and the day.
  SELECT m.agency, m.record FROM register_key m
    JOIN register_key d ON d.agency = m.agency AND d.register = 'departures'
     AND regexp_replace(d.key, '\|[^|]*$', '') = m.key
   WHERE m.register = 'minors';

CREATE OR REPLACE FUNCTION hub_left(of_agency uuid, of_minor uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN NOT EXISTS (SELECT FROM enrolment WHERE minor = of_minor AND school = of_agency)
     AND EXISTS (SELECT FROM hub_pupil_once WHERE agency = of_agency AND minor = of_minor);
END $$;

-- By which relations an agency may keep rows of its own about a minor now, for whoever sees the minor. A school that a pupil has
-- left keeps nothing any more that is told of, nor does an agency that stands in a conflict of interest with the child: neither
-- learns that somebody asks.
CREATE OR REPLACE VIEW hub_keeping WITH (security_barrier) AS
  SELECT i.record AS minor, i.agency, i.kind
    FROM involvement i
   WHERE i.kind = ANY ('{SOURCE,PART,LIAISON,SUNSHINE,COUNSELLOR}')
     AND i.since <= now() AND (i.until > now()) IS NOT FALSE
     AND NOT EXISTS (SELECT FROM involvement c
                      WHERE c.record = i.record AND c.agency = i.agency AND c.person IS NULL AND c.kind = 'CONFLICT'
                        AND c.since <= now() AND (c.until > now()) IS NOT FALSE)
     AND (i.kind <> 'SOURCE'
          OR EXISTS (SELECT FROM enrolment e WHERE e.minor = i.record AND e.school = i.agency)
          OR NOT EXISTS (SELECT FROM hub_pupil_once o WHERE o.agency = i.agency AND o.minor = i.record))
     AND EXISTS (SELECT FROM minor r
                  WHERE r.id = i.record
                    AND (r.place <@ (SELECT hub_places('Minor')) OR r.involved && (SELECT hub_keys('Minor'))));

-- As every function of the keeper.
GRANT CREATE ON SCHEMA public TO hub_keeper;
ALTER VIEW hub_pupil_once OWNER TO hub_keeper;
REVOKE CREATE ON SCHEMA public FROM hub_keeper;
