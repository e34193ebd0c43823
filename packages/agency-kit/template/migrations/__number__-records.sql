-- What is kept at home of a minor, under __row__ of the policy. One file a change, numbered by its time; forward only.
CREATE TABLE __table__ (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  minor uuid NOT NULL REFERENCES minor ON DELETE CASCADE,
  day date NOT NULL,
  content text NOT NULL
);
CREATE UNIQUE INDEX __table___minor_day ON __table__ (minor, day);

-- Row security: whatever SQL is sent, only rows of minors that the hub tells of, while it does.
CALL hub_held('__table__');
