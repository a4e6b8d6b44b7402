package database

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// exported logs of PostgreSQL: connections, statements, audit and errors; and what happened in upgrades.
var exported = []string{"postgresql", "upgrade"}

// newLogGroups makes the log groups of one instance before RDS would make them itself, without key and for ever. Their
// names are given by RDS. They stay when the instance is renamed, protected or not in use any more: they are evidence.
func (c *Database) newLogGroups(ctx *pulumi.Context, args *Args, logical, identifier string) ([]pulumi.Resource, error) {
	var groups []pulumi.Resource
	for _, log := range exported {
		group, err := cloudwatch.NewLogGroup(ctx, logical+"-"+log+"-log", &cloudwatch.LogGroupArgs{
			Name:            pulumi.String("/aws/rds/instance/" + identifier + "/" + log),
			KmsKeyId:        args.LogsKeyArn,
			RetentionInDays: pulumi.Int(args.LogRetentionDays),
		}, pulumi.Parent(c), pulumi.RetainOnDelete(args.Protect))
		if err != nil {
			return nil, err
		}
		groups = append(groups, group)
	}
	return groups, nil
}
