-- Opinions of the procuratorate to agencies, their replies and results (R25; MPL 105, 114).
CREATE TABLE legal_supervision (
  id uuid PRIMARY KEY,
  ref uuid NOT NULL,
  place bigint NOT NULL,
  involved bigint[] NOT NULL DEFAULT '{}',
  version integer NOT NULL DEFAULT 1,
  submitted_by uuid NOT NULL REFERENCES agency,
  addressee uuid NOT NULL REFERENCES agency,
  kind text NOT NULL,
  subject text NOT NULL,
  issued_on date NOT NULL,
  due_on date NOT NULL,
  reply text,
  replied_on date,
  result text,
  closed_on date
);
CALL hub_shared_record('legal_supervision', 'LegalSupervision');
