-- A relation that one command has made ends without one of the same kind that another one made before it.
DROP FUNCTION hub_end_involvement(text, uuid, uuid, text[]);
CREATE FUNCTION hub_end_involvement(of_type text, of_record uuid, of_agency uuid, of_kinds text[], of_basis text DEFAULT NULL) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  kinds text[] := of_kinds || CASE WHEN 'PART' = ANY(of_kinds) THEN ARRAY['ASSIGNED', 'NAMED'] END;
  ended integer;
BEGIN
  PERFORM hub_lock(ARRAY[of_record]);
  IF NOT hub_may_change(of_type, of_record) THEN RAISE insufficient_privilege USING MESSAGE = 'no such record'; END IF;
  UPDATE involvement SET since = least(since, clock_timestamp()), until = clock_timestamp(), swept = true
   WHERE record_type = of_type AND record = of_record AND agency = of_agency AND kind = ANY(kinds) AND via IS NULL
     AND (until IS NULL OR until > clock_timestamp()) AND (of_basis IS NULL OR basis = of_basis);
  GET DIAGNOSTICS ended = ROW_COUNT;
  RETURN ended;
END $$;

-- As every function of the keeper.
GRANT CREATE ON SCHEMA public TO hub_keeper;
ALTER FUNCTION hub_end_involvement(text, uuid, uuid, text[], text) OWNER TO hub_keeper;
REVOKE EXECUTE ON FUNCTION hub_end_involvement(text, uuid, uuid, text[], text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub_end_involvement(text, uuid, uuid, text[], text) TO hub_app;
REVOKE CREATE ON SCHEMA public FROM hub_keeper;
