-- A child has one school. Of two enrolled records that become one the kept one's stays: for the other's school the pupil has left,
-- as in any other way, and what it says of him next counts as changed, so that one who is there after all is enrolled again.
CREATE OR REPLACE FUNCTION hub_link(kept uuid[], merged uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  -- Requests before their minors, as whoever decides one locks them.
  UPDATE correction_request r SET minor = pair.stays FROM unnest(kept, merged) AS pair(stays, goes) WHERE r.minor = pair.goes;
  PERFORM hub_lock(hub_linked(kept || merged, true));
  -- While relations and numbers are still those of the record that goes: the end of an enrolment ends its counsellors.
  WITH lost AS (
    DELETE FROM enrolment m USING unnest(kept, merged) AS pair(stays, goes), enrolment k
     WHERE m.minor = pair.goes AND k.minor = pair.stays AND m.school <> k.school
    RETURNING m.minor, m.school)
  UPDATE register_key n SET digest = '\x'
    FROM lost JOIN register_key m ON m.record = lost.minor AND m.agency = lost.school AND m.register = 'minors'
   WHERE n.agency = lost.school AND n.register IN ('roster', 'enrolments') AND n.key = m.key;
  PERFORM hub_link_records(kept, merged);
END $$;
GRANT DELETE ON enrolment TO hub_keeper;

-- Whoever has lost a school by a merge before.
DO $$
BEGIN
  PERFORM hub_leave(array_agg(i.record), array_agg(i.agency))
     FROM involvement i
    WHERE i.kind = 'COUNSELLOR' AND i.record_type = 'Minor' AND i.via IS NULL AND i.until IS NULL AND hub_left(i.agency, i.record)
   HAVING count(*) > 0;
END $$;
