-- Whether an agency, or one of its people, stands in one of these relations to the minor now, so that it may keep rows of
-- its own about the child. Of a minor that the viewer of this transaction does not see, it says nothing.
CREATE FUNCTION hub_keeps(agency_of uuid, of_minor uuid, kinds text[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM involvement i
                  WHERE i.record = of_minor AND i.agency = agency_of AND i.kind = ANY (kinds)
                    AND i.since <= now() AND (i.until > now()) IS NOT FALSE)
     AND hub_sees('Minor', of_minor)
$$;
REVOKE EXECUTE ON FUNCTION hub_keeps(uuid, uuid, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub_keeps(uuid, uuid, text[]) TO hub_app;

-- As every function of the keeper.
GRANT CREATE ON SCHEMA public TO hub_keeper;
ALTER FUNCTION hub_keeps(uuid, uuid, text[]) OWNER TO hub_keeper;
REVOKE CREATE ON SCHEMA public FROM hub_keeper;
