package database

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/caller"
	"github.com/carebase/carebase/components/internal/policydoc"
)

// newMonitoringRole is what RDS writes the operating system's metrics as. It serves these instances and no others, which
// keeps RDS from being used by another account to act as it. A failback keeps the instance that it replaces, under a name that
// begins alike and with its monitoring.
func (c *Database) newMonitoringRole(ctx *pulumi.Context, args *Args) (*iam.Role, *iam.RolePolicyAttachment, error) {
	id := caller.Look(ctx, c)
	instances := pulumi.StringArray{
		id.Arn("rds", pulumi.String("db:"+args.Identifier)), id.Arn("rds", pulumi.String("db:"+args.Identifier+"-kept-*")),
	}
	for _, r := range args.ReadReplicas {
		instances = append(instances, id.Arn("rds", pulumi.String("db:"+args.replicaIdentifier(r))))
	}
	trust := policydoc.Document{Statements: []policydoc.Statement{{
		Sid: "EnhancedMonitoring", Effect: policydoc.Allow,
		Principals: policydoc.Service("monitoring.rds.amazonaws.com"),
		Actions:    []string{"sts:AssumeRole"},
		Conditions: []policydoc.Condition{
			{Test: "StringEquals", Key: "aws:SourceAccount", Values: pulumi.StringArray{id.Account}},
			{Test: "ArnLike", Key: "aws:SourceArn", Values: instances},
		},
	}}}
	role, err := iam.NewRole(ctx, c.name+"-monitoring", &iam.RoleArgs{
		Description:      pulumi.String("Enhanced monitoring of the database"),
		AssumeRolePolicy: trust.JSON(),
	}, pulumi.Parent(c))
	if err != nil {
		return nil, nil, err
	}
	may, err := iam.NewRolePolicyAttachment(ctx, c.name+"-monitoring-policy", &iam.RolePolicyAttachmentArgs{
		Role:      role.Name,
		PolicyArn: pulumi.Sprintf("arn:%s:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole", id.Partition),
	}, pulumi.Parent(c))
	return role, may, err
}
