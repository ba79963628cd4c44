-- Connections per role: whoever may log in has a limit.
--
-- Run by the database's administrator, who alone has none, after roles for people were made; it may be repeated. The
-- services' users have theirs from the function that makes them, as the stack file says (database.users.connections);
-- whatever role has none yet gets five. RDS's own roles are RDS's.
DO $$
DECLARE
  found record;
BEGIN
  FOR found IN
    SELECT rolname FROM pg_roles
    WHERE rolcanlogin AND rolconnlimit = -1 AND NOT rolsuper AND rolname <> current_user AND rolname !~ '^(rds|pg_)'
  LOOP
    BEGIN
      EXECUTE format('ALTER ROLE %I CONNECTION LIMIT 5', found.rolname);
    EXCEPTION WHEN insufficient_privilege THEN -- from PostgreSQL 16 on a role is limited by whoever made it
      RAISE WARNING '% has no limit, and % may not give it one', found.rolname, current_user;
    END;
  END LOOP;
END
$$;
