-- Least-privilege roles of one database. Run with psql 15 or later, connected to that database as its master user;
-- run again at any time: whatever a role holds beyond what stands here is taken away.
--
-- A role's password comes from the environment (APP_PASSWORD, MIGRATE_PASSWORD, READONLY_PASSWORD, BACKUP_PASSWORD) or
-- from a psql variable of the same name in lower case. A role without one has none: with PostgreSQL 15 it signs in by IAM,
-- with later versions it does not sign in.

\set ON_ERROR_STOP on
\set QUIET on

-- Connected to another database, the grants below would open that one.
SELECT set_config('roles.database', :'database', false) \g /dev/null
DO $$
BEGIN
  IF current_database() <> current_setting('roles.database') THEN
    RAISE EXCEPTION 'connected to %, but these are the roles of %', current_database(), current_setting('roles.database');
  END IF;
END
$$;

\if :{?app_password}
\else
  \getenv app_password APP_PASSWORD
\endif
\if :{?migrate_password}
\else
  \getenv migrate_password MIGRATE_PASSWORD
\endif
\if :{?readonly_password}
\else
  \getenv readonly_password READONLY_PASSWORD
\endif
\if :{?backup_password}
\else
  \getenv backup_password BACKUP_PASSWORD
\endif

BEGIN;

-- Two runs at once would fail on each other's catalogue rows.
SELECT pg_advisory_xact_lock(hashtext('roles of ' || :'database')) \g /dev/null

SET LOCAL client_min_messages = warning;
SET LOCAL password_encryption = 'scram-sha-256';

-- A database on a laptop may preload neither extension; on RDS the parameter group preloads both.
SELECT format('CREATE EXTENSION IF NOT EXISTS %I', extension)
  FROM (VALUES ('pg_stat_statements'), ('pgaudit')) AS e(extension)
 WHERE EXISTS (SELECT FROM pg_settings WHERE name = 'shared_preload_libraries' AND setting ~ ('\m' || extension || '\M'))
\gexec

-- The roles themselves.
SELECT format('CREATE ROLE %I', role)
  FROM (VALUES (:'app'), (:'migrate'), (:'readonly'), (:'backup')) AS r(role)
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role)
\gexec
ALTER ROLE :"app" LOGIN NOCREATEDB NOCREATEROLE;
ALTER ROLE :"migrate" LOGIN NOCREATEDB NOCREATEROLE;
ALTER ROLE :"readonly" LOGIN NOCREATEDB NOCREATEROLE;
ALTER ROLE :"backup" LOGIN NOCREATEDB NOCREATEROLE;

-- A role has a password or signs in by IAM: RDS takes no password from a member of rds_iam. The role rds_iam exists on RDS
-- only. From PostgreSQL 16 on, whoever creates a role stays a member of it, with the ADMIN option; if such a role were in
-- rds_iam, so would be the master user, and its own password would no longer be taken. There a role without a password
-- cannot sign in. https://www.postgresql.org/docs/16/role-attributes.html (role creation)
SELECT format(CASE WHEN by_iam THEN 'GRANT rds_iam TO %I' ELSE 'REVOKE rds_iam FROM %I' END, role)
  FROM (VALUES (:'app', NOT :{?app_password}), (:'migrate', NOT :{?migrate_password}),
               (:'readonly', NOT :{?readonly_password}), (:'backup', NOT :{?backup_password})) AS r(role, no_password),
       LATERAL (SELECT no_password AND current_setting('server_version_num')::int < 160000 AS by_iam) AS wanted
 WHERE EXISTS (SELECT FROM pg_roles WHERE rolname = 'rds_iam')
   AND by_iam <> EXISTS (SELECT FROM pg_auth_members
                          WHERE roleid = (SELECT oid FROM pg_roles WHERE rolname = 'rds_iam')
                            AND member = (SELECT oid FROM pg_roles WHERE rolname = role))
\gexec
\if :{?app_password}
  ALTER ROLE :"app" PASSWORD :'app_password';
\else
  ALTER ROLE :"app" PASSWORD NULL;
\endif
\if :{?migrate_password}
  ALTER ROLE :"migrate" PASSWORD :'migrate_password';
\else
  ALTER ROLE :"migrate" PASSWORD NULL;
\endif
\if :{?readonly_password}
  ALTER ROLE :"readonly" PASSWORD :'readonly_password';
\else
  ALTER ROLE :"readonly" PASSWORD NULL;
\endif
\if :{?backup_password}
  ALTER ROLE :"backup" PASSWORD :'backup_password';
\else
  ALTER ROLE :"backup" PASSWORD NULL;
\endif

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

REVOKE :"migrate" FROM CURRENT_USER;
COMMIT;
