-- An agency that holds rows at home: its own minors, tied to the hub's ids of them, and who may read them.

-- The hub's id of one of the agency's own minors. Told by the hub for what the agency has brought it; never derived.
CREATE TABLE minor_link (
  hub_id text PRIMARY KEY CHECK (length(hub_id) BETWEEN 1 AND 200),
  minor uuid NOT NULL UNIQUE REFERENCES minor ON DELETE CASCADE,
  linked_at timestamptz NOT NULL DEFAULT now()
);

-- Minors that the hub has told of in this transaction; nothing set = nobody.
CREATE FUNCTION hub_told() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(nullif(current_setting('hub.told', true), '')::text[], '{}');

ALTER TABLE minor_link ENABLE ROW LEVEL SECURITY;
ALTER TABLE minor_link FORCE ROW LEVEL SECURITY;
CREATE POLICY told ON minor_link FOR SELECT TO hub_app USING (hub_id = ANY (hub_told()));
CREATE POLICY keeper ON minor_link TO hub_keeper USING (true) WITH CHECK (true);
GRANT SELECT ON minor_link TO hub_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON minor_link TO hub_keeper;

-- What the hub tells of is there for this transaction, beside what the agency's own relations make so.
CREATE POLICY told ON minor FOR SELECT TO hub_app USING (id IN (SELECT minor FROM minor_link));

-- A table of the agency's own, whose rows belong to a minor: CALL hub_held('attendance'). It has a column `minor`.
CREATE PROCEDURE hub_held(held regclass) LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', held);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', held);
  EXECUTE format('CREATE POLICY told ON %s FOR SELECT TO hub_app USING (minor IN (SELECT minor FROM minor_link))', held);
  EXECUTE format('CREATE POLICY keeper ON %s TO hub_keeper USING (true) WITH CHECK (true)', held);
  EXECUTE format('GRANT SELECT ON %s TO hub_app', held);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO hub_keeper', held);
END $$;
