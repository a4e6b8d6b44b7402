package database

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// eventCategories of RDS instances that somebody should hear of; left out are creation, restoration and notices of
// progress.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html
var eventCategories = []string{
	"availability", "backup", "configuration change", "deletion", "failover", "failure", "low storage", "maintenance",
	"read replica", "recovery", "security", "security patching",
}

func (c *Database) newEventSubscription(ctx *pulumi.Context, topic pulumi.StringInput, instances pulumi.StringArray) error {
	_, err := rds.NewEventSubscription(ctx, c.name+"-events", &rds.EventSubscriptionArgs{
		SnsTopic:        topic,
		SourceType:      pulumi.String("db-instance"),
		SourceIds:       instances,
		EventCategories: pulumi.ToStringArray(eventCategories),
	}, pulumi.Parent(c))
	return err
}
