-- What an agency tells the hub of its own, and what the hub tells it: in a transaction that says so, and in no other.
CREATE FUNCTION hub_telling() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
RETURN coalesce(current_setting('hub.telling', true), '') = 'on';

-- Rows of the hub's registers that the agency's own import has taken, and that the hub has not taken yet, in their order.
CREATE TABLE hub_event (
  no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  register text NOT NULL,
  -- Number of the row in the register.
  key text NOT NULL,
  -- Column -> text, as it was imported.
  cells jsonb NOT NULL,
  happened_at timestamptz NOT NULL DEFAULT now(),
  -- Rows that are sent together. It is their Idempotency-Key at the hub, and `plan` what the hub has planned with them.
  batch uuid,
  plan text,
  -- What the hub says against the row: a list of column, code, words. The row then waits for a person.
  refused jsonb CHECK (refused IS NULL OR batch IS NULL)
);
CREATE INDEX hub_event_number ON hub_event (register, key);

ALTER TABLE hub_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE hub_event FORCE ROW LEVEL SECURITY;
CREATE POLICY telling ON hub_event TO hub_app USING (hub_telling()) WITH CHECK (hub_telling());
CREATE POLICY keeper ON hub_event TO hub_keeper USING (true) WITH CHECK (true);
GRANT SELECT, DELETE, UPDATE (batch, plan, refused) ON hub_event TO hub_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON hub_event TO hub_keeper;

-- Links are what the hub tells.
CREATE POLICY telling ON minor_link TO hub_app USING (hub_telling()) WITH CHECK (hub_telling());
GRANT INSERT, DELETE ON minor_link TO hub_app;
