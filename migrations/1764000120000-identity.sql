-- One child, several agencies: what an agency's child is found by, and who looked (docs/decisions/0009-matching-tells-whom-to-call.md).

-- Of the desk that answers at any hour: whoever finds a child calls it.
ALTER TABLE agency ADD COLUMN duty_phone text;

-- What a child is found by, as one agency has it: HMAC-SHA-256 under the hub's id key, never a plain hash, for a citizen
-- number has about region x birth date x 1,000 values. No name, no number; the serving login reads none of it.
CREATE TABLE identity_token (
  token  bytea NOT NULL CHECK (octet_length(token) = 32),
  minor  uuid NOT NULL REFERENCES minor ON DELETE CASCADE,
  agency uuid NOT NULL REFERENCES agency,
  PRIMARY KEY (token, minor, agency)
);
CREATE INDEX identity_token_minor ON identity_token (minor, agency);

-- What an agency's people have asked for lately: bounds how often, over restarts and for all hubs of one database.
CREATE TABLE identity_lookup (
  agency uuid NOT NULL REFERENCES agency,
  -- Person who asked.
  asker  text NOT NULL,
  -- HMAC of all that was asked for.
  asked  bytea NOT NULL CHECK (octet_length(asked) = 32),
  at     timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX identity_lookup_agency ON identity_lookup (agency, at);

-- That somebody looked for a child, for the agencies that know it: a day, and no more than R35 shows at B.
CREATE TABLE minor_lookup (
  id     uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  minor  uuid NOT NULL REFERENCES minor ON DELETE CASCADE,
  told   uuid NOT NULL REFERENCES agency,
  on_day date NOT NULL
);
CREATE INDEX minor_lookup_minor ON minor_lookup (minor);
CREATE INDEX minor_lookup_told ON minor_lookup (told, on_day);

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['identity_token', 'identity_lookup', 'minor_lookup'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY keeper ON %I TO hub_keeper USING (true) WITH CHECK (true)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO hub_keeper', t);
  END LOOP;
END $$;
CREATE POLICY own ON identity_lookup TO hub_app USING (agency::text = current_setting('hub.agency', true));
GRANT SELECT, INSERT, DELETE ON identity_lookup TO hub_app;
CREATE POLICY told ON minor_lookup FOR SELECT TO hub_app USING (told::text = current_setting('hub.agency', true));
-- Whoever finds a child tells agencies other than his own.
CREATE POLICY telling ON minor_lookup FOR INSERT TO hub_app WITH CHECK (true);
GRANT SELECT, INSERT ON minor_lookup TO hub_app;

-- Writes down what children are found by, as an agency has them: [{minor, tokens: ["hex", ...]}], instead of what it said
-- of them before.
CREATE FUNCTION hub_know(of_agency uuid, known jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF of_agency::text IS DISTINCT FROM current_setting('hub.agency', true)
     AND NOT pg_has_role(coalesce(nullif(current_setting('role'), 'none'), session_user)::name, 'hub_keeper', 'MEMBER')
     OR EXISTS (SELECT FROM jsonb_to_recordset(known) AS k(minor uuid) WHERE NOT hub_may_change('Minor', k.minor))
  THEN RAISE insufficient_privilege USING MESSAGE = 'no such record'; END IF;
  DELETE FROM identity_token t USING jsonb_to_recordset(known) AS k(minor uuid)
   WHERE t.minor = k.minor AND t.agency = of_agency;
  INSERT INTO identity_token (token, minor, agency)
  SELECT DISTINCT decode(token, 'hex'), k.minor, of_agency
    FROM jsonb_to_recordset(known) AS k(minor uuid, tokens jsonb) CROSS JOIN LATERAL jsonb_array_elements_text(k.tokens) AS token;
END $$;

-- Who knows a child by these tokens. `near`: which of them, from 1. Only agencies of these kinds count that are a source of
-- the child now; `conflicts`: the viewer's keys of that kind.
CREATE FUNCTION hub_match(tokens text[], kinds text[], conflicts bigint[])
RETURNS TABLE (near integer, minor uuid, agency uuid, conflict boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT w.near::integer, t.minor, t.agency, m.involved && conflicts
    FROM unnest(tokens) WITH ORDINALITY AS w(token, near)
    JOIN identity_token t ON t.token = decode(w.token, 'hex')
    JOIN agency a ON a.id = t.agency AND a.kind = ANY (kinds)
    JOIN minor m ON m.id = t.minor
   WHERE EXISTS (SELECT FROM direct_involvement i WHERE i.record = t.minor AND i.agency = t.agency AND i.kind = 'SOURCE' AND i.since <= clock_timestamp())
   ORDER BY w.near, t.minor, t.agency
$$;

-- As hub_link, with what children are found by and who looked for them.
CREATE FUNCTION hub_join(kept uuid[], merged uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO identity_token (token, minor, agency)
  SELECT t.token, pair.stays, t.agency
    FROM unnest(kept, merged) AS pair(stays, goes) JOIN identity_token t ON t.minor = pair.goes
  ON CONFLICT DO NOTHING;
  UPDATE minor_lookup l SET minor = pair.stays FROM unnest(kept, merged) AS pair(stays, goes) WHERE l.minor = pair.goes;
  PERFORM hub_link(kept, merged);
END $$;

-- As every function of the keeper.
GRANT CREATE ON SCHEMA public TO hub_keeper;
ALTER FUNCTION hub_know(uuid, jsonb) OWNER TO hub_keeper;
ALTER FUNCTION hub_match(text[], text[], bigint[]) OWNER TO hub_keeper;
ALTER FUNCTION hub_join(uuid[], uuid[]) OWNER TO hub_keeper;
REVOKE CREATE ON SCHEMA public FROM hub_keeper;
REVOKE EXECUTE ON FUNCTION hub_know(uuid, jsonb), hub_match(text[], text[], bigint[]), hub_join(uuid[], uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub_know(uuid, jsonb), hub_match(text[], text[], bigint[]) TO hub_app;
DO $$
BEGIN
  EXECUTE format('GRANT EXECUTE ON FUNCTION hub_know(uuid, jsonb), hub_join(uuid[], uuid[]) TO %I', current_user);
END $$;
