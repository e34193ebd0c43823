-- Ends one person's relation to a record now, and nobody else's.
CREATE FUNCTION hub_end_relation(of_type text, of_record uuid, of_person uuid, of_kind text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM hub_lock(ARRAY[of_record]);
  IF NOT hub_may_change(of_type, of_record) THEN RAISE insufficient_privilege USING MESSAGE = 'no such record'; END IF;
  UPDATE involvement SET since = least(since, clock_timestamp()), until = clock_timestamp(), swept = true
   WHERE record_type = of_type AND record = of_record AND person = of_person AND kind = of_kind AND via IS NULL
     AND (until IS NULL OR until > clock_timestamp());
END $$;

GRANT CREATE ON SCHEMA public TO hub_keeper;
ALTER FUNCTION hub_end_relation(text, uuid, uuid, text) OWNER TO hub_keeper;
REVOKE CREATE ON SCHEMA public FROM hub_keeper;
REVOKE EXECUTE ON FUNCTION hub_end_relation(text, uuid, uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub_end_relation(text, uuid, uuid, text) TO hub_app;
