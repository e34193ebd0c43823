-- A correction that is decided or withdrawn ends for those who were asked and have not answered: the agencies that keep a
-- record learn nothing of each other (docs/decisions/0012-a-correction-names-neither-side.md).
CREATE FUNCTION hub_settle_correction(request uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM hub_end_involvement('CorrectionRequest', i.record, i.agency, '{ADDRESSEE}')
     FROM involvement i JOIN correction_request c ON c.id = i.record AND c.status <> 'OPEN'
    WHERE i.record = request AND i.kind = 'ADDRESSEE' AND i.until IS NULL
      AND i.agency::text IS DISTINCT FROM current_setting('hub.agency', true);
END $$;

-- As before; with `was`, instead of these tokens alone and not of all that the agency said of the child.
CREATE OR REPLACE FUNCTION hub_know(of_agency uuid, known jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF of_agency::text IS DISTINCT FROM current_setting('hub.agency', true)
     AND NOT pg_has_role(coalesce(nullif(current_setting('role'), 'none'), session_user)::name, 'hub_keeper', 'MEMBER')
     OR EXISTS (SELECT FROM jsonb_to_recordset(known) AS k(minor uuid) WHERE NOT hub_may_change('Minor', k.minor))
  THEN RAISE insufficient_privilege USING MESSAGE = 'no such record'; END IF;
  DELETE FROM identity_token t USING jsonb_to_recordset(known) AS k(minor uuid, was jsonb)
   WHERE t.minor = k.minor AND t.agency = of_agency AND (k.was IS NULL OR k.was ? encode(t.token, 'hex'));
  INSERT INTO identity_token (token, minor, agency)
  SELECT DISTINCT decode(token, 'hex'), k.minor, of_agency
    FROM jsonb_to_recordset(known) AS k(minor uuid, tokens jsonb) CROSS JOIN LATERAL jsonb_array_elements_text(k.tokens) AS token
  ON CONFLICT DO NOTHING;
  -- Another agency's child that is found by the same.
  INSERT INTO merge_proposal (one, other)
  SELECT DISTINCT least(t.minor, u.minor), greatest(t.minor, u.minor)
    FROM jsonb_to_recordset(known) AS k(minor uuid)
   CROSS JOIN LATERAL (SELECT * FROM identity_token WHERE minor = k.minor AND agency = of_agency OFFSET 0) t
   CROSS JOIN LATERAL (SELECT * FROM identity_token WHERE token = t.token AND minor <> t.minor AND agency <> of_agency OFFSET 0) u
  ON CONFLICT (one, other) DO NOTHING;
END $$;

-- As every function of the keeper.
GRANT CREATE ON SCHEMA public TO hub_keeper;
ALTER FUNCTION hub_settle_correction(uuid) OWNER TO hub_keeper;
REVOKE CREATE ON SCHEMA public FROM hub_keeper;
REVOKE EXECUTE ON FUNCTION hub_settle_correction(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION hub_settle_correction(uuid) TO hub_app;
