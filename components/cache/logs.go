package cache

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/elasticache"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// logTypes that Redis has: commands that took long, and what the engine reports of itself. There are no values in the
// slow log: ElastiCache delivers the name of a command and how many arguments it had ("GET ... (1 more arguments)").
// https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Log_Delivery.html
var logTypes = []string{"engine-log", "slow-log"}

// newLogGroups makes the log groups and says how the logs get there. They stay when their names change: they are
// evidence.
func (c *Cache) newLogGroups(ctx *pulumi.Context, args *Args) (elasticache.ReplicationGroupLogDeliveryConfigurationArray, error) {
	deliveries := elasticache.ReplicationGroupLogDeliveryConfigurationArray{}
	for _, log := range logTypes {
		group, err := cloudwatch.NewLogGroup(ctx, c.name+"-"+log, &cloudwatch.LogGroupArgs{
			Name:            pulumi.String(args.LogGroupPrefix + "/" + log),
			KmsKeyId:        args.LogsKeyArn,
			RetentionInDays: pulumi.Int(args.LogRetentionDays),
		}, pulumi.Parent(c), pulumi.RetainOnDelete(args.Protect))
		if err != nil {
			return nil, err
		}
		deliveries = append(deliveries, &elasticache.ReplicationGroupLogDeliveryConfigurationArgs{
			LogType:         pulumi.String(log),
			LogFormat:       pulumi.String("json"),
			DestinationType: pulumi.String("cloudwatch-logs"),
			Destination:     group.Name,
		})
	}
	return deliveries, nil
}
