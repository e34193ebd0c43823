-- When a merge is taken apart numbers mean again whom they meant before it (hub_unmerge). What an agency has said meanwhile of a number
-- of its own stands: that it means another child, or nobody any more.
CREATE FUNCTION own_number_stands() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM merge_proposal p
                  WHERE p.state = 'MERGED' AND OLD.record IN (p.one, p.other) AND NEW.record IN (p.one, p.other))
  THEN NEW.record := OLD.record; END IF;
  RETURN NEW;
END $$;
-- Whose row is to be read anew: an agency's own word of it comes with another digest.
CREATE TRIGGER own_number_stands BEFORE UPDATE OF record, digest ON register_key FOR EACH ROW
  WHEN (OLD.register = 'own-numbers' AND NEW.digest = '\x' AND NEW.record IS DISTINCT FROM OLD.record)
  EXECUTE FUNCTION own_number_stands();

-- As every function of the keeper.
GRANT CREATE ON SCHEMA public TO hub_keeper;
ALTER FUNCTION own_number_stands() OWNER TO hub_keeper;
REVOKE EXECUTE ON FUNCTION own_number_stands() FROM PUBLIC;
REVOKE CREATE ON SCHEMA public FROM hub_keeper;
