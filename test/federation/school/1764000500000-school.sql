-- What a school holds at home of its pupils.
CREATE TABLE attendance (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  minor uuid NOT NULL REFERENCES minor ON DELETE CASCADE,
  term text NOT NULL,
  days_absent smallint NOT NULL,
  visit_asked boolean NOT NULL DEFAULT false
);
CREATE INDEX attendance_minor ON attendance (minor);
CALL hub_held('attendance');

CREATE TABLE counselling_session (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  minor uuid NOT NULL REFERENCES minor ON DELETE CASCADE,
  held_on date NOT NULL,
  notes text NOT NULL
);
CREATE INDEX counselling_session_minor ON counselling_session (minor);
CALL hub_held('counselling_session');

CREATE TABLE psychological_need (
  minor uuid PRIMARY KEY REFERENCES minor ON DELETE CASCADE,
  level text NOT NULL,
  finding text NOT NULL
);
CALL hub_held('psychological_need');
