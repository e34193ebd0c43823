-- Assertions of the gateway that this hub has answered: each is good for one call. Swept when they have expired anyway;
-- lost in a crash of the database, which takes longer to recover than an assertion lives.

CREATE UNLOGGED TABLE assertion_seen (
  jti   text PRIMARY KEY CHECK (length(jti) <= 100),
  until timestamptz NOT NULL
);
CREATE INDEX assertion_seen_until ON assertion_seen (until);
GRANT SELECT, INSERT, DELETE ON assertion_seen TO hub_app;
