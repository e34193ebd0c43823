-- Guardianship as social affairs office and women's federation have assessed it, with the visits that follow (R9a, B8).
CREATE TABLE guardianship_assessment (
  id uuid PRIMARY KEY,
  ref uuid NOT NULL,
  place bigint NOT NULL,
  involved bigint[] NOT NULL DEFAULT '{}',
  version integer NOT NULL DEFAULT 1,
  minor uuid NOT NULL REFERENCES minor,
  assessed_by uuid NOT NULL REFERENCES agency,
  assessed_on date NOT NULL,
  risks text[] NOT NULL DEFAULT '{}',
  level text NOT NULL,
  findings text,
  visits integer NOT NULL DEFAULT 0,
  last_visit_on date,
  guidance text,
  next_visit_by date,
  closed_on date
);
CALL hub_about_minor('guardianship_assessment', 'GuardianshipAssessment');
