-- Statistics: what is counted of closed months and quarters, once (docs/statistics.md). No row here is about a person.
--
-- hub_statistics logs in as nobody. It alone reads records to count them, by statements that only the owner of the
-- tables writes, and it alone reads true counts. `hub db init` makes it where the migrating login may not.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hub_statistics') THEN CREATE ROLE hub_statistics NOLOGIN; END IF;
END $$;
GRANT CREATE, USAGE ON SCHEMA public TO hub_statistics;

-- How a subject is counted, from its declaration, written when a policy is activated. $1 first day of the month, $2 up
-- to when the month before was counted (null: nothing was), $3 up to when this one is; gives place, dimension, value, count.
CREATE TABLE statistics_source (
  subject text PRIMARY KEY,
  statement text NOT NULL
);

CREATE TABLE statistics_month (
  month date PRIMARY KEY CHECK (date_trunc('month', month) = month),
  -- What has come in later is counted in the next month.
  counted_to timestamptz NOT NULL
);

-- True counts by township and month: a quarter is made of its months, whatever has changed since.
CREATE TABLE statistics_exact (
  subject text NOT NULL,
  month date NOT NULL REFERENCES statistics_month,
  place bigint NOT NULL,
  dimension text NOT NULL,
  value text NOT NULL,
  count integer NOT NULL CHECK (count > 0),
  PRIMARY KEY (subject, month, place, dimension, value)
);
ALTER TABLE statistics_exact ENABLE ROW LEVEL SECURITY;
ALTER TABLE statistics_exact FORCE ROW LEVEL SECURITY;
CREATE POLICY counting ON statistics_exact TO hub_statistics USING (true) WITH CHECK (true);

-- What is published: rounded counts, and why a cell is empty. Written once, and changed by nobody.
CREATE TABLE statistics_cell (
  subject text NOT NULL,
  period text NOT NULL CHECK (period ~ '^\d{4}-(0[1-9]|1[0-2]|Q[1-4])$'),
  place bigint NOT NULL,
  dimension text NOT NULL,
  value text NOT NULL,
  count integer CHECK (count >= 5),
  reason text NOT NULL CHECK (reason IN ('NONE', 'SUPPRESSED_SMALL', 'SUPPRESSED_COMPLEMENTARY')),
  PRIMARY KEY (subject, dimension, period, place, value),
  CHECK ((count IS NULL) = (reason <> 'NONE'))
);

-- When a record came to the hub: the time in its key (UUIDv7, RFC 9562). Of other keys: long ago.
CREATE FUNCTION hub_arrived(id uuid) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN substr(id::text, 15, 1) = '7'
  THEN to_timestamp(('x' || translate(left(id::text, 13), '-', ''))::bit(48)::bigint / 1000.0)
  ELSE '-infinity' END;

-- The month is the one that this very transaction closes: at no other time are true counts given away.
CREATE FUNCTION hub_statistics_closing(of_month date) RETURNS timestamptz
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  upto timestamptz;
BEGIN
  SELECT counted_to INTO upto FROM statistics_month
   WHERE month = of_month AND xmin::text::bigint = pg_current_xact_id()::text::numeric % 4294967296;
  IF upto IS NULL THEN RAISE insufficient_privilege USING MESSAGE = 'this month is not being closed'; END IF;
  RETURN upto;
END $$;

-- Begins to close a month that has ended, after those before it. What is not committed yet may still come, so what has
-- come in the last quarter of an hour waits for the next month.
CREATE FUNCTION hub_statistics_close(of_month date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('hub_statistics'));
  IF EXISTS (SELECT FROM statistics_month WHERE month >= of_month)
  THEN RAISE unique_violation USING MESSAGE = 'this month is closed'; END IF;
  IF (of_month + interval '1 month')::timestamp AT TIME ZONE 'Asia/Shanghai' > now()
  THEN RAISE invalid_parameter_value USING MESSAGE = 'this month has not ended'; END IF;
  INSERT INTO statistics_month (month, counted_to) VALUES (of_month, now() - interval '15 minutes');
END $$;

-- Counts a subject for the month that is being closed.
-- Returns true counts of the months of its quarter so far.
CREATE FUNCTION hub_statistics_count(of_month date, of_subject text)
RETURNS TABLE (month text, place text, dimension text, value text, count integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  upto timestamptz := hub_statistics_closing(of_month);
  before timestamptz := (SELECT max(m.counted_to) FROM statistics_month m WHERE m.month < of_month);
  source text;
BEGIN
  SELECT s.statement INTO STRICT source FROM statistics_source s WHERE s.subject = of_subject;
  EXECUTE format('INSERT INTO statistics_exact SELECT %L, $1, c.place, c.dimension, c.value, c.count FROM (%s) c', of_subject, source)
    USING of_month, before, upto;
  RETURN QUERY
  SELECT to_char(e.month, 'YYYY-MM'), e.place::text, e.dimension, e.value, e.count
    FROM statistics_exact e
   WHERE e.subject = of_subject AND e.month BETWEEN date_trunc('quarter', of_month) AND of_month;
END $$;

-- Publishes cells of the month that is being closed: [{subject, period, place, dimension, value, count, reason}].
CREATE FUNCTION hub_statistics_publish(of_month date, cells jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM hub_statistics_closing(of_month);
  INSERT INTO statistics_cell (subject, period, place, dimension, value, count, reason)
  SELECT c.subject, c.period, c.place, c.dimension, c.value, c.count, c.reason
    FROM jsonb_to_recordset(cells) AS c(subject text, period text, place bigint, dimension text, value text, count integer, reason text);
END $$;

REVOKE ALL ON statistics_source, statistics_month, statistics_exact, statistics_cell FROM PUBLIC, hub_app;
GRANT SELECT ON statistics_source, statistics_month, statistics_cell TO hub_app;
GRANT SELECT ON statistics_source TO hub_statistics;
GRANT SELECT, INSERT ON statistics_month, statistics_exact TO hub_statistics;
GRANT INSERT ON statistics_cell TO hub_statistics;
DO $$
DECLARE
  f regprocedure;
BEGIN
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN EXECUTE format('GRANT hub_statistics TO %I', current_user); END IF;
  FOREACH f IN ARRAY ARRAY['hub_statistics_closing(date)', 'hub_statistics_close(date)', 'hub_statistics_count(date, text)',
      'hub_statistics_publish(date, jsonb)']::regprocedure[] LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO hub_statistics', f);
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO hub_app', f);
  END LOOP;
END $$;
REVOKE EXECUTE ON FUNCTION hub_statistics_closing(date) FROM hub_app;
REVOKE CREATE ON SCHEMA public FROM hub_statistics;
