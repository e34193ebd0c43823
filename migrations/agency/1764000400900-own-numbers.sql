-- Of a child of an agency that brings the hub no minors (register own-numbers) nothing is here but the agency's number.
ALTER TABLE minor ALTER COLUMN full_name DROP NOT NULL, ALTER COLUMN given_name DROP NOT NULL,
  ALTER COLUMN birth_date DROP NOT NULL, ALTER COLUMN sex DROP NOT NULL;

-- Such numbers that the hub has taken: of one that it does not name, the relation has ended, and nobody has to look.
CREATE VIEW taken_number WITH (security_invoker) AS
  SELECT agency, key FROM register_key n
   WHERE register = 'own-numbers'
     AND NOT EXISTS (SELECT FROM hub_event e WHERE e.agency = n.agency AND e.register = n.register AND e.key = n.key);
GRANT SELECT ON taken_number TO hub_app, hub_keeper;
