-- What a rescue station keeps at home of its clients.

-- R41.
CREATE TABLE stay (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  minor uuid NOT NULL REFERENCES minor ON DELETE CASCADE,
  admitted_at timestamptz NOT NULL,
  found_at text NOT NULL,
  condition text NOT NULL,
  left_on date,
  left_for text CHECK (left_for IN ('FAMILY', 'CARE_INSTITUTION', 'OTHER_STATION')),
  CHECK ((left_on IS NULL) = (left_for IS NULL))
);
CREATE INDEX stay_minor ON stay (minor);
CALL hub_held('stay');

-- R34: that there is a check, and how it stands. Its values are with whoever made it (PIPL 28).
CREATE TABLE identity_check (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  minor uuid NOT NULL REFERENCES minor ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('DNA', 'FACE', 'FINGERPRINTS')),
  status text NOT NULL CHECK (status IN ('ASKED_FOR', 'NO_MATCH', 'MATCHED')),
  checked_on date NOT NULL
);
CREATE INDEX identity_check_minor ON identity_check (minor);
CALL hub_held('identity_check');
