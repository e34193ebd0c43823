-- Each agency that keeps its records here has what the hub tells it, and takes nothing from another. Where one id of the hub's is
-- two minors here, whose rows they are no program can know: neither link stands.
ALTER TABLE minor_link DROP CONSTRAINT minor_link_pkey, DROP CONSTRAINT minor_link_minor_key, ADD PRIMARY KEY (minor);
CREATE INDEX minor_link_hub_id ON minor_link (hub_id);
CREATE VIEW standing_link WITH (security_invoker) AS
  SELECT hub_id, (array_agg(minor))[1] AS minor FROM minor_link GROUP BY hub_id HAVING count(*) = 1;
GRANT SELECT ON standing_link TO hub_app, hub_keeper;

CREATE OR REPLACE FUNCTION hub_told_minors() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT ARRAY(SELECT minor FROM standing_link WHERE hub_id = ANY (hub_told()))
$$;
