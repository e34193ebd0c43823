-- A request whose answer is no record keeps the answer itself under its Idempotency-Key.
ALTER TABLE idempotency ADD COLUMN outcome jsonb, ALTER COLUMN record_type DROP NOT NULL, ALTER COLUMN record DROP NOT NULL,
  ADD CONSTRAINT idempotency_answer CHECK ((outcome IS NULL) = (record IS NOT NULL AND record_type IS NOT NULL));
