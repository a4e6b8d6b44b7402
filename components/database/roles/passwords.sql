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

