-- An agency that brings no minors ties its own numbers to those of whom it may keep rows of its own: register own-numbers.

-- By which relations an agency may keep rows of its own about a minor now. A school that a pupil has left keeps nothing any more
-- that is told of, nor does an agency that stands in a conflict of interest with the child: neither learns that somebody asks.
CREATE VIEW hub_keeping_now AS
  SELECT i.record AS minor, i.agency, i.kind
    FROM involvement i
   WHERE i.kind = ANY ('{SOURCE,PART,LIAISON,SUNSHINE,COUNSELLOR,ADDRESSEE}')
     AND i.since <= now() AND (i.until > now()) IS NOT FALSE
     AND NOT EXISTS (SELECT FROM involvement c
                      WHERE c.record = i.record AND c.agency = i.agency AND c.person IS NULL AND c.kind = 'CONFLICT'
                        AND c.since <= now() AND (c.until > now()) IS NOT FALSE)
     AND (i.kind <> 'SOURCE'
          OR EXISTS (SELECT FROM enrolment e WHERE e.minor = i.record AND e.school = i.agency)
          OR NOT EXISTS (SELECT FROM hub_pupil_once o WHERE o.agency = i.agency AND o.minor = i.record));

-- The same for whoever sees the minor.
CREATE OR REPLACE VIEW hub_keeping WITH (security_barrier) AS
  SELECT k.minor, k.agency, k.kind
    FROM hub_keeping_now k
   WHERE EXISTS (SELECT FROM minor r
                  WHERE r.id = k.minor
                    AND (r.place <@ (SELECT hub_places('Minor')) OR r.involved && (SELECT hub_keys('Minor'))));

-- Whether the agency of this transaction stands in one of these relations to the minor now. No other agency's are told of.
CREATE FUNCTION hub_keeps(of_minor uuid, kinds text[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
RETURN EXISTS (SELECT FROM minor m JOIN hub_keeping_now k ON k.minor = m.id
                WHERE m.id = of_minor AND k.agency = nullif(current_setting('hub.agency', true), '')::uuid AND k.kind = ANY (kinds));

-- As every function of the keeper.
GRANT CREATE ON SCHEMA public TO hub_keeper;
ALTER VIEW hub_keeping_now OWNER TO hub_keeper;
ALTER FUNCTION hub_keeps(uuid, text[]) OWNER TO hub_keeper;
REVOKE CREATE ON SCHEMA public FROM hub_keeper;
REVOKE EXECUTE ON FUNCTION hub_keeps(uuid, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub_keeps(uuid, text[]) TO hub_app;
