-- What a school keeps at home of its pupils.

-- R13, by term.
CREATE TABLE attendance (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  minor uuid NOT NULL REFERENCES minor ON DELETE CASCADE,
  term text NOT NULL,
  days_absent smallint NOT NULL CHECK (days_absent >= 0),
  dropout_risk text NOT NULL DEFAULT 'NONE' CHECK (dropout_risk IN ('NONE', 'WATCHED', 'HIGH')),
  visit_asked boolean NOT NULL DEFAULT false
);
CREATE INDEX attendance_minor ON attendance (minor);
CALL hub_held('attendance');

-- R14. `what_to_mind` is written for others: it names no illness.
CREATE TABLE health_record (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  minor uuid NOT NULL UNIQUE REFERENCES minor ON DELETE CASCADE,
  allergies text,
  chronic_illness text,
  disability text,
  what_to_mind text
);
CALL hub_held('health_record');

-- R15.
CREATE TABLE psychological_need (
  minor uuid PRIMARY KEY REFERENCES minor ON DELETE CASCADE,
  level text NOT NULL CHECK (level IN ('LOW', 'MEDIUM', 'HIGH')),
  finding text NOT NULL
);
CALL hub_held('psychological_need');

-- R16: never leaves this database but to the assigned counsellor (MHL 23).
CREATE TABLE counselling_session (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  minor uuid NOT NULL REFERENCES minor ON DELETE CASCADE,
  held_on date NOT NULL,
  notes text NOT NULL
);
CREATE INDEX counselling_session_minor ON counselling_session (minor);
CALL hub_held('counselling_session');

-- R16b: what others must know to save a life.
CREATE TABLE life_risk (
  minor uuid PRIMARY KEY REFERENCES minor ON DELETE CASCADE,
  summary text NOT NULL
);
CALL hub_held('life_risk');
