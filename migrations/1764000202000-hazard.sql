-- Inspections and the ledger of hazards (R31, R31b; B25, B26).
CREATE TABLE hazard (
  id uuid PRIMARY KEY,
  ref uuid NOT NULL,
  place bigint NOT NULL,
  involved bigint[] NOT NULL DEFAULT '{}',
  version integer NOT NULL DEFAULT 1,
  found_by uuid NOT NULL REFERENCES agency,
  origin text NOT NULL,
  kind text NOT NULL,
  level text,
  place_name text NOT NULL,
  found_on date NOT NULL,
  finding text NOT NULL,
  responsible_person text,
  opened_on date,
  assigned_to uuid REFERENCES agency,
  rectification text,
  rectified_on date,
  verified_by uuid REFERENCES agency,
  verified_on date,
  closed_on date,
  recurrences integer NOT NULL DEFAULT 0
);
CALL hub_shared_record('hazard', 'Hazard');
