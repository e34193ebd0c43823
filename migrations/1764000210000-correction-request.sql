-- Corrections of records that others keep (R40, GDSR 26). A request names neither who proposes it nor whom it is addressed
-- to: that stands in `involvement`, of which everybody finds his own keys only.
CREATE TABLE correction_request (
  id uuid PRIMARY KEY,
  ref uuid NOT NULL,
  place bigint NOT NULL,
  involved bigint[] NOT NULL DEFAULT '{}',
  version integer NOT NULL DEFAULT 1,
  -- Global id of the record, its key, and the key again where it is a minor.
  about text NOT NULL,
  record uuid NOT NULL,
  minor uuid REFERENCES minor,
  coordinate text NOT NULL,
  -- Until it is decided.
  value text,
  reason text,
  status text NOT NULL,
  due_on date NOT NULL,
  reply text
);
CREATE INDEX correction_request_record ON correction_request (record);
CREATE INDEX correction_request_minor ON correction_request (minor);
CALL hub_shared_record('correction_request', 'CorrectionRequest');
-- What it is about stays, but for minors that become one, or two again.
REVOKE UPDATE (about, record, coordinate) ON correction_request FROM hub_app;

-- The request would tell of its record: nobody proposes anything of what he does not see.
CREATE FUNCTION hub_sees_any(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT FROM record_type t WHERE hub_sees(t.name, wanted))
$$;
CREATE POLICY record_end ON correction_request AS RESTRICTIVE FOR INSERT TO hub_app WITH CHECK (hub_sees_any(record));

-- Addresses a new request - of the serving login only its viewer's - to every agency of these kinds that keeps its record now.
CREATE FUNCTION hub_address_correction(request uuid, kinds text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM hub_lock(ARRAY[request]);
  IF NOT pg_has_role(coalesce(nullif(current_setting('role'), 'none'), session_user)::name, 'hub_keeper', 'MEMBER') AND NOT EXISTS (
    SELECT FROM involvement i JOIN agency a ON a.id = i.agency
     WHERE i.record = request AND i.kind = 'SOURCE' AND a.id::text = current_setting('hub.agency', true))
  THEN RAISE insufficient_privilege USING MESSAGE = 'no such record'; END IF;
  INSERT INTO involvement (record_type, record, agency, kind, basis, key)
  SELECT DISTINCT 'CorrectionRequest', c.id, i.agency, 'ADDRESSEE', 'proposeCorrection', 0
    FROM correction_request c
    JOIN involvement i ON i.record = c.record AND i.kind = 'SOURCE' AND i.via IS NULL
     AND i.since <= clock_timestamp() AND (i.until > clock_timestamp()) IS NOT FALSE
    JOIN agency a ON a.id = i.agency AND a.kind = ANY (kinds)
   WHERE c.id = request
  ON CONFLICT DO NOTHING;
END $$;

-- A minor's key follows it when two become one and two again; so does the global id, which is the letter and the key's block.
CREATE FUNCTION correction_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  NEW.record := NEW.minor;
  SELECT 'M' || rtrim(translate(encode(uuid_send(ref), 'base64'), '+/', '-_'), '=') INTO NEW.about FROM minor WHERE id = NEW.minor;
  RETURN NEW;
END $$;
CREATE TRIGGER correction_follows BEFORE UPDATE OF minor ON correction_request FOR EACH ROW
  WHEN (OLD.minor <> NEW.minor) EXECUTE FUNCTION correction_follows();

ALTER FUNCTION hub_link(uuid[], uuid[]) RENAME TO hub_link_records;
CREATE FUNCTION hub_link(kept uuid[], merged uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  -- Requests before their minors, as whoever decides one locks them.
  UPDATE correction_request r SET minor = pair.stays FROM unnest(kept, merged) AS pair(stays, goes) WHERE r.minor = pair.goes;
  PERFORM hub_link_records(kept, merged);
END $$;

-- As every function of the keeper.
GRANT CREATE ON SCHEMA public TO hub_keeper;
DO $$
DECLARE
  f regprocedure;
BEGIN
  FOR f IN SELECT p.oid::regprocedure FROM pg_proc p
            WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef AND p.proowner NOT IN ('hub_keeper'::regrole, 'hub_statistics'::regrole) LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO hub_keeper', f);
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
  END LOOP;
  EXECUTE format('GRANT EXECUTE ON FUNCTION hub_link(uuid[], uuid[]), hub_address_correction(uuid, text[]) TO %I', current_user);
END $$;
GRANT EXECUTE ON FUNCTION hub_address_correction(uuid, text[]), hub_sees_any(uuid) TO hub_app;
REVOKE CREATE ON SCHEMA public FROM hub_keeper;
