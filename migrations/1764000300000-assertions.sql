-- Assertions of the gateway that this subgraph has answered: each is good for one call. Swept when they have expired anyway.

CREATE TABLE assertion_seen (
  jti   text PRIMARY KEY CHECK (length(jti) <= 100),
  until timestamptz NOT NULL
);
CREATE INDEX assertion_seen_until ON assertion_seen (until);
GRANT SELECT, INSERT, DELETE ON assertion_seen TO hub_app;
