-- What the serving login may change about relations, and the triggers that keep copies true.

-- A belonging row is seen as its record is seen.
CREATE FUNCTION belonging_inserted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_TABLE_NAME = 'case_participant' THEN
    SELECT place, involved INTO NEW.place, NEW.involved FROM case_file WHERE id = NEW.case_file;
  ELSE
    SELECT place, involved INTO NEW.place, NEW.involved FROM minor WHERE id = NEW.minor;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER belonging_inserted BEFORE INSERT ON guardian FOR EACH ROW EXECUTE FUNCTION belonging_inserted();
CREATE TRIGGER belonging_inserted BEFORE INSERT ON entrusted_care FOR EACH ROW EXECUTE FUNCTION belonging_inserted();
CREATE TRIGGER belonging_inserted BEFORE INSERT ON enrolment FOR EACH ROW EXECUTE FUNCTION belonging_inserted();
CREATE TRIGGER belonging_inserted BEFORE INSERT ON case_participant FOR EACH ROW EXECUTE FUNCTION belonging_inserted();

CREATE FUNCTION minor_seen_otherwise() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE guardian SET place = NEW.place, involved = NEW.involved WHERE minor = NEW.id;
  UPDATE entrusted_care SET place = NEW.place, involved = NEW.involved WHERE minor = NEW.id;
  UPDATE enrolment SET place = NEW.place, involved = NEW.involved WHERE minor = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER minor_seen_otherwise AFTER UPDATE OF place, involved ON minor FOR EACH ROW
  WHEN (OLD.place <> NEW.place OR OLD.involved <> NEW.involved) EXECUTE FUNCTION minor_seen_otherwise();

CREATE FUNCTION case_seen_otherwise() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE case_participant SET place = NEW.place, involved = NEW.involved WHERE case_file = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER case_seen_otherwise AFTER UPDATE OF place, involved ON case_file FOR EACH ROW
  WHEN (OLD.place <> NEW.place OR OLD.involved <> NEW.involved) EXECUTE FUNCTION case_seen_otherwise();

CREATE FUNCTION incident_moved() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE incident_alert SET place = NEW.place WHERE incident = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER incident_moved AFTER UPDATE OF place ON sensitive_incident FOR EACH ROW
  WHEN (OLD.place <> NEW.place) EXECUTE FUNCTION incident_moved();

-- A new edge carries its keys from the start, for WITH CHECK asks about them.
CREATE FUNCTION edge_inserted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  CASE TG_TABLE_NAME
    WHEN 'case_minor' THEN
      NEW.involved := edge_keys(NEW.case_file, CASE NEW.role WHEN 'VICTIM' THEN 'R19' WHEN 'SUSPECT' THEN 'R20' ELSE 'R17m' END);
    WHEN 'incident_minor' THEN
      NEW.involved := edge_keys(NEW.incident, 'R27m');
    ELSE
      NEW.involved := edge_keys(NEW.incident, 'R28m');
      NEW.place := (SELECT place FROM sensitive_incident WHERE id = NEW.incident);
  END CASE;
  RETURN NEW;
END $$;
CREATE TRIGGER edge_inserted BEFORE INSERT ON case_minor FOR EACH ROW EXECUTE FUNCTION edge_inserted();
CREATE TRIGGER edge_inserted BEFORE INSERT ON incident_minor FOR EACH ROW EXECUTE FUNCTION edge_inserted();
CREATE TRIGGER edge_inserted BEFORE INSERT ON incident_alert FOR EACH ROW EXECUTE FUNCTION edge_inserted();

-- Relations travel along edges and classes: what hangs on a changed one is refreshed.
CREATE FUNCTION edges_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  ends uuid[];
BEGIN
  IF TG_TABLE_NAME = 'case_minor' THEN
    SELECT array_agg(DISTINCT id) INTO ends FROM (SELECT case_file AS id FROM changed UNION SELECT minor FROM changed) x;
  ELSIF TG_TABLE_NAME = 'incident_minor' THEN
    SELECT array_agg(DISTINCT id) INTO ends FROM (SELECT incident AS id FROM changed UNION SELECT minor FROM changed) x;
  ELSIF TG_TABLE_NAME = 'incident_alert' THEN
    SELECT array_agg(DISTINCT id) INTO ends FROM (SELECT incident AS id FROM changed UNION SELECT alert FROM changed) x;
  ELSIF TG_TABLE_NAME = 'enrolment' THEN
    SELECT array_agg(DISTINCT minor) INTO ends FROM changed;
  ELSE
    SELECT array_agg(DISTINCT e.minor) INTO ends FROM changed c JOIN enrolment e ON e.school_class = c.id;
  END IF;
  IF ends IS NOT NULL THEN PERFORM hub_refresh_linked(ends); END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER edges_inserted AFTER INSERT ON case_minor REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION edges_changed();
CREATE TRIGGER edges_deleted AFTER DELETE ON case_minor REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION edges_changed();
CREATE TRIGGER edges_inserted AFTER INSERT ON incident_minor REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION edges_changed();
CREATE TRIGGER edges_deleted AFTER DELETE ON incident_minor REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION edges_changed();
CREATE TRIGGER edges_inserted AFTER INSERT ON incident_alert REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION edges_changed();
CREATE TRIGGER edges_deleted AFTER DELETE ON incident_alert REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION edges_changed();
CREATE TRIGGER classes_inserted AFTER INSERT ON enrolment REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION edges_changed();
CREATE TRIGGER classes_deleted AFTER DELETE ON enrolment REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION edges_changed();
CREATE TRIGGER classes_updated AFTER UPDATE ON school_class REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION edges_changed();

-- Copies of `involved` in enrolment change with every refresh and move nobody; only another class does.
CREATE FUNCTION enrolment_moved() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM hub_refresh_linked(ARRAY[NEW.minor]);
  RETURN NULL;
END $$;
CREATE TRIGGER enrolment_moved AFTER UPDATE OF school_class, since ON enrolment FOR EACH ROW
  WHEN (OLD.school_class IS DISTINCT FROM NEW.school_class OR OLD.since <> NEW.since) EXECUTE FUNCTION enrolment_moved();

-- R20 ENDS_WITH_CASE (JDPL 59): closing a case deletes the edge to a minor suspect and all that was derived from it.
CREATE FUNCTION case_closed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM case_minor WHERE case_file = NEW.id AND role = 'SUSPECT';
  RETURN NULL;
END $$;
CREATE TRIGGER case_closed AFTER UPDATE OF stage ON case_file FOR EACH ROW
  WHEN (NEW.stage = 'CLOSED') EXECUTE FUNCTION case_closed();

-- Is the record within reach of the viewer of this transaction? What row security would say of it.
CREATE FUNCTION hub_sees(record_type text, record uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT CASE record_type
    WHEN 'Minor' THEN EXISTS (SELECT FROM minor r WHERE r.id = record
      AND (r.place <@ hub_places('Minor') OR r.involved && hub_keys('Minor')))
    WHEN 'Case' THEN EXISTS (SELECT FROM case_file r WHERE r.id = record
      AND (r.place <@ hub_places('Case') OR r.involved && hub_keys('Case')))
    WHEN 'SensitiveIncident' THEN EXISTS (SELECT FROM sensitive_incident r WHERE r.id = record
      AND (r.place <@ hub_places('SensitiveIncident') OR r.involved && hub_keys('SensitiveIncident')))
    WHEN 'OpinionAlert' THEN EXISTS (SELECT FROM opinion_alert r WHERE r.id = record
      AND (r.place <@ hub_places('OpinionAlert') OR r.involved && hub_keys('OpinionAlert')))
    ELSE false END
$$;

-- Writes relations: [{record_type, record, agency, person, kind, policy_row, since, until, basis}]. A relation that is
-- there already is left as it is. The serving login only reaches records of its viewer.
CREATE FUNCTION hub_involve(relations jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  caller text := CASE current_setting('role') WHEN 'none' THEN session_user ELSE current_setting('role') END;
  serving boolean := pg_has_role(caller, 'hub_app', 'MEMBER') AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = caller)
    AND NOT pg_has_role(caller, 'hub_keeper', 'MEMBER');
BEGIN
  IF serving AND EXISTS (
    SELECT FROM jsonb_to_recordset(relations) AS r(record_type text, record uuid) WHERE NOT hub_sees(r.record_type, r.record))
  THEN RAISE insufficient_privilege USING MESSAGE = 'no such record'; END IF;
  INSERT INTO involvement (record_type, record, agency, person, kind, policy_row, since, until, basis, key)
  SELECT r.record_type, r.record, r.agency, r.person, r.kind, r.policy_row, coalesce(r.since, now()), r.until, r.basis, 0
    FROM jsonb_to_recordset(relations) AS r(record_type text, record uuid, agency uuid, person uuid, kind text,
      policy_row text, since timestamptz, until timestamptz, basis text)
  ON CONFLICT DO NOTHING;
END $$;

-- Ends relations of an agency to a record now: of one kind, or all of PART (its people's go with the agency's).
CREATE FUNCTION hub_end_involvement(of_type text, of_record uuid, of_agency uuid, of_kinds text[]) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  ended integer;
BEGIN
  IF NOT hub_sees(of_type, of_record) THEN RAISE insufficient_privilege USING MESSAGE = 'no such record'; END IF;
  UPDATE involvement SET until = greatest(since, clock_timestamp()), swept = true
   WHERE record_type = of_type AND record = of_record AND agency = of_agency AND kind = ANY(of_kinds) AND via IS NULL
     AND (until IS NULL OR until > clock_timestamp());
  GET DIAGNOSTICS ended = ROW_COUNT;
  IF of_type = 'Case' AND 'PART' = ANY(of_kinds) THEN
    DELETE FROM case_participant WHERE case_file = of_record AND agency = of_agency;
  END IF;
  RETURN ended;
END $$;

-- Takes ended relations out of the arrays; the hub calls it every half minute. Decisions do not wait for it.
CREATE FUNCTION hub_sweep() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  ended integer;
BEGIN
  UPDATE involvement SET swept = true WHERE until <= clock_timestamp() AND NOT swept AND via IS NULL;
  GET DIAGNOSTICS ended = ROW_COUNT;
  RETURN ended;
END $$;

-- Activates what a policy says about edges, and rebuilds what was derived under another one.
CREATE FUNCTION hub_activate(rows text[], openings jsonb) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO policy_row (name, no)
  SELECT r.name, (SELECT coalesce(max(no), 0) FROM policy_row) + row_number() OVER (ORDER BY r.n)
    FROM unnest(rows) WITH ORDINALITY AS r(name, n)
   WHERE NOT EXISTS (SELECT FROM policy_row p WHERE p.name = r.name);
  IF NOT EXISTS (
    (SELECT edge, role, kind FROM jsonb_to_recordset(openings) AS o(edge text, role text, kind text) EXCEPT SELECT edge, role, kind FROM edge_opening)
    UNION ALL
    (SELECT edge, role, kind FROM edge_opening EXCEPT SELECT edge, role, kind FROM jsonb_to_recordset(openings) AS o(edge text, role text, kind text)))
  THEN RETURN false; END IF;
  DELETE FROM edge_opening;
  INSERT INTO edge_opening SELECT edge, role, kind FROM jsonb_to_recordset(openings) AS o(edge text, role text, kind text);
  PERFORM hub_rebuild();
  RETURN true;
END $$;

CREATE FUNCTION hub_rebuild() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM hub_refresh(ARRAY(SELECT id FROM case_file UNION ALL SELECT id FROM minor UNION ALL
    SELECT id FROM opinion_alert UNION ALL SELECT id FROM sensitive_incident));
END $$;
