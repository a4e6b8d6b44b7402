-- People hold the readonly role: their idle sessions end (45 CFR 164.312(a)(2)(iii), automatic logoff).
ALTER ROLE :"readonly" SET idle_session_timeout = '15min';
ALTER ROLE :"readonly" SET default_transaction_read_only = on;
ALTER ROLE :"backup" SET default_transaction_read_only = on;

-- Who may connect, and who may create.
REVOKE ALL ON DATABASE :"database" FROM PUBLIC, :"app", :"migrate", :"readonly", :"backup";
GRANT CONNECT ON DATABASE :"database" TO :"app", :"readonly", :"backup";
GRANT CONNECT, CREATE, TEMPORARY ON DATABASE :"database" TO :"migrate";
REVOKE ALL ON SCHEMA public FROM PUBLIC, :"app", :"migrate", :"readonly", :"backup";
GRANT USAGE ON SCHEMA public TO :"app", :"readonly", :"backup";
GRANT USAGE, CREATE ON SCHEMA public TO :"migrate";

-- Only a member of the role that owns the tables may grant on them. What that membership allows ends with this script; the
-- ADMIN option of PostgreSQL 16 and later, which the master user has as the role's creator, allows neither.
GRANT :"migrate" TO CURRENT_USER;

-- Tables and sequences that exist, except those of extensions and of other owners.
WITH held AS (
  SELECT CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind, oid::regclass AS object
    FROM pg_class
   WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
     AND pg_has_role(relowner, 'USAGE')
), wanted (role, kind, privileges) AS (
  VALUES (:'app', 'TABLE', 'SELECT, INSERT, UPDATE, DELETE'), (:'app', 'SEQUENCE', 'SELECT, USAGE'),
         (:'readonly', 'TABLE', 'SELECT'), (:'readonly', 'SEQUENCE', NULL),
         (:'backup', 'TABLE', 'SELECT'), (:'backup', 'SEQUENCE', 'SELECT')
)
SELECT format('REVOKE ALL ON %s %s FROM %I', kind, object, role),
       CASE WHEN privileges IS NOT NULL THEN format('GRANT %s ON %s %s TO %I', privileges, kind, object, role) END
  FROM held JOIN wanted USING (kind)
 ORDER BY object::text, role
\gexec

-- The same for what migrations will create.
ALTER DEFAULT PRIVILEGES FOR ROLE :"migrate" IN SCHEMA public REVOKE ALL ON TABLES FROM :"app", :"readonly", :"backup";
ALTER DEFAULT PRIVILEGES FOR ROLE :"migrate" IN SCHEMA public REVOKE ALL ON SEQUENCES FROM :"app", :"readonly", :"backup";
ALTER DEFAULT PRIVILEGES FOR ROLE :"migrate" IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"app";
ALTER DEFAULT PRIVILEGES FOR ROLE :"migrate" IN SCHEMA public GRANT SELECT, USAGE ON SEQUENCES TO :"app";
ALTER DEFAULT PRIVILEGES FOR ROLE :"migrate" IN SCHEMA public GRANT SELECT ON TABLES TO :"readonly", :"backup";
ALTER DEFAULT PRIVILEGES FOR ROLE :"migrate" IN SCHEMA public GRANT SELECT ON SEQUENCES TO :"backup";

