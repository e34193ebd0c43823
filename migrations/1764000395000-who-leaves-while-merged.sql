-- Of two pupils of two schools that became one, the enrolment of the record that went comes back when they are two again (hub_unmerge).
-- What its school has said meanwhile stands: one who has left is enrolled there no more.

-- Before merge_counsels_again, which looks for the enrolment: triggers fire in the order of their names.
CREATE FUNCTION merge_brings_no_leaver() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM enrolment e
   USING register_key m, register_key d
   WHERE e.minor = OLD.other AND OLD.before->'dropped' @> to_jsonb(e.id)
     AND m.agency = e.school AND m.register = 'minors' AND m.record = e.minor
     -- Number of a departure: the minor's, and the day. One before the pupil came ends nothing.
     AND d.agency = e.school AND d.register = 'departures' AND regexp_replace(d.key, '\|[^|]*$', '') = m.key
     AND right(d.key, 10) >= to_char(e.since, 'YYYY-MM-DD');
  RETURN NULL;
END $$;
CREATE TRIGGER merge_brings_no_leaver AFTER UPDATE OF state ON merge_proposal FOR EACH ROW
  WHEN (OLD.state = 'MERGED' AND NEW.state = 'APART') EXECUTE FUNCTION merge_brings_no_leaver();

-- As every function of the keeper.
GRANT CREATE ON SCHEMA public TO hub_keeper;
ALTER FUNCTION merge_brings_no_leaver() OWNER TO hub_keeper;
REVOKE EXECUTE ON FUNCTION merge_brings_no_leaver() FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM hub_keeper;
