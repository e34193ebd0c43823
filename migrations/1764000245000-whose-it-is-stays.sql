-- Who has found a hazard, and who has sent an opinion to whom, is said once.
REVOKE UPDATE (found_by) ON hazard FROM hub_app;
REVOKE UPDATE (submitted_by, addressee) ON legal_supervision FROM hub_app;
