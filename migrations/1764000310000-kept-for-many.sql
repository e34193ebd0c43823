-- Who stands in which relation to a minor now, for whoever sees the minor: asked for all children of an answer at once, where
-- a function is asked child by child.
CREATE VIEW hub_keeping WITH (security_barrier) AS
  SELECT i.record AS minor, i.agency, i.kind
    FROM involvement i
   WHERE i.since <= now() AND (i.until > now()) IS NOT FALSE
     AND EXISTS (SELECT FROM minor r
                  WHERE r.id = i.record
                    AND (r.place <@ (SELECT hub_places('Minor')) OR r.involved && (SELECT hub_keys('Minor'))));
GRANT SELECT ON hub_keeping TO hub_app;
DROP FUNCTION hub_keeps(uuid, uuid, text[]);

-- As every function of the keeper.
GRANT CREATE ON SCHEMA public TO hub_keeper;
ALTER VIEW hub_keeping OWNER TO hub_keeper;
REVOKE CREATE ON SCHEMA public FROM hub_keeper;
