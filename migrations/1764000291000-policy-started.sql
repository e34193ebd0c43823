-- When this database was first served under a version of the policy: for ten minutes from then on the version before holds
-- beside it, and no restart prolongs them.
CREATE TABLE policy_started (
  policy text PRIMARY KEY CHECK (length(policy) <= 100),
  since timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT, INSERT (policy) ON policy_started TO hub_app;
