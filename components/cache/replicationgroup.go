package cache

import (
	"github.com/carebase/carebase/components/limits"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/ec2"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/elasticache"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// parts that the replication group is put together from.
type parts struct {
	subnets       *elasticache.SubnetGroup
	securityGroup *ec2.SecurityGroup
	parameters    *elasticache.ParameterGroup
	users         *elasticache.UserGroup
	logs          elasticache.ReplicationGroupLogDeliveryConfigurationArray
}

// newReplicationGroup registers the nodes. Changes are carried out at once and not in the maintenance window, so that
// what an update reported as done is done; when to run it is up to its operator.
func (c *Cache) newReplicationGroup(ctx *pulumi.Context, args *Args, p parts) (*elasticache.ReplicationGroup, error) {
	in := &elasticache.ReplicationGroupArgs{
		Description:      pulumi.String("Cache and sessions"),
		Engine:           pulumi.String(engine),
		EngineVersion:    pulumi.String(limits.RedisVersion),
		NodeType:         pulumi.String(args.NodeType),
		NumCacheClusters: pulumi.Int(args.Nodes),
		Port:             pulumi.Int(port),
		ApplyImmediately: pulumi.Bool(true),

		AutomaticFailoverEnabled: pulumi.Bool(args.Nodes > 1),
		MultiAzEnabled:           pulumi.Bool(args.MultiAZ),

		AtRestEncryptionEnabled:  pulumi.Bool(true),
		KmsKeyId:                 args.KeyArn,
		TransitEncryptionEnabled: pulumi.Bool(true),
		TransitEncryptionMode:    pulumi.String("required"),
		UserGroupIds:             pulumi.StringArray{p.users.UserGroupId},

		SubnetGroupName:    p.subnets.Name,
		SecurityGroupIds:   pulumi.StringArray{p.securityGroup.ID()},
		ParameterGroupName: p.parameters.Name,

		SnapshotRetentionLimit:    pulumi.Int(args.SnapshotRetentionDays),
		SnapshotWindow:            pulumi.String(args.SnapshotWindow),
		MaintenanceWindow:         pulumi.String(args.MaintenanceWindow),
		AutoMinorVersionUpgrade:   pulumi.Bool(true),
		LogDeliveryConfigurations: p.logs,
	}
	if args.ReplicationGroupID != "" {
		in.ReplicationGroupId = pulumi.String(args.ReplicationGroupID)
	}
	if args.FinalSnapshotName != "" {
		in.FinalSnapshotIdentifier = pulumi.String(args.FinalSnapshotName)
	}
	// Another key would be another cache, without the sessions in this one.
	return elasticache.NewReplicationGroup(ctx, c.name+"-nodes", in, pulumi.Parent(c),
		pulumi.IgnoreChanges([]string{"kmsKeyId"}), pulumi.Protect(args.Protect))
}
