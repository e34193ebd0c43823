-- A row that waits for a person waits without the citizen number (R2, ENVELOPED): the minor's own record has it.
GRANT UPDATE (cells) ON hub_event TO hub_app;
UPDATE hub_event SET cells = cells - 'citizen_number' WHERE refused IS NOT NULL AND cells ->> 'citizen_number' <> '';
