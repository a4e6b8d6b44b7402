package stacks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/database/roles"
	"github.com/carebase/carebase/components/service"
	"github.com/carebase/carebase/stacks/settings"
)

// buildDatabaseRoles creates the one-off task that creates the database's roles. The task signs in as the master user, whose secret
// has the same form whether RDS or the stack keeps it. The roles' passwords come from secrets; the script contains no secret and is
// part of the command.
func (p *primary) buildDatabaseRoles(ctx *pulumi.Context) error {
	if p.Database == nil || p.Database.Roles == nil {
		return nil
	}
	script, err := roles.Script(p.Database.Name)
	if err != nil {
		return err
	}
	image, err := p.image(ctx, settings.RolesJob, p.Database.Roles.ImageTag)
	if err != nil {
		return err
	}
	task := p.bareTask(image, 256, 512)
	task.Command = []string{"sh", "-ec", "psql --no-psqlrc --quiet --file=- <<'END_OF_ROLES'\n" + script + "\nEND_OF_ROLES\n"}
	task.Environment = map[string]pulumi.StringInput{
		"PGHOST":     p.database.Address,
		"PGDATABASE": pulumi.String(p.Database.Name),
		// Only verify-full refuses a server that is not the one by that name, with a certificate of RDS.
		// https://www.postgresql.org/docs/current/libpq-ssl.html
		"PGSSLMODE":     pulumi.String("verify-full"),
		"PGSSLROOTCERT": pulumi.String(databaseCA),
	}
	task.Secrets["PGUSER"] = service.SecretRef{Arn: p.masterSecretArn(), JSONKey: "username"}
	task.Secrets["PGPASSWORD"] = service.SecretRef{Arn: p.masterSecretArn(), JSONKey: "password"}
	for variable, secret := range settings.RoleSecrets {
		task.Secrets[variable] = service.SecretRef{Arn: p.secrets.Arn(secret)}
	}
	task.Scratch = []service.Scratch{{Path: "/tmp", MiB: 16}} // the shell keeps the script there while psql reads it

	job, err := service.NewJob(ctx, settings.RolesJob, &service.JobArgs{TaskArgs: task}, p.providers.option())
	if err != nil {
		return err
	}
	if err := p.connectToAWS(ctx, settings.RolesJob, job.SecurityGroupID, job); err != nil {
		return err
	}
	if err := p.connect(ctx, settings.RolesJob, settings.ConnectDatabase, job.SecurityGroupID, job); err != nil {
		return err
	}
	ctx.Export("databaseRolesTaskDefinition", job.TaskDefinitionArn)
	ctx.Export("databaseRolesSecurityGroup", job.SecurityGroupID)
	ctx.Export("databaseRolesRepository", image.Repository)
	return nil
}
