-- Wall (b): no row without a relation, whatever SQL the hub sends. One template for every table with personal data.
-- CASE, not OR: the planner takes it for one half, so an index order survives (docs/decisions/0005-facts-in-arrays.md).
CREATE PROCEDURE hub_protect(protected regclass, record_type text) LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', protected);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', protected);
  EXECUTE format('CREATE POLICY related ON %s TO hub_app USING (CASE WHEN place <@ (SELECT hub_places(%L)) THEN true ELSE involved && (SELECT hub_keys(%L)) END)',
    protected, record_type, record_type);
  EXECUTE format('CREATE POLICY keeper ON %s TO hub_keeper USING (true) WITH CHECK (true)', protected);
END $$;
CALL hub_protect('minor', 'Minor');
CALL hub_protect('guardian', 'Minor');
CALL hub_protect('entrusted_care', 'Minor');
CALL hub_protect('enrolment', 'Minor');
CALL hub_protect('case_file', 'Case');
CALL hub_protect('case_participant', 'Case');
CALL hub_protect('case_minor', 'Case');
CALL hub_protect('sensitive_incident', 'SensitiveIncident');
CALL hub_protect('incident_minor', 'SensitiveIncident');
CALL hub_protect('incident_alert', 'SensitiveIncident');
CALL hub_protect('opinion_alert', 'OpinionAlert');
DROP PROCEDURE hub_protect(regclass, text);

-- A new record begins with its maker's keys; others come with their relations.
CREATE POLICY own_keys ON minor AS RESTRICTIVE FOR INSERT TO hub_app WITH CHECK (involved <@ (SELECT hub_keys('Minor')));
CREATE POLICY own_keys ON case_file AS RESTRICTIVE FOR INSERT TO hub_app WITH CHECK (involved <@ (SELECT hub_keys('Case')));
CREATE POLICY own_keys ON sensitive_incident AS RESTRICTIVE FOR INSERT TO hub_app WITH CHECK (involved <@ (SELECT hub_keys('SensitiveIncident')));
CREATE POLICY own_keys ON opinion_alert AS RESTRICTIVE FOR INSERT TO hub_app WITH CHECK (involved <@ (SELECT hub_keys('OpinionAlert')));

-- An edge would bring its far end within reach: nobody ties what he does not see.
CREATE POLICY far_end ON case_minor AS RESTRICTIVE FOR INSERT TO hub_app WITH CHECK (hub_sees('Minor', minor));
CREATE POLICY far_end ON incident_minor AS RESTRICTIVE FOR INSERT TO hub_app WITH CHECK (hub_sees('Minor', minor));
CREATE POLICY far_end ON incident_alert AS RESTRICTIVE FOR INSERT TO hub_app WITH CHECK (hub_sees('OpinionAlert', alert));

-- Relations themselves: a viewer finds his own keys only, and none that has ended.
ALTER TABLE involvement ENABLE ROW LEVEL SECURITY;
ALTER TABLE involvement FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON involvement FOR SELECT TO hub_app USING (key = ANY ((SELECT hub_keys('all'))::bigint[]) AND (until IS NULL OR until > now()));
CREATE POLICY keeper ON involvement TO hub_keeper USING (true) WITH CHECK (true);

ALTER TABLE idempotency ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON idempotency TO hub_app USING (asker = nullif(current_setting('hub.asker', true), ''));

-- A school writes its own classes; their teachers' relations to pupils follow from them.
ALTER TABLE school_class ENABLE ROW LEVEL SECURITY;
ALTER TABLE school_class FORCE ROW LEVEL SECURITY;
CREATE POLICY own ON school_class TO hub_app USING (school::text = current_setting('hub.agency', true));
CREATE POLICY keeper ON school_class TO hub_keeper USING (true);

-- The serving login: reads, writes its viewer's records, never their ids, arrays or relations.
GRANT SELECT ON division, agency, agency_duty, person, client, school_class, policy_row, edge_opening, involvement TO hub_app;
GRANT INSERT, UPDATE (name, teacher) ON school_class TO hub_app;
GRANT SELECT, INSERT ON minor, guardian, entrusted_care, enrolment, case_file, case_minor,
  sensitive_incident, incident_minor, incident_alert, opinion_alert, idempotency TO hub_app;
GRANT SELECT ON case_participant TO hub_app;
DO $$
DECLARE
  t text;
  columns text;
BEGIN
  FOREACH t IN ARRAY ARRAY['minor', 'guardian', 'entrusted_care', 'enrolment', 'case_file', 'sensitive_incident', 'opinion_alert'] LOOP
    SELECT string_agg(quote_ident(column_name), ', ') INTO columns FROM information_schema.columns
     WHERE table_schema = 'public' AND table_name = t AND column_name NOT IN ('id', 'ref', 'involved', 'minor')
       AND NOT (column_name = 'place' AND t IN ('guardian', 'entrusted_care', 'enrolment'));
    EXECUTE format('GRANT UPDATE (%s) ON %I TO hub_app', columns, t);
  END LOOP;
END $$;

GRANT SELECT, INSERT, UPDATE, DELETE ON minor, guardian, entrusted_care, enrolment, case_file, case_participant, case_minor,
  sensitive_incident, incident_minor, incident_alert, opinion_alert, involvement, policy_row, edge_opening TO hub_keeper;
GRANT SELECT, INSERT ON id_key TO hub_keeper;
GRANT SELECT ON agency, person, school_class, edge, direct_involvement, class_involvement TO hub_keeper;
GRANT UPDATE (teacher) ON school_class TO hub_keeper;

-- Functions of the keeper run as the keeper; the views are the keeper's, so that they see what it sees.
DO $$
DECLARE
  f regprocedure;
  v text;
BEGIN
  -- ALTER ... OWNER wants membership, which a superuser does not need.
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN EXECUTE format('GRANT hub_keeper TO %I', current_user); END IF;
  FOR f IN SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
            WHERE n.nspname = 'public' AND p.prosecdef LOOP
    EXECUTE format('ALTER FUNCTION %s OWNER TO hub_keeper', f);
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
  END LOOP;
  FOREACH v IN ARRAY ARRAY['edge', 'direct_involvement', 'class_involvement'] LOOP
    EXECUTE format('ALTER VIEW %I OWNER TO hub_keeper', v);
  END LOOP;
  -- The migrating login activates policies and rebuilds.
  EXECUTE format('GRANT EXECUTE ON FUNCTION hub_activate(text[], jsonb), hub_rebuild(), hub_involve(jsonb), hub_sweep(), hub_id_key(text) TO %I', current_user);
END $$;
GRANT EXECUTE ON FUNCTION hub_involve(jsonb), hub_end_involvement(text, uuid, uuid, text[]), hub_sweep(), hub_sees(text, uuid), hub_id_key(text) TO hub_app;
REVOKE CREATE ON SCHEMA public FROM hub_keeper;
