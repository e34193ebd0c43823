-- The tie to the hub's id of a minor is there as long as the minor is the agency's: a pupil's ends with the enrolment, for what is
-- kept of one who has left is told nobody any more (PIPL 6, 19).
CREATE FUNCTION links_ended() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM minor_link l USING gone WHERE l.minor = gone.minor;
  RETURN NULL;
END $$;
CREATE TRIGGER links_ended AFTER DELETE ON enrolment REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION links_ended();

-- A minor that is deleted takes along the numbers by which the hub would be asked for it.
CREATE FUNCTION numbers_ended() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM register_key n USING gone WHERE n.record = gone.id;
  RETURN NULL;
END $$;
CREATE TRIGGER numbers_ended AFTER DELETE ON minor REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION numbers_ended();
GRANT DELETE ON register_key TO hub_keeper;

-- Minors that were deleted, and pupils who have left, before.
DELETE FROM register_key n WHERE n.record_type = 'Minor' AND NOT EXISTS (SELECT FROM minor m WHERE m.id = n.record);
DELETE FROM minor_link l USING register_key n
 WHERE n.record = l.minor AND n.register = 'minors' AND hub_left(n.agency, l.minor);

-- As every function of the keeper.
GRANT CREATE ON SCHEMA public TO hub_keeper;
ALTER FUNCTION links_ended() OWNER TO hub_keeper;
ALTER FUNCTION numbers_ended() OWNER TO hub_keeper;
REVOKE CREATE ON SCHEMA public FROM hub_keeper;
REVOKE EXECUTE ON FUNCTION links_ended(), numbers_ended() FROM PUBLIC;
