-- What `hub doctor` reads as the serving login: which migrations have run, and which id key the database belongs to.
GRANT SELECT ON migration, id_key TO hub_app;
