
-- The disclosure log (GDSR 29: kept at least 3 years). One row a batch of answers, chained by hash.
--
-- No row security on purpose: a line holds no personal value, only who asked, what for, and the hub's encrypted ids of
-- the records with the groups and levels that were shown. The writer has no viewer, and must see the head of the chain.
CREATE TABLE disclosure_segment (
  seq         bigint      PRIMARY KEY CHECK (seq > 0),
  first_entry bigint      NOT NULL,
  last_entry  bigint      NOT NULL CHECK (last_entry >= first_entry),
  at          timestamptz NOT NULL,
  entries     text        NOT NULL,  -- canonical JSON, one line an entry
  previous    bytea       NOT NULL CHECK (octet_length(previous) = 32),
  hash        bytea       NOT NULL CHECK (octet_length(hash) = 32)
);

-- A mutation's line, written in the mutation's own transaction and moved into the chain after its commit.
CREATE TABLE disclosure_unsealed (
  id    uuid        PRIMARY KEY,
  at    timestamptz NOT NULL DEFAULT now(),
  entry text        NOT NULL CHECK (entry::json IS NOT NULL AND position(E'\n' IN entry) = 0)
);

-- Default privileges of the township's database may give more: what was shown is never changed by the hub's own login.
REVOKE ALL ON disclosure_segment, disclosure_unsealed FROM PUBLIC, hub_app;
GRANT SELECT, INSERT ON disclosure_segment TO hub_app;
GRANT SELECT, INSERT, DELETE ON disclosure_unsealed TO hub_app;
