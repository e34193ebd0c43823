-- What a child needs, as somebody has raised it (R39, B13): no column says who, and none why. That the justice office has
-- raised it would be the cause; who may change it is a relation, which nobody else sees.
CREATE TABLE support_need (
  id uuid PRIMARY KEY,
  ref uuid NOT NULL,
  place bigint NOT NULL,
  involved bigint[] NOT NULL DEFAULT '{}',
  version integer NOT NULL DEFAULT 1,
  minor uuid NOT NULL REFERENCES minor,
  kind text NOT NULL,
  level text NOT NULL,
  advice text,
  status text NOT NULL
);
CALL hub_about_minor('support_need', 'SupportNeed');

-- Visits, assistance and support plans of rescue, guardianship and care (R36; B8, B11, B12).
CREATE TABLE support_record (
  id uuid PRIMARY KEY,
  ref uuid NOT NULL,
  place bigint NOT NULL,
  involved bigint[] NOT NULL DEFAULT '{}',
  version integer NOT NULL DEFAULT 1,
  minor uuid NOT NULL REFERENCES minor,
  given_by uuid NOT NULL REFERENCES agency,
  kind text NOT NULL,
  summary text,
  started_on date NOT NULL,
  ended_on date
);
CALL hub_about_minor('support_record', 'SupportRecord');
