package database

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/rds"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// newReplica registers a replica in the region of its source, from which it takes engine, version, subnets, users and
// key: AWS refuses to be told any of them. It has backups like its source, for the day it is promoted, but no final snapshot:
// a replica with one cannot be deleted.
func (c *Database) newReplica(
	ctx *pulumi.Context, args *Args, s shared, source *rds.Instance, r Replica,
) (*rds.Instance, error) {
	logical, identifier := c.name+"-replica-"+r.Name, args.replicaIdentifier(r)
	logs, err := c.newLogGroups(ctx, args, logical, identifier)
	if err != nil {
		return nil, err
	}
	in := c.common(args, s, identifier, r.InstanceClass)
	in.ReplicateSourceDb = source.Identifier
	in.SkipFinalSnapshot = pulumi.Bool(true)
	args.keepBackups(in)
	// AWS carries a renamed source over by itself; the provider takes the new name for another source and gives up.
	fixed := append([]string{"replicateSourceDb"}, fixedAtCreation...)
	return rds.NewInstance(ctx, logical, in, pulumi.Parent(c), pulumi.DependsOn(append(logs, s.monitoringMay)),
		pulumi.IgnoreChanges(fixed), pulumi.Protect(args.Protect), waits)
}
