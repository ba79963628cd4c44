-- Row-level security: a service sees the rows of the tenant that it speaks for, and no others.
--
-- Run by the database's administrator after each migration that makes tables; it may be repeated. The services' users own
-- no table, so none of them can switch it off. A service begins each transaction with SET LOCAL app.tenant = '…': without
-- that it sees no row and writes none. A table for all tenants says so in its comment, which begins with "all tenants".
DO $$
DECLARE
  found record;
BEGIN
  FOR found IN
    SELECT c.oid::regclass AS name, a.attname IS NOT NULL AS has_tenant
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_roles r ON r.rolname = n.nspname -- a service's schema has its user's name
    LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant' AND NOT a.attisdropped
    WHERE c.relkind IN ('r', 'p') AND coalesce(obj_description(c.oid, 'pg_class'), '') NOT LIKE 'all tenants%'
  LOOP
    IF NOT found.has_tenant THEN
      RAISE EXCEPTION '% has no column tenant: add one, or a comment that begins with "all tenants"', found.name;
    END IF;
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', found.name);
    EXECUTE format('DROP POLICY IF EXISTS tenant ON %s', found.name);
    EXECUTE format(
      'CREATE POLICY tenant ON %s USING (tenant = nullif(current_setting(''app.tenant'', true), ''''))', found.name
    );
  END LOOP;
END
$$;
