-- The rotation function owns the passwords, so this script sets none: it would replace a password that is in use.
-- RDS takes no password from a member of rds_iam. The role rds_iam exists on RDS only.
SELECT format('REVOKE rds_iam FROM %I', role)
  FROM (VALUES (:'app'), (:'migrate'), (:'readonly'), (:'backup')) AS r(role)
 WHERE EXISTS (SELECT FROM pg_auth_members
                WHERE roleid = (SELECT oid FROM pg_roles WHERE rolname = 'rds_iam')
                  AND member = (SELECT oid FROM pg_roles WHERE rolname = role))
\gexec

-- Each role has a clone, a second user with a password of its own: a rotation changes the password of the user that is not in
-- use. The clone is a member of its role, and its sessions begin with SET ROLE. So both users have the same privileges, and
-- both create tables with the same owner.
-- https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets_strategies.html
SELECT format('CREATE ROLE %I', clone)
  FROM (VALUES (:'app_clone'), (:'migrate_clone'), (:'readonly_clone'), (:'backup_clone')) AS c(clone)
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = clone)
\gexec
SELECT format('ALTER ROLE %I LOGIN INHERIT NOCREATEDB NOCREATEROLE', clone), format('GRANT %I TO %I', role, clone),
       format('ALTER ROLE %I SET role = %L', clone, role)
  FROM (VALUES (:'app', :'app_clone'), (:'migrate', :'migrate_clone'),
               (:'readonly', :'readonly_clone'), (:'backup', :'backup_clone')) AS c(role, clone)
\gexec

-- A setting of a role does not hold for its members: the clones have the settings of roles.sql, too.
ALTER ROLE :"readonly_clone" SET idle_session_timeout = '15min';
ALTER ROLE :"readonly_clone" SET default_transaction_read_only = on;
ALTER ROLE :"backup_clone" SET default_transaction_read_only = on;

-- A clone has no privileges of its own.
REVOKE ALL ON DATABASE :"database" FROM :"app_clone", :"migrate_clone", :"readonly_clone", :"backup_clone";
REVOKE ALL ON SCHEMA public FROM :"app_clone", :"migrate_clone", :"readonly_clone", :"backup_clone";
SELECT format('REVOKE ALL ON %s %s FROM %I, %I, %I, %I', CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END,
              oid::regclass, :'app_clone', :'migrate_clone', :'readonly_clone', :'backup_clone')
  FROM pg_class
 WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND pg_has_role(relowner, 'USAGE')
 ORDER BY oid::regclass::text
\gexec

