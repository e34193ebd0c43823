-- Children who are placed outside their family, as social affairs office and rescue station keep them (R32, R33, B7).
CREATE TABLE placement (
  id uuid PRIMARY KEY,
  ref uuid NOT NULL,
  place bigint NOT NULL,
  involved bigint[] NOT NULL DEFAULT '{}',
  version integer NOT NULL DEFAULT 1,
  minor uuid NOT NULL REFERENCES minor,
  placed_by uuid NOT NULL REFERENCES agency,
  kind text NOT NULL,
  office uuid NOT NULL REFERENCES agency,
  placed_on date NOT NULL,
  reviewed_on date,
  ended_on date,
  address text,
  foster_carer text
);
CALL hub_about_minor('placement', 'Placement');
