-- Shared records: `place` and `involved` are what row security and facts look at.
CREATE TABLE minor (
  id uuid PRIMARY KEY,
  ref uuid NOT NULL,
  place bigint NOT NULL,
  involved bigint[] NOT NULL DEFAULT '{}',
  version integer NOT NULL DEFAULT 1,
  full_name text NOT NULL,
  given_name text NOT NULL,
  citizen_number text,
  birth_date date NOT NULL,
  sex text NOT NULL,
  ethnic_group text,
  care_categories text[] NOT NULL DEFAULT '{}',
  home_address text,
  phone text
);

CREATE TABLE guardian (
  id uuid PRIMARY KEY,
  place bigint,
  involved bigint[] NOT NULL DEFAULT '{}',
  minor uuid NOT NULL REFERENCES minor ON DELETE CASCADE,
  full_name text NOT NULL,
  phone text,
  relation text NOT NULL
);
CREATE INDEX guardian_minor ON guardian (minor);

CREATE TABLE entrusted_care (
  id uuid PRIMARY KEY,
  place bigint,
  involved bigint[] NOT NULL DEFAULT '{}',
  minor uuid NOT NULL REFERENCES minor ON DELETE CASCADE,
  carer text NOT NULL,
  phone text,
  since date NOT NULL,
  declared_to_school_on date,
  declared_to_village_on date
);
CREATE UNIQUE INDEX entrusted_care_minor ON entrusted_care (minor);

CREATE TABLE enrolment (
  id uuid PRIMARY KEY,
  place bigint,
  involved bigint[] NOT NULL DEFAULT '{}',
  minor uuid NOT NULL REFERENCES minor ON DELETE CASCADE,
  school uuid NOT NULL REFERENCES agency,
  grade smallint NOT NULL,
  school_class uuid REFERENCES school_class,
  class_name text,
  since date NOT NULL
);
CREATE UNIQUE INDEX enrolment_minor ON enrolment (minor);
CREATE INDEX enrolment_class ON enrolment (school_class);

CREATE TABLE case_file (
  id uuid PRIMARY KEY,
  ref uuid NOT NULL,
  place bigint NOT NULL,
  involved bigint[] NOT NULL DEFAULT '{}',
  version integer NOT NULL DEFAULT 1,
  number text,
  kind text NOT NULL,
  stage text NOT NULL,
  opened_on date NOT NULL,
  closed_on date,
  lead_agency uuid NOT NULL REFERENCES agency,
  narrative text,
  partner_summary text
);

CREATE TABLE case_participant (
  id uuid PRIMARY KEY,
  place bigint,
  involved bigint[] NOT NULL DEFAULT '{}',
  case_file uuid NOT NULL REFERENCES case_file ON DELETE CASCADE,
  agency uuid NOT NULL REFERENCES agency,
  since timestamptz NOT NULL,
  until timestamptz
);
CREATE INDEX case_participant_case ON case_participant (case_file);

-- A minor stands in exactly one relation to a case, hence the primary key without the role.
CREATE TABLE case_minor (
  case_file uuid NOT NULL REFERENCES case_file ON DELETE CASCADE,
  minor uuid NOT NULL REFERENCES minor ON DELETE CASCADE,
  place bigint,
  involved bigint[] NOT NULL DEFAULT '{}',
  role text NOT NULL,
  PRIMARY KEY (case_file, minor)
);
CREATE INDEX case_minor_minor ON case_minor (minor);

CREATE TABLE sensitive_incident (
  id uuid PRIMARY KEY,
  ref uuid NOT NULL,
  place bigint NOT NULL,
  involved bigint[] NOT NULL DEFAULT '{}',
  version integer NOT NULL DEFAULT 1,
  kind text NOT NULL,
  level text NOT NULL,
  occurred_at timestamptz NOT NULL,
  status text NOT NULL,
  narrative text,
  partner_summary text
);

CREATE TABLE incident_minor (
  incident uuid NOT NULL REFERENCES sensitive_incident ON DELETE CASCADE,
  minor uuid NOT NULL REFERENCES minor ON DELETE CASCADE,
  place bigint,
  involved bigint[] NOT NULL DEFAULT '{}',
  PRIMARY KEY (incident, minor)
);
CREATE INDEX incident_minor_minor ON incident_minor (minor);

CREATE TABLE opinion_alert (
  id uuid PRIMARY KEY,
  ref uuid NOT NULL,
  place bigint NOT NULL,
  involved bigint[] NOT NULL DEFAULT '{}',
  version integer NOT NULL DEFAULT 1,
  topic text NOT NULL,
  level text NOT NULL,
  heat integer NOT NULL,
  detected_at timestamptz NOT NULL,
  status text NOT NULL,
  monitor uuid NOT NULL,
  source text NOT NULL,
  reference text NOT NULL,
  author_account text,
  author_is_minor boolean NOT NULL DEFAULT false,
  original_text text,
  redacted_text text
);
CREATE UNIQUE INDEX opinion_alert_reference ON opinion_alert (monitor, source, reference);

-- No person stands at either end, so this edge has a place: the incident's.
CREATE TABLE incident_alert (
  incident uuid NOT NULL REFERENCES sensitive_incident ON DELETE CASCADE,
  alert uuid NOT NULL REFERENCES opinion_alert ON DELETE CASCADE,
  place bigint,
  involved bigint[] NOT NULL DEFAULT '{}',
  PRIMARY KEY (incident, alert)
);
CREATE INDEX incident_alert_alert ON incident_alert (alert);

-- Lists by jurisdiction walk (place, id).
CREATE INDEX minor_place ON minor (place, id);
CREATE INDEX case_file_place ON case_file (place, id);
CREATE INDEX sensitive_incident_place ON sensitive_incident (place, id);
CREATE INDEX opinion_alert_place ON opinion_alert (place, id);

-- A retry with the same key answers with the same record; keys of different askers never meet.
CREATE TABLE idempotency (
  asker text NOT NULL,
  key text NOT NULL,
  request_hash text NOT NULL,
  record_type text NOT NULL,
  record uuid NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (asker, key)
);
