-- Of which minors the hub has told in this transaction: looked up once a question, and not for every row that it reads.
CREATE FUNCTION hub_told_minors() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT ARRAY(SELECT minor FROM minor_link WHERE hub_id = ANY (hub_told()))
$$;
REVOKE EXECUTE ON FUNCTION hub_told_minors() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub_told_minors() TO hub_app;
GRANT CREATE ON SCHEMA public TO hub_keeper;
ALTER FUNCTION hub_told_minors() OWNER TO hub_keeper;
REVOKE CREATE ON SCHEMA public FROM hub_keeper;

ALTER POLICY told ON minor_link USING (hub_id = ANY ((SELECT hub_told())::text[]));
ALTER POLICY telling ON minor_link USING ((SELECT hub_telling())) WITH CHECK (hub_telling());
ALTER POLICY told ON minor USING (id = ANY ((SELECT hub_told_minors())::uuid[]));

CREATE OR REPLACE PROCEDURE hub_held(held regclass) LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', held);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', held);
  EXECUTE format('CREATE POLICY told ON %s FOR SELECT TO hub_app USING (minor = ANY ((SELECT hub_told_minors())::uuid[]))', held);
  EXECUTE format('CREATE POLICY keeper ON %s TO hub_keeper USING (true) WITH CHECK (true)', held);
  EXECUTE format('GRANT SELECT ON %s TO hub_app', held);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO hub_keeper', held);
END $$;

-- Tables that an agency holds already.
DO $$
DECLARE
  held regclass;
BEGIN
  FOR held IN SELECT p.polrelid FROM pg_policy p
               WHERE p.polname = 'told' AND p.polrelid NOT IN ('minor'::regclass, 'minor_link'::regclass) LOOP
    EXECUTE format('ALTER POLICY told ON %s USING (minor = ANY ((SELECT hub_told_minors())::uuid[]))', held);
  END LOOP;
END $$;
