-- The database siem_db, once, by the role that DATABASE_URL names; running it again changes nothing.
BEGIN;

CREATE TABLE IF NOT EXISTS logs (
    id uuid PRIMARY KEY,
    tenant text NOT NULL,
    received timestamptz NOT NULL,
    source text NOT NULL,
    severity text NOT NULL,
    message text NOT NULL
);
CREATE INDEX IF NOT EXISTS logs_by_time ON logs (tenant, received DESC);

CREATE TABLE IF NOT EXISTS alerts (
    log uuid NOT NULL REFERENCES logs,
    tenant text NOT NULL,
    severity text NOT NULL,
    reason text NOT NULL,
    raised timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS alerts_by_time ON alerts (tenant, raised DESC);

-- Each transaction says whose rows it is about (app.tenant), and sees and writes no others. FORCE: the owner too.
ALTER TABLE logs ENABLE ROW LEVEL SECURITY;
ALTER TABLE logs FORCE ROW LEVEL SECURITY;
ALTER TABLE alerts ENABLE ROW LEVEL SECURITY;
ALTER TABLE alerts FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS tenant ON logs;
CREATE POLICY tenant ON logs USING (tenant = current_setting('app.tenant', true));
DROP POLICY IF EXISTS tenant ON alerts;
CREATE POLICY tenant ON alerts USING (tenant = current_setting('app.tenant', true));

COMMIT;
