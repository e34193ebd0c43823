-- Where several agencies keep their records here, each tells the hub its own, under its own account.
ALTER TABLE hub_event ADD COLUMN agency uuid REFERENCES agency;

-- What waits was written while one agency was alone here: the one that has brought the number, first if two have.
UPDATE hub_event e SET agency = coalesce(
  (SELECT n.agency FROM register_key n
    WHERE n.register = CASE e.register WHEN 'classes' THEN 'classes' ELSE 'minors' END
      AND n.key = coalesce(e.cells ->> 'minor', e.key) AND n.agency IN (SELECT id FROM agency)
    ORDER BY n.record LIMIT 1),
  (SELECT n.agency FROM register_key n WHERE n.agency IN (SELECT id FROM agency) ORDER BY n.record LIMIT 1));
-- Of nobody whose number is here any more.
DELETE FROM hub_event WHERE agency IS NULL;
ALTER TABLE hub_event ALTER COLUMN agency SET NOT NULL;
DROP INDEX hub_event_number;
CREATE INDEX hub_event_number ON hub_event (agency, register, key);

-- Minors that were brought here to be told, and of whom the hub has taken nothing yet: it has nothing of them to end.
CREATE TABLE untold_minor (minor uuid PRIMARY KEY REFERENCES minor ON DELETE CASCADE);
ALTER TABLE untold_minor ENABLE ROW LEVEL SECURITY;
ALTER TABLE untold_minor FORCE ROW LEVEL SECURITY;
CREATE POLICY telling ON untold_minor TO hub_app USING ((SELECT hub_telling())) WITH CHECK (hub_telling());
CREATE POLICY keeper ON untold_minor TO hub_keeper USING (true) WITH CHECK (true);
GRANT SELECT, DELETE ON untold_minor TO hub_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON untold_minor TO hub_keeper;
