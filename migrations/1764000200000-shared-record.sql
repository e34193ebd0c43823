-- Records that are not about one minor: each has a place of its own and agencies that have to do with it. A table becomes
-- one by CALL hub_shared_record('<table>', '<RecordType>'), and nothing names these tables one by one any more
-- (docs/adding-a-record.md).

-- Brings the derived rows of these records in line with what follows now: from edges and classes, or from a minor.
CREATE FUNCTION hub_write_derived(wanted uuid[], following derived[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET jit = off AS $$
BEGIN
  -- EXCEPT, not NOT EXISTS: it stays linear whatever the planner thinks of an array's length.
  DELETE FROM involvement
   WHERE id IN (
     SELECT i.id
       FROM (SELECT i.record, i.via, i.key, i.since, i.until
               FROM unnest(wanted) w(id) CROSS JOIN LATERAL (SELECT * FROM involvement WHERE record = w.id AND via IS NOT NULL OFFSET 0) i
             EXCEPT SELECT record, via, key, since, until FROM unnest(following)) gone
      CROSS JOIN LATERAL (SELECT * FROM involvement WHERE record = gone.record AND key = gone.key OFFSET 0) i
      WHERE i.via = gone.via AND i.since = gone.since AND i.until IS NOT DISTINCT FROM gone.until);
  INSERT INTO involvement (record_type, record, agency, person, kind, policy_row, since, until, via, key, basis)
  SELECT new.*, 'derived'
    FROM (SELECT record_type, record, agency, person, kind, policy_row, since, until, via, key FROM unnest(following)
          EXCEPT SELECT i.record_type, i.record, i.agency, i.person, i.kind, i.policy_row, i.since, i.until, i.via, i.key
            FROM unnest(wanted) w(id) CROSS JOIN LATERAL (SELECT * FROM involvement WHERE record = w.id AND via IS NOT NULL OFFSET 0) i) new;
END $$;

CREATE OR REPLACE FUNCTION hub_follow(followers uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET jit = off AS $$
DECLARE
  relation text;
BEGIN
  PERFORM hub_write_derived(followers, ARRAY(
    SELECT ROW(a.record_type, a.record, m.agency, m.person, m.kind, m.policy_row, m.since, m.until, m.via, m.key)::derived
      FROM unnest(followers) w(id)
     CROSS JOIN LATERAL (SELECT * FROM about_minor WHERE record = w.id OFFSET 0) a
     CROSS JOIN LATERAL (SELECT * FROM minor_involvement WHERE minor = a.minor OFFSET 0) m));

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

-- Brings derived rows, participants and arrays of the wanted records up to date, and the copies in what belongs to them.
CREATE OR REPLACE FUNCTION hub_refresh_leaders(wanted uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET jit = off AS $$
BEGIN
  PERFORM hub_lock(wanted);
  PERFORM hub_write_derived(wanted, ARRAY(SELECT d FROM derived_involvement(wanted) d));
  PERFORM hub_write_arrays(wanted);

  WITH opened AS MATERIALIZED (
    SELECT e.owner, e.policy_row, edge_keys(e.owner, e.policy_row) AS keys
      FROM (SELECT DISTINCT e.owner, e.policy_row
              FROM unnest(wanted) w(id) CROSS JOIN LATERAL (SELECT * FROM edge WHERE owner = w.id OFFSET 0) e) e
  ), cases AS (
    UPDATE case_minor e SET involved = o.keys FROM opened o
     WHERE e.case_file = o.owner AND case_edge_row(e.role) = o.policy_row AND e.involved <> o.keys
  ), incidents AS (
    UPDATE incident_minor e SET involved = o.keys FROM opened o
     WHERE e.incident = o.owner AND o.policy_row = 'R27m' AND e.involved <> o.keys
  )
  UPDATE incident_alert e SET involved = o.keys FROM opened o
   WHERE e.incident = o.owner AND o.policy_row = 'R28m' AND e.involved <> o.keys;

  -- A part that is to come, or over and not swept, is kept with its times: which of them are running is asked with the question.
  DELETE FROM case_participant p USING unnest(wanted) w(id)
   WHERE p.case_file = w.id AND NOT EXISTS (SELECT FROM direct_involvement d WHERE d.record = w.id AND d.id = p.id AND d.kind = 'PART');
  INSERT INTO case_participant (id, case_file, agency, since, until)
  SELECT d.id, d.record, d.agency, d.since, d.until
    FROM unnest(wanted) w(id)
   CROSS JOIN LATERAL (SELECT * FROM direct_involvement WHERE record = w.id AND record_type = 'Case' AND kind = 'PART' OFFSET 0) d
  ON CONFLICT (id) DO UPDATE SET since = EXCLUDED.since, until = EXCLUDED.until
   WHERE (case_participant.since, case_participant.until) IS DISTINCT FROM (EXCLUDED.since, EXCLUDED.until);

  UPDATE guardian b SET place = r.place, involved = r.involved FROM unnest(wanted) w(id) JOIN minor r USING (id)
   WHERE b.minor = r.id AND (b.place, b.involved) IS DISTINCT FROM (r.place, r.involved);
  UPDATE entrusted_care b SET place = r.place, involved = r.involved FROM unnest(wanted) w(id) JOIN minor r USING (id)
   WHERE b.minor = r.id AND (b.place, b.involved) IS DISTINCT FROM (r.place, r.involved);
  UPDATE enrolment b SET place = r.place, involved = r.involved FROM unnest(wanted) w(id) JOIN minor r USING (id)
   WHERE b.minor = r.id AND (b.place, b.involved) IS DISTINCT FROM (r.place, r.involved);
  UPDATE case_participant b SET place = r.place, involved = r.involved FROM unnest(wanted) w(id) JOIN case_file r USING (id)
   WHERE b.case_file = r.id AND (b.place, b.involved) IS DISTINCT FROM (r.place, r.involved);
  UPDATE incident_alert b SET place = r.place FROM unnest(wanted) w(id) JOIN sensitive_incident r USING (id)
   WHERE b.incident = r.id AND b.place IS DISTINCT FROM r.place;
END $$;

CREATE OR REPLACE FUNCTION hub_records() RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  all_of_them uuid[];
BEGIN
  EXECUTE (SELECT 'SELECT ARRAY(' || string_agg(format('SELECT id FROM %I', relation), ' UNION ALL ' ORDER BY relation) || ')'
             FROM record_type WHERE NOT about_minor)
    INTO all_of_them;
  RETURN all_of_them;
END $$;

-- Writes the two functions that go over every such table anew: a statement each, planned once a session, for they run with
-- every change. hub_lock_leaders locks the tables in one order for everybody.
CREATE PROCEDURE hub_write_leaders() LANGUAGE plpgsql AS $$
DECLARE
  locks text;
  arrays text;
BEGIN
  SELECT string_agg(format('PERFORM FROM unnest(ordered) w(id) CROSS JOIN LATERAL (SELECT FROM %I WHERE id = w.id FOR NO KEY UPDATE) r;', relation), E'\n' ORDER BY relation),
         string_agg(format('UPDATE %I r SET involved = n.keys::bigint[] FROM unnest(ids, keys) n(id, keys) WHERE r.id = n.id AND r.involved <> n.keys::bigint[];', relation), E'\n' ORDER BY relation)
    INTO locks, arrays FROM record_type WHERE NOT about_minor;

  EXECUTE format('
    CREATE OR REPLACE FUNCTION hub_lock_leaders(wanted uuid[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $body$
    DECLARE
      ordered uuid[] := ARRAY(SELECT DISTINCT id FROM unnest(wanted) w(id) ORDER BY id);
    BEGIN
      %s
    END $body$', locks);
  EXECUTE format('
    CREATE OR REPLACE FUNCTION hub_write_arrays(ids uuid[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET jit = off AS $body$
    DECLARE
      -- An array of arrays would be one of two dimensions: as text each stays its own.
      keys text[] := ARRAY(
        SELECT ARRAY(SELECT DISTINCT key FROM involvement WHERE record = w.id AND (until IS NULL OR until > clock_timestamp()) ORDER BY key)::text
          FROM unnest(ids) WITH ORDINALITY w(id, n) ORDER BY n);
    BEGIN
      %s
    END $body$', arrays);
END $$;

-- Row security of a table of records, and what the serving login may do.
CREATE PROCEDURE hub_guard(its_table text, its_type text) LANGUAGE plpgsql AS $$
DECLARE
  columns text;
BEGIN
  EXECUTE format('CREATE INDEX %I ON %I (place, id)', its_table || '_place', its_table);
  EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', its_table);
  EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', its_table);
  EXECUTE format('CREATE POLICY related ON %I TO hub_app USING (CASE WHEN place <@ (SELECT hub_places(%L)) THEN true ELSE involved && (SELECT hub_keys(%2$L)) END)',
    its_table, its_type);
  EXECUTE format('CREATE POLICY keeper ON %I TO hub_keeper USING (true) WITH CHECK (true)', its_table);
  SELECT string_agg(quote_ident(column_name), ', ') INTO columns FROM information_schema.columns
   WHERE table_schema = 'public' AND table_name = its_table AND column_name NOT IN ('id', 'ref', 'involved', 'place', 'minor');
  EXECUTE format('GRANT SELECT, INSERT, UPDATE (%s) ON %I TO hub_app', columns, its_table);
  EXECUTE format('GRANT SELECT, UPDATE ON %I TO hub_keeper', its_table);
END $$;

-- Everything that a table of records with a place of its own needs beside its columns.
CREATE PROCEDURE hub_shared_record(its_table text, its_type text) LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO record_type VALUES (its_type, its_table, false);
  CALL hub_write_leaders();
  CALL hub_guard(its_table, its_type);
  -- A new record begins with its maker's keys; others come with their relations.
  EXECUTE format('CREATE POLICY own_keys ON %I AS RESTRICTIVE FOR INSERT TO hub_app WITH CHECK (involved <@ (SELECT hub_keys(%L)))', its_table, its_type);
END $$;

-- Everything that a table of records about one minor needs beside its columns; one of them is `minor`.
CREATE OR REPLACE PROCEDURE hub_about_minor(its_table text, its_type text) LANGUAGE plpgsql AS $$
DECLARE
  records text;
BEGIN
  INSERT INTO record_type VALUES (its_type, its_table, true);
  SELECT string_agg(format('SELECT %L AS record_type, id AS record, minor FROM %I', name, relation), ' UNION ALL ' ORDER BY name)
    INTO records FROM record_type WHERE about_minor;
  EXECUTE 'CREATE OR REPLACE VIEW about_minor AS ' || records;
  CALL hub_guard(its_table, its_type);
  EXECUTE format('CREATE INDEX %I ON %I (minor)', its_table || '_minor', its_table);
  -- The record would tell of its minor: nobody writes about whom he does not see.
  EXECUTE format('CREATE POLICY minor_end ON %I AS RESTRICTIVE FOR INSERT TO hub_app WITH CHECK (hub_sees(''Minor'', minor))', its_table);
  EXECUTE format('CREATE TRIGGER about_minor_inserted BEFORE INSERT ON %I FOR EACH ROW EXECUTE FUNCTION about_minor_inserted(%L)',
    its_table, its_type);
  EXECUTE format('CREATE TRIGGER about_minor_follows AFTER INSERT ON %I REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION about_minor_follows()',
    its_table);
END $$;
REVOKE EXECUTE ON PROCEDURE hub_write_leaders(), hub_guard(text, text), hub_shared_record(text, text) FROM PUBLIC;

CALL hub_write_leaders();
GRANT CREATE ON SCHEMA public TO hub_keeper;
ALTER FUNCTION hub_write_derived(uuid[], derived[]) OWNER TO hub_keeper;
ALTER FUNCTION hub_write_arrays(uuid[]) OWNER TO hub_keeper;
REVOKE EXECUTE ON FUNCTION hub_write_derived(uuid[], derived[]), hub_write_arrays(uuid[]) FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM hub_keeper;
