-- A complete roster ends the enrolment of pupils whom it does not name any more.
GRANT DELETE ON enrolment TO hub_app;
