package dr

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/database"
)

// ReplicateBackups copies the automated backups of an instance, under the recovery region's key for data, and keeps them
// for that many days, 1 to 35. They are there whether or not there is a replica: what a person or a program has destroyed
// a replica destroys as well, a few seconds later.
func (c *Protection) ReplicateBackups(ctx *pulumi.Context, instanceArn pulumi.StringInput, days int) error {
	_, err := database.NewBackupReplication(ctx, c.name+"-database", &database.BackupReplicationArgs{
		SourceArn: instanceArn, KeyArn: c.Keys.DataArn, RetentionDays: days, Protect: c.args.Protect,
	}, pulumi.Parent(c))
	return err
}
