-- Whoever was shown a record that mixed two children is told once they are apart again (J10). The log says who that was.

-- Segment of the log after which the search goes on; null when there is nothing to search (any more).
ALTER TABLE merge_proposal ADD COLUMN log_from bigint;
ALTER TABLE merge_proposal ADD COLUMN apart_at timestamptz;

CREATE TABLE mixed_reading (
  proposal uuid NOT NULL REFERENCES merge_proposal ON DELETE CASCADE,
  person   uuid NOT NULL REFERENCES person,
  -- The record that had both.
  minor    uuid NOT NULL,
  on_day   date NOT NULL,
  PRIMARY KEY (proposal, person, on_day)
);
CREATE INDEX mixed_reading_person ON mixed_reading (person);
ALTER TABLE mixed_reading ENABLE ROW LEVEL SECURITY;
ALTER TABLE mixed_reading FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON mixed_reading FOR SELECT TO hub_app USING (person::text = nullif(current_setting('hub.asker', true), ''));
CREATE POLICY keeper ON mixed_reading TO hub_keeper USING (true) WITH CHECK (true);
GRANT SELECT ON mixed_reading TO hub_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON mixed_reading TO hub_keeper;
GRANT SELECT ON disclosure_segment TO hub_keeper;

CREATE FUNCTION merge_in_log() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NEW.state = 'MERGED' THEN NEW.log_from := coalesce((SELECT max(seq) FROM disclosure_segment), 0);
  ELSE NEW.apart_at := clock_timestamp();
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER merge_in_log BEFORE UPDATE OF state ON merge_proposal FOR EACH ROW
  WHEN (NEW.state <> OLD.state AND 'MERGED' IN (NEW.state, OLD.state)) EXECUTE FUNCTION merge_in_log();

-- Records of which the log is still to be searched.
CREATE FUNCTION hub_mixed_records() RETURNS TABLE (proposal uuid, minor uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT id, one FROM merge_proposal WHERE apart_at IS NOT NULL AND log_from IS NOT NULL ORDER BY apart_at
$$;

-- Searches the next 500 segments for people who were shown anything of the record while it was both. `shown_as`: its global id.
-- @returns whether there is more to search now
CREATE FUNCTION hub_search_mixed(of_proposal uuid, shown_as text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  p merge_proposal;
  upto bigint;
  reached timestamptz;
BEGIN
  SELECT * INTO p FROM merge_proposal WHERE id = of_proposal AND apart_at IS NOT NULL AND log_from IS NOT NULL FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN RETURN false; END IF;
  SELECT max(seq), max(at) INTO upto, reached
    FROM (SELECT seq, at FROM disclosure_segment WHERE seq > p.log_from ORDER BY seq LIMIT 500) s;
  INSERT INTO mixed_reading (proposal, person, minor, on_day)
  SELECT DISTINCT p.id, reader.id, p.one, ((e.entry->>'at')::timestamptz AT TIME ZONE 'Asia/Shanghai')::date
    FROM disclosure_segment s
   CROSS JOIN LATERAL regexp_split_to_table(s.entries, E'\n') AS line
   CROSS JOIN LATERAL (SELECT line::jsonb->'entry' AS entry) e
    JOIN person reader ON reader.id::text = e.entry->>'person'
   WHERE s.seq > p.log_from AND s.seq <= upto AND position(shown_as IN s.entries) > 0 AND position(shown_as IN line) > 0
     AND (e.entry->>'at')::timestamptz BETWEEN p.merged_at AND p.apart_at
     AND EXISTS (SELECT FROM jsonb_array_elements(e.entry->'subjects') x WHERE x->>'ref' = shown_as AND x->'groups' <> '{}')
  ON CONFLICT DO NOTHING;
  -- A line is in the log before its answer leaves: a minute beyond the end there is none left.
  UPDATE merge_proposal
     SET log_from = CASE WHEN coalesce(reached, clock_timestamp()) > p.apart_at + interval '1 minute' THEN NULL ELSE coalesce(upto, p.log_from) END
   WHERE id = p.id;
  RETURN upto IS NOT NULL AND reached <= p.apart_at + interval '1 minute';
END $$;

-- As every function of the keeper.
GRANT CREATE ON SCHEMA public TO hub_keeper;
ALTER FUNCTION merge_in_log() OWNER TO hub_keeper;
ALTER FUNCTION hub_mixed_records() OWNER TO hub_keeper;
ALTER FUNCTION hub_search_mixed(uuid, text) OWNER TO hub_keeper;
REVOKE CREATE ON SCHEMA public FROM hub_keeper;
REVOKE EXECUTE ON FUNCTION merge_in_log(), hub_mixed_records(), hub_search_mixed(uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub_mixed_records(), hub_search_mixed(uuid, text) TO hub_app;
