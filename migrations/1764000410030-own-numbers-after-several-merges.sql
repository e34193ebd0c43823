-- What an agency has said of a number of its own stands also when several merges are taken apart in turn: its row stays as it is, and
-- whether the agency has said it is read from whom it means. The digest does not tell: a merge of others may have emptied it.
CREATE OR REPLACE FUNCTION own_number_stands() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM merge_proposal p
              WHERE p.state = 'MERGED' AND OLD.record IN (p.one, p.other) AND NEW.record IN (p.one, p.other))
  THEN RETURN NEW; END IF;
  RETURN NULL;
END $$;
-- Only hub_unmerge empties the digest of a number. Where a record becomes part of another the number follows, whatever was said.
DROP TRIGGER own_number_stands ON register_key;
CREATE TRIGGER own_number_stands BEFORE UPDATE OF digest ON register_key FOR EACH ROW
  WHEN (OLD.register = 'own-numbers' AND NEW.digest = '\x' AND NEW.record IS DISTINCT FROM OLD.record)
  EXECUTE FUNCTION own_number_stands();
