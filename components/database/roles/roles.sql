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

