-- A new record about a minor locks its minor, and looks for nothing else to be locked: a minor follows nobody.
CREATE OR REPLACE FUNCTION about_minor_inserted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM FROM minor WHERE id = NEW.minor FOR NO KEY UPDATE;
  SELECT place INTO NEW.place FROM minor WHERE id = NEW.minor;
  NEW.involved := ARRAY(
    SELECT own FROM unnest(NEW.involved) own WHERE own = ANY (hub_keys(TG_ARGV[0]))
    UNION
    SELECT key FROM minor_involvement WHERE minor = NEW.minor
    ORDER BY 1);
  RETURN NEW;
END $$;
