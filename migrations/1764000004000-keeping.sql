-- What the serving login may change about relations, and the triggers that keep copies true.

-- A belonging row is seen as its record is seen. The lock keeps a change of relations from passing it by; an enrolment
-- needs none, for its minor is refreshed afterwards.
CREATE FUNCTION belonging_inserted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_TABLE_NAME = 'case_participant' THEN
    SELECT place, involved INTO NEW.place, NEW.involved FROM case_file WHERE id = NEW.case_file;
  ELSE
    IF TG_TABLE_NAME <> 'enrolment' THEN PERFORM FROM minor WHERE id = NEW.minor FOR NO KEY UPDATE; END IF;
    SELECT place, involved INTO NEW.place, NEW.involved FROM minor WHERE id = NEW.minor;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER belonging_inserted BEFORE INSERT ON guardian FOR EACH ROW EXECUTE FUNCTION belonging_inserted();
CREATE TRIGGER belonging_inserted BEFORE INSERT ON entrusted_care FOR EACH ROW EXECUTE FUNCTION belonging_inserted();
CREATE TRIGGER belonging_inserted BEFORE INSERT ON enrolment FOR EACH ROW EXECUTE FUNCTION belonging_inserted();
CREATE TRIGGER belonging_inserted BEFORE INSERT ON case_participant FOR EACH ROW EXECUTE FUNCTION belonging_inserted();

CREATE FUNCTION record_moved() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE guardian SET place = NEW.place WHERE minor = NEW.id;
  UPDATE entrusted_care SET place = NEW.place WHERE minor = NEW.id;
  UPDATE enrolment SET place = NEW.place WHERE minor = NEW.id;
  UPDATE case_participant SET place = NEW.place WHERE case_file = NEW.id;
  UPDATE incident_alert SET place = NEW.place WHERE incident = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER record_moved AFTER UPDATE OF place ON minor FOR EACH ROW WHEN (OLD.place <> NEW.place) EXECUTE FUNCTION record_moved();
CREATE TRIGGER record_moved AFTER UPDATE OF place ON case_file FOR EACH ROW WHEN (OLD.place <> NEW.place) EXECUTE FUNCTION record_moved();
CREATE TRIGGER record_moved AFTER UPDATE OF place ON sensitive_incident FOR EACH ROW WHEN (OLD.place <> NEW.place) EXECUTE FUNCTION record_moved();

-- A new edge carries its keys from the start, for WITH CHECK asks about them.
CREATE FUNCTION edge_inserted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  CASE TG_TABLE_NAME
    WHEN 'case_minor' THEN
      NEW.involved := edge_keys(NEW.case_file, case_edge_row(NEW.role));
      NEW.place := NULL; -- with a place it would be within reach of every agency there
    WHEN 'incident_minor' THEN
      NEW.involved := edge_keys(NEW.incident, 'R27m');
      NEW.place := NULL;
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
    -- Waits for a change of teacher that does not see these pupils yet.
    PERFORM FROM school_class WHERE id IN (SELECT school_class FROM changed) ORDER BY id FOR SHARE;
    SELECT array_agg(DISTINCT minor) INTO ends FROM changed;
  ELSE
    SELECT array_agg(DISTINCT e.minor) INTO ends FROM changed c JOIN enrolment e ON e.school_class = c.id;
  END IF;
  IF ends IS NOT NULL THEN PERFORM hub_refresh_linked(ends, TG_TABLE_NAME IN ('enrolment', 'school_class')); END IF;
  -- Asked under the lock: the case may have been closed meanwhile.
  IF TG_TABLE_NAME = 'case_minor' AND TG_OP = 'INSERT' AND EXISTS (
    SELECT FROM case_minor e JOIN case_file c ON c.id = e.case_file
     WHERE c.id = ANY(ends) AND c.stage = 'CLOSED' AND e.role = 'SUSPECT')
  THEN RAISE check_violation USING MESSAGE = 'a closed case has no minor suspects'; END IF;
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
  PERFORM FROM school_class WHERE id = NEW.school_class FOR SHARE;
  PERFORM hub_refresh_linked(ARRAY[NEW.minor]);
  RETURN NULL;
END $$;
CREATE TRIGGER enrolment_moved AFTER UPDATE OF school, school_class, since ON enrolment FOR EACH ROW
  WHEN ((OLD.school, OLD.school_class, OLD.since) IS DISTINCT FROM (NEW.school, NEW.school_class, NEW.since))
  EXECUTE FUNCTION enrolment_moved();

-- Who goes to another agency leaves relations and classes behind; not the conflicts.
CREATE FUNCTION person_moved() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE school_class SET teacher = NULL WHERE teacher = NEW.id;
  UPDATE involvement SET since = least(since, clock_timestamp()), until = clock_timestamp(), swept = true
   WHERE person = NEW.id AND via IS NULL AND kind <> 'CONFLICT' AND (until IS NULL OR until > clock_timestamp());
  RETURN NULL;
END $$;
CREATE TRIGGER person_moved AFTER UPDATE OF agency ON person FOR EACH ROW
  WHEN (OLD.agency <> NEW.agency) EXECUTE FUNCTION person_moved();

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
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN CASE record_type
    WHEN 'Minor' THEN EXISTS (SELECT FROM minor r WHERE r.id = record
      AND (r.place <@ hub_places('Minor') OR r.involved && hub_keys('Minor')))
    WHEN 'Case' THEN EXISTS (SELECT FROM case_file r WHERE r.id = record
      AND (r.place <@ hub_places('Case') OR r.involved && hub_keys('Case')))
    WHEN 'SensitiveIncident' THEN EXISTS (SELECT FROM sensitive_incident r WHERE r.id = record
      AND (r.place <@ hub_places('SensitiveIncident') OR r.involved && hub_keys('SensitiveIncident')))
    WHEN 'OpinionAlert' THEN EXISTS (SELECT FROM opinion_alert r WHERE r.id = record
      AND (r.place <@ hub_places('OpinionAlert') OR r.involved && hub_keys('OpinionAlert')))
    ELSE false END;
END $$;

-- Whoever owns the tables may change relations of every record, the serving login only those of its viewer's.
CREATE FUNCTION hub_may_change(record_type text, record uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN pg_has_role(coalesce(nullif(current_setting('role'), 'none'), session_user)::name, 'hub_keeper', 'MEMBER') OR hub_sees(record_type, record);
END $$;

-- Writes relations: [{record_type, record, agency, person, kind, policy_row, since, until, basis}]. A relation that is
-- there already is left as it is. Agencies' come first: those of their people lie within them.
CREATE FUNCTION hub_involve(relations jsonb) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM hub_lock(ARRAY(SELECT record FROM jsonb_to_recordset(relations) AS r(record uuid)));
  IF EXISTS (
    SELECT FROM jsonb_to_recordset(relations) AS r(record_type text, record uuid) WHERE NOT hub_may_change(r.record_type, r.record))
  THEN RAISE insufficient_privilege USING MESSAGE = 'no such record'; END IF;
  INSERT INTO involvement (record_type, record, agency, person, kind, policy_row, since, until, basis, key)
  SELECT r.record_type, r.record, r.agency, r.person, r.kind, r.policy_row, coalesce(r.since, now()), r.until, r.basis, 0
    FROM jsonb_to_recordset(relations) AS r(record_type text, record uuid, agency uuid, person uuid, kind text,
      policy_row text, since timestamptz, until timestamptz, basis text)
   ORDER BY r.person IS NOT NULL
  ON CONFLICT DO NOTHING;
END $$;

-- Ends relations of an agency to a record now. With its part go its people's, who took part for it.
CREATE FUNCTION hub_end_involvement(of_type text, of_record uuid, of_agency uuid, of_kinds text[]) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  kinds text[] := of_kinds || CASE WHEN 'PART' = ANY(of_kinds) THEN ARRAY['ASSIGNED', 'NAMED'] END;
  ended integer;
BEGIN
  PERFORM hub_lock(ARRAY[of_record]);
  IF NOT hub_may_change(of_type, of_record) THEN RAISE insufficient_privilege USING MESSAGE = 'no such record'; END IF;
  UPDATE involvement SET since = least(since, clock_timestamp()), until = clock_timestamp(), swept = true
   WHERE record_type = of_type AND record = of_record AND agency = of_agency AND kind = ANY(kinds) AND via IS NULL
     AND (until IS NULL OR until > clock_timestamp());
  GET DIAGNOSTICS ended = ROW_COUNT;
  RETURN ended;
END $$;

-- Takes ended relations out of the arrays; the hub calls it every half minute. Decisions do not wait for it.
CREATE FUNCTION hub_sweep() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  ended integer;
BEGIN
  PERFORM hub_lock(ARRAY(SELECT record FROM involvement WHERE until <= clock_timestamp() AND NOT swept AND via IS NULL));
  UPDATE involvement SET swept = true WHERE until <= clock_timestamp() AND NOT swept AND via IS NULL;
  GET DIAGNOSTICS ended = ROW_COUNT;
  RETURN ended;
END $$;

CREATE FUNCTION hub_records() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT ARRAY(SELECT id FROM case_file UNION ALL SELECT id FROM minor UNION ALL SELECT id FROM opinion_alert UNION ALL SELECT id FROM sensitive_incident)
$$;
CREATE FUNCTION hub_rebuild() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM hub_refresh(hub_records());
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
  -- What is derived meanwhile would be derived under the old policy, and stay. Records first, as everybody locks them.
  PERFORM hub_lock(hub_records());
  LOCK TABLE involvement IN SHARE ROW EXCLUSIVE MODE;
  DELETE FROM edge_opening;
  INSERT INTO edge_opening SELECT edge, role, kind FROM jsonb_to_recordset(openings) AS o(edge text, role text, kind text);
  PERFORM hub_rebuild();
  RETURN true;
END $$;
