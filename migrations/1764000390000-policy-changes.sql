-- Each change of the version that this database is served under, not the first sight of each version: one that comes back
-- after another has the other beside it for ten minutes again.
ALTER TABLE policy_started DROP CONSTRAINT policy_started_pkey;
ALTER TABLE policy_started ADD change bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY;
