-- Two roles that log in as nobody: hub_app is what the serving login may do, hub_keeper owns the functions that
-- keep `involved` and derived rows. `hub db init` makes them beforehand where the migrating login may not.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hub_keeper') THEN CREATE ROLE hub_keeper NOLOGIN; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'hub_app') THEN CREATE ROLE hub_app NOLOGIN; END IF;
END $$;
GRANT CREATE, USAGE ON SCHEMA public TO hub_keeper;
GRANT USAGE ON SCHEMA public TO hub_app;

CREATE TABLE division (
  code bigint PRIMARY KEY,
  name text NOT NULL
);

CREATE TABLE agency (
  id uuid PRIMARY KEY,
  no bigserial NOT NULL,
  kind text NOT NULL,
  name text NOT NULL,
  division bigint NOT NULL,
  legal_basis_kind text NOT NULL,
  legal_basis_document text NOT NULL,
  credit_code text
);
CREATE UNIQUE INDEX agency_no ON agency (no);

CREATE TABLE agency_duty (
  agency uuid NOT NULL REFERENCES agency,
  record_type text NOT NULL,
  prefix text NOT NULL,
  PRIMARY KEY (agency, record_type, prefix)
);

CREATE TABLE person (
  id uuid PRIMARY KEY,
  no bigserial NOT NULL,
  subject text NOT NULL,
  name text NOT NULL,
  agency uuid NOT NULL REFERENCES agency,
  post text NOT NULL,
  active boolean NOT NULL DEFAULT true
);
CREATE UNIQUE INDEX person_no ON person (no);
CREATE UNIQUE INDEX person_subject ON person (subject);

CREATE TABLE client (
  client_id text PRIMARY KEY,
  agency uuid NOT NULL REFERENCES agency,
  active boolean NOT NULL DEFAULT true
);

CREATE TABLE school_class (
  id uuid PRIMARY KEY,
  school uuid NOT NULL REFERENCES agency,
  name text NOT NULL,
  teacher uuid REFERENCES person
);
CREATE INDEX school_class_teacher ON school_class (teacher);

-- Which id key the global ids and the column `ref` of this database were made with: the first hub that opens it says so.
CREATE TABLE id_key (
  one         boolean PRIMARY KEY DEFAULT true CHECK (one),
  fingerprint text    NOT NULL
);
-- Two statements: the second sees what another hub has said meanwhile.
CREATE FUNCTION hub_id_key(mine text) RETURNS text
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
  INSERT INTO id_key (fingerprint) VALUES (mine) ON CONFLICT DO NOTHING;
  SELECT fingerprint FROM id_key;
$$;
