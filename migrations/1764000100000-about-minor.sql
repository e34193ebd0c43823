-- Records about one minor: each follows the minor. What holds between a viewer and the child (source, part, liaison,
-- class, conflict ...) holds of every record about it, and its place is the child's residence. Said once, for all types:
-- a table becomes one by CALL hub_about_minor('<table>', '<RecordType>') (docs/adding-a-record.md).

-- Tables of shared records. `about_minor`: has a column `minor`, and follows it.
CREATE TABLE record_type (
  name text PRIMARY KEY,
  relation text NOT NULL UNIQUE,
  about_minor boolean NOT NULL
);
INSERT INTO record_type VALUES
  ('Minor', 'minor', false),
  ('Case', 'case_file', false),
  ('SensitiveIncident', 'sensitive_incident', false),
  ('OpinionAlert', 'opinion_alert', false);

-- Every record about a minor; `hub_about_minor` writes the view anew for each type.
CREATE VIEW about_minor AS SELECT NULL::text AS record_type, NULL::uuid AS record, NULL::uuid AS minor WHERE false;

-- Relations to a minor that hold of the records about it as well. A source of the child is not the source of the record:
-- k, not o. Who a record is addressed to, and which of its groups are shared, is the record's own.
CREATE VIEW minor_involvement AS
  SELECT i.record AS minor, i.agency, i.person,
         CASE i.kind WHEN 'SOURCE' THEN 'CHILD_SOURCE' ELSE i.kind END AS kind,
         i.policy_row, i.since, i.until, coalesce(i.via, i.record) AS via,
         CASE i.kind WHEN 'SOURCE' THEN involvement_key(a.no, false, 'CHILD_SOURCE', 0, i.key & 1 = 1) ELSE i.key END AS key
    FROM involvement i JOIN agency a ON a.id = i.agency
   WHERE i.record_type = 'Minor' AND (i.until IS NULL OR i.until > clock_timestamp())
     AND i.kind IN ('SOURCE', 'PART', 'ASSIGNED', 'NAMED', 'LIAISON', 'SUNSHINE', 'COUNSELLOR', 'BREAK_GLASS', 'CLASS', 'CONFLICT');

-- Records about minors among the wanted ones, and those about wanted minors.
CREATE FUNCTION hub_followers(wanted uuid[]) RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN ARRAY(
    SELECT a.record FROM unnest(wanted) w(id) CROSS JOIN LATERAL (SELECT record FROM about_minor WHERE minor = w.id OFFSET 0) a
    UNION
    SELECT a.record FROM unnest(wanted) w(id) CROSS JOIN LATERAL (SELECT record FROM about_minor WHERE record = w.id OFFSET 0) a);
END $$;

-- Brings derived rows, place and arrays of these records in line with their minors. The minors are locked (hub_lock).
CREATE FUNCTION hub_follow(followers uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET jit = off AS $$
DECLARE
  following derived[];
  relation text;
BEGIN
  following := ARRAY(
    SELECT ROW(a.record_type, a.record, m.agency, m.person, m.kind, m.policy_row, m.since, m.until, m.via, m.key)::derived
      FROM unnest(followers) w(id)
     CROSS JOIN LATERAL (SELECT * FROM about_minor WHERE record = w.id OFFSET 0) a
     CROSS JOIN LATERAL (SELECT * FROM minor_involvement WHERE minor = a.minor OFFSET 0) m);
  DELETE FROM involvement
   WHERE id IN (
     SELECT i.id
       FROM (SELECT i.record, i.via, i.key, i.since, i.until
               FROM unnest(followers) w(id) CROSS JOIN LATERAL (SELECT * FROM involvement WHERE record = w.id AND via IS NOT NULL OFFSET 0) i
             EXCEPT SELECT record, via, key, since, until FROM unnest(following)) gone
      CROSS JOIN LATERAL (SELECT * FROM involvement WHERE record = gone.record AND key = gone.key OFFSET 0) i
      WHERE i.via = gone.via AND i.since = gone.since AND i.until IS NOT DISTINCT FROM gone.until);
  INSERT INTO involvement (record_type, record, agency, person, kind, policy_row, since, until, via, key, basis)
  SELECT new.*, 'derived'
    FROM (SELECT record_type, record, agency, person, kind, policy_row, since, until, via, key FROM unnest(following)
          EXCEPT SELECT i.record_type, i.record, i.agency, i.person, i.kind, i.policy_row, i.since, i.until, i.via, i.key
            FROM unnest(followers) w(id) CROSS JOIN LATERAL (SELECT * FROM involvement WHERE record = w.id AND via IS NOT NULL OFFSET 0) i) new;

  FOR relation IN
    SELECT t.relation FROM record_type t WHERE t.about_minor AND EXISTS (
      SELECT FROM unnest(followers) w(id) CROSS JOIN LATERAL (SELECT record_type FROM about_minor WHERE record = w.id OFFSET 0) a WHERE a.record_type = t.name)
  LOOP
    EXECUTE format('
      UPDATE %I r SET place = n.place, involved = n.keys
        FROM (SELECT r.id, m.place, ARRAY(SELECT DISTINCT key FROM involvement WHERE record = r.id AND (until IS NULL OR until > clock_timestamp()) ORDER BY key) AS keys
                FROM unnest($1) w(id) JOIN %1$I r USING (id) JOIN minor m ON m.id = r.minor) n
       WHERE r.id = n.id AND (r.place, r.involved) IS DISTINCT FROM (n.place, n.keys)', relation) USING followers;
  END LOOP;
END $$;

-- Whoever locks a record about a minor locks the minor, which all of them follow.
ALTER FUNCTION hub_lock(uuid[]) RENAME TO hub_lock_leaders;
CREATE FUNCTION hub_lock(wanted uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM hub_lock_leaders(wanted || ARRAY(
    SELECT a.minor FROM unnest(wanted) w(id) CROSS JOIN LATERAL (SELECT minor FROM about_minor WHERE record = w.id OFFSET 0) a));
END $$;

-- First the records that others follow, then their followers.
ALTER FUNCTION hub_refresh(uuid[]) RENAME TO hub_refresh_leaders;
CREATE FUNCTION hub_refresh(wanted uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  followers uuid[];
  leaders uuid[];
BEGIN
  PERFORM hub_lock(wanted);
  followers := hub_followers(wanted);
  leaders := ARRAY(SELECT unnest(wanted) EXCEPT SELECT unnest(followers));
  IF leaders <> '{}' THEN PERFORM hub_refresh_leaders(leaders); END IF;
  IF followers <> '{}' THEN PERFORM hub_follow(followers); END IF;
END $$;

CREATE FUNCTION minor_moved() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM hub_follow(hub_followers(ARRAY[NEW.id]));
  RETURN NULL;
END $$;
CREATE TRIGGER minor_moved AFTER UPDATE OF place ON minor FOR EACH ROW WHEN (OLD.place <> NEW.place) EXECUTE FUNCTION minor_moved();

-- A new record carries the child's place and keys from the start, for WITH CHECK asks about them; of those that it came
-- with only the maker's own. The lock keeps a change of the child's relations from passing it by.
CREATE FUNCTION about_minor_inserted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM hub_lock(ARRAY[NEW.minor]);
  SELECT place INTO NEW.place FROM minor WHERE id = NEW.minor;
  NEW.involved := ARRAY(
    SELECT own FROM unnest(NEW.involved) own WHERE own = ANY (hub_keys(TG_ARGV[0]))
    UNION
    SELECT key FROM minor_involvement WHERE minor = NEW.minor
    ORDER BY 1);
  RETURN NEW;
END $$;
CREATE FUNCTION about_minor_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM hub_follow(ARRAY(SELECT id FROM made));
  RETURN NULL;
END $$;

-- Is the record within reach of the viewer of this transaction? What row security would say of it.
CREATE OR REPLACE FUNCTION hub_sees(record_type text, record uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  its_table text := (SELECT t.relation FROM record_type t WHERE t.name = hub_sees.record_type);
  seen boolean := false;
BEGIN
  IF its_table IS NOT NULL THEN
    EXECUTE format('SELECT EXISTS (SELECT FROM %I r WHERE r.id = $1 AND (r.place <@ hub_places($2) OR r.involved && hub_keys($2)))', its_table)
      INTO seen USING record, record_type;
  END IF;
  RETURN seen;
END $$;

-- Joining two minors takes the records about the one that goes along.
ALTER FUNCTION hub_link(uuid[], uuid[]) RENAME TO hub_link_minors;
CREATE FUNCTION hub_link(kept uuid[], merged uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  relation text;
BEGIN
  PERFORM hub_lock(hub_linked(kept || merged, true));
  FOR relation IN SELECT t.relation FROM record_type t WHERE t.about_minor LOOP
    EXECUTE format('UPDATE %I r SET minor = pair.stays FROM unnest($1, $2) AS pair(stays, goes) WHERE r.minor = pair.goes', relation)
      USING kept, merged;
  END LOOP;
  PERFORM hub_link_minors(kept, merged);
END $$;

-- Everything that a table of records about one minor needs beside its columns: row security, what the serving login may
-- do, triggers. It has the columns of every shared record, and `minor`.
CREATE PROCEDURE hub_about_minor(its_table text, its_type text) LANGUAGE plpgsql AS $$
DECLARE
  columns text;
  records text;
BEGIN
  INSERT INTO record_type VALUES (its_type, its_table, true);
  SELECT string_agg(format('SELECT %L AS record_type, id AS record, minor FROM %I', name, relation), ' UNION ALL ' ORDER BY name)
    INTO records FROM record_type WHERE about_minor;
  EXECUTE 'CREATE OR REPLACE VIEW about_minor AS ' || records;

  EXECUTE format('CREATE INDEX %I ON %I (place, id)', its_table || '_place', its_table);
  EXECUTE format('CREATE INDEX %I ON %I (minor)', its_table || '_minor', its_table);

  EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', its_table);
  EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', its_table);
  EXECUTE format('CREATE POLICY related ON %I TO hub_app USING (CASE WHEN place <@ (SELECT hub_places(%L)) THEN true ELSE involved && (SELECT hub_keys(%2$L)) END)',
    its_table, its_type);
  EXECUTE format('CREATE POLICY keeper ON %I TO hub_keeper USING (true) WITH CHECK (true)', its_table);
  -- The record would tell of its minor: nobody writes about whom he does not see.
  EXECUTE format('CREATE POLICY minor_end ON %I AS RESTRICTIVE FOR INSERT TO hub_app WITH CHECK (hub_sees(''Minor'', minor))', its_table);

  EXECUTE format('CREATE TRIGGER about_minor_inserted BEFORE INSERT ON %I FOR EACH ROW EXECUTE FUNCTION about_minor_inserted(%L)',
    its_table, its_type);
  EXECUTE format('CREATE TRIGGER about_minor_follows AFTER INSERT ON %I REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION about_minor_follows()',
    its_table);

  SELECT string_agg(quote_ident(column_name), ', ') INTO columns FROM information_schema.columns
   WHERE table_schema = 'public' AND table_name = its_table AND column_name NOT IN ('id', 'ref', 'involved', 'place', 'minor');
  EXECUTE format('GRANT SELECT, INSERT, UPDATE (%s) ON %I TO hub_app', columns, its_table);
  EXECUTE format('GRANT SELECT, UPDATE ON %I TO hub_keeper', its_table);
END $$;
REVOKE EXECUTE ON PROCEDURE hub_about_minor(text, text) FROM PUBLIC;

-- As every function of the keeper.
GRANT SELECT ON record_type, about_minor TO hub_keeper;
GRANT CREATE ON SCHEMA public TO hub_keeper;
DO $$
DECLARE
  f regprocedure;
  v text;
BEGIN
  FOR f IN SELECT p.oid::regprocedure FROM pg_proc p
            WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef AND p.proowner <> 'hub_keeper'::regrole LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO hub_keeper', f);
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
  END LOOP;
  FOREACH v IN ARRAY ARRAY['about_minor', 'minor_involvement'] LOOP
    EXECUTE format('ALTER VIEW %I OWNER TO hub_keeper', v);
  END LOOP;
  EXECUTE format('GRANT EXECUTE ON FUNCTION hub_link(uuid[], uuid[]) TO %I', current_user);
END $$;
REVOKE CREATE ON SCHEMA public FROM hub_keeper;
