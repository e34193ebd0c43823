-- A number of which its agency has said nothing since a merge was taken apart (its digest is empty) follows whatever the hub makes of
-- its record: else it would be put back to one that has become part of another since.
DROP TRIGGER own_number_stands ON register_key;
CREATE TRIGGER own_number_stands BEFORE UPDATE OF record, digest ON register_key FOR EACH ROW
  WHEN (OLD.register = 'own-numbers' AND OLD.digest <> '\x' AND NEW.digest = '\x' AND NEW.record IS DISTINCT FROM OLD.record)
  EXECUTE FUNCTION own_number_stands();
