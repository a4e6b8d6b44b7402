package backup

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/policydoc"
)

// permission is a policy of AWS's own, by its path. AWS Backup needs what they allow, tells nobody in advance when it
// needs more, and a backup that fails for want of it is found too late.
// https://docs.aws.amazon.com/aws-backup/latest/devguide/iam-service-roles.html
type permission struct{ of, policy string }

// Making backups and restoring them are two roles, so that what runs every night cannot write into anything.
var (
	toBackUp = []permission{
		{"snapshots", "service-role/AWSBackupServiceRolePolicyForBackup"},
		{"buckets", "AWSBackupServiceRolePolicyForS3Backup"},
	}
	toRestore = []permission{
		{"snapshots", "service-role/AWSBackupServiceRolePolicyForRestores"},
		{"buckets", "AWSBackupServiceRolePolicyForS3Restore"},
	}
)

// role that AWS Backup assumes, of use once it may do its work.
type role struct {
	*iam.Role
	may []pulumi.Resource
}

// newRole makes the role of a kind of job. Its trust has no condition, because AWS documents none that AWS Backup sends.
func (c *Backup) newRole(ctx *pulumi.Context, job, says string, permissions []permission) (role, error) {
	trust := policydoc.Document{Statements: []policydoc.Statement{{
		Sid: "AWSBackup", Effect: policydoc.Allow,
		Principals: policydoc.Service("backup.amazonaws.com"),
		Actions:    []string{"sts:AssumeRole"},
	}}}
	made, err := iam.NewRole(ctx, c.name+"-"+job+"-role", &iam.RoleArgs{
		Description:      pulumi.String(says),
		AssumeRolePolicy: trust.JSON(),
	}, pulumi.Parent(c))
	if err != nil {
		return role{}, err
	}
	r := role{Role: made}
	for _, p := range permissions {
		attached, err := iam.NewRolePolicyAttachment(ctx, c.name+"-"+job+"-"+p.of, &iam.RolePolicyAttachmentArgs{
			Role:      made.Name,
			PolicyArn: pulumi.Sprintf("arn:%s:iam::aws:policy/%s", c.id.Partition, p.policy),
		}, pulumi.Parent(c))
		if err != nil {
			return role{}, err
		}
		r.may = append(r.may, attached)
	}
	return r, nil
}
