-- Left-behind and migrant children as school, village and women's federation register them (R38, B18).
CREATE TABLE care_registration (
  id uuid PRIMARY KEY,
  ref uuid NOT NULL,
  place bigint NOT NULL,
  involved bigint[] NOT NULL DEFAULT '{}',
  version integer NOT NULL DEFAULT 1,
  minor uuid NOT NULL REFERENCES minor,
  registered_by uuid NOT NULL REFERENCES agency,
  status text NOT NULL,
  carer text,
  parents_work_place text,
  since date NOT NULL,
  ended_on date
);
CALL hub_about_minor('care_registration', 'CareRegistration');
