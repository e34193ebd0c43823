-- Warning letters and protection orders for a child, as the police have them (R24; DV 17, 32).
CREATE TABLE protection_measure (
  id uuid PRIMARY KEY,
  ref uuid NOT NULL,
  place bigint NOT NULL,
  involved bigint[] NOT NULL DEFAULT '{}',
  version integer NOT NULL DEFAULT 1,
  minor uuid NOT NULL REFERENCES minor,
  recorded_by uuid NOT NULL REFERENCES agency,
  kind text NOT NULL,
  number text,
  issuer text NOT NULL,
  terms text NOT NULL,
  issued_on date NOT NULL,
  valid_until date,
  addressee uuid REFERENCES agency,
  ended_on date
);
CALL hub_about_minor('protection_measure', 'ProtectionMeasure');
