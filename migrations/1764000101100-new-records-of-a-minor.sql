-- What follows from the child is written down with a new record; its array stays as it came. Until now the array was made anew
-- from what was written down, and the maker, whose own relation comes next, lost sight of the record.
CREATE OR REPLACE FUNCTION about_minor_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  INSERT INTO involvement (record_type, record, agency, person, kind, policy_row, since, until, via, key, basis)
  SELECT t.name, r.id, m.agency, m.person, m.kind, m.policy_row, m.since, m.until, m.via, m.key, 'derived'
    FROM made r
    JOIN record_type t ON t.relation = TG_TABLE_NAME
   CROSS JOIN LATERAL (SELECT * FROM minor_involvement WHERE minor = r.minor OFFSET 0) m;
  RETURN NULL;
END $$;
