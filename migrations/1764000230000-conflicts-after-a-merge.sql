-- A wrong merge has come apart (J10): what came while the two were one stays with one of them and may be about the other. So
-- whoever is in conflict with either stays in conflict with both for 7 days (docs/decisions/0010-import-proposes-people-decide.md).
CREATE FUNCTION conflicts_outlast_merge() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO involvement (record_type, record, agency, person, kind, until, basis, key)
  SELECT 'Minor', o.other, c.agency, c.person, 'CONFLICT',
         least(max(coalesce(c.until, 'infinity')), clock_timestamp() + interval '7 days'), 'J10', 0
    FROM (SELECT record, agency, person, until FROM direct_involvement WHERE record IN (NEW.one, NEW.other) AND kind = 'CONFLICT'
          UNION ALL
          SELECT record, agency, person, until FROM derived_involvement(ARRAY[NEW.one, NEW.other]) WHERE kind = 'CONFLICT') c
   CROSS JOIN LATERAL (SELECT CASE c.record WHEN NEW.one THEN NEW.other ELSE NEW.one END AS other) o
   GROUP BY o.other, c.agency, c.person;
  RETURN NULL;
END $$;
CREATE TRIGGER conflicts_outlast_merge AFTER UPDATE OF state ON merge_proposal FOR EACH ROW
  WHEN (OLD.state = 'MERGED' AND NEW.state = 'APART') EXECUTE FUNCTION conflicts_outlast_merge();

-- As every function of the keeper.
GRANT CREATE ON SCHEMA public TO hub_keeper;
ALTER FUNCTION conflicts_outlast_merge() OWNER TO hub_keeper;
REVOKE CREATE ON SCHEMA public FROM hub_keeper;
REVOKE EXECUTE ON FUNCTION conflicts_outlast_merge() FROM PUBLIC;
