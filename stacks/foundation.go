package stacks

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/cache"
	"github.com/carebase/carebase/components/database"
	"github.com/carebase/carebase/components/edge"
	"github.com/carebase/carebase/components/listener"
	"github.com/carebase/carebase/components/network"
	"github.com/carebase/carebase/components/observability"
	"github.com/carebase/carebase/components/service"
	"github.com/carebase/carebase/stacks/settings"
)

// foundation has what the primary and the recovery composition have in common. Each composition fills it with resources that it
// creates or finds. A component whose section the settings lack is nil.
type foundation struct {
	*settings.Settings
	providers providers

	keyArns   KeyArns
	network   *network.Network
	database  *database.Database
	cache     *cache.Cache
	front     front
	cluster   *service.Cluster
	services  []*service.Web // in the order of the settings
	secretArn func(name string) pulumi.StringOutput
	files     bucketRef
	// image returns the image of a service or job. In a primary it creates the image's repository.
	image func(ctx *pulumi.Context, of, tag string) (service.Image, error)

	collector *service.Image // of the tracing collector; nil without tracing

	topic               *observability.Topic
	frontAlarms, alarms *observability.Alarms
}

// KeyArns are the ARNs of KMS keys of one region, by class of data.
type KeyArns struct{ Data, Logs, Secrets, Backups pulumi.StringOutput }

// A bucketRef is a bucket as services see it.
type bucketRef struct{ name, arn pulumi.StringOutput }

// front is the load balancer as services see it: the primary's edge, or its substitute in the recovery region.
type front interface {
	Listener() listener.Listener
	AllowTo(ctx *pulumi.Context, name string, peer pulumi.StringInput, port int) error
}

func (f *foundation) buildNetwork(ctx *pulumi.Context) (err error) {
	f.network, err = network.New(ctx, "network", &network.Args{
		Cidr:                 f.Network.Cidr,
		AvailabilityZones:    f.Network.AvailabilityZones,
		Nat:                  network.NatMode(f.Network.Nat),
		FlowLogGroupName:     f.names().flowLogs(),
		FlowLogRetentionDays: f.Logs.RetentionDays,
		LogsKeyArn:           f.keyArns.Logs,
		InterfaceEndpoints:   f.Network.InterfaceEndpoints,
	}, f.providers.option())
	return err
}

// buildCluster creates the ECS cluster. A recovery stack's cluster has no Cloud Map namespace, because AWS runs the control plane of
// private DNS in us-east-1, and the tasks must start while that region is lost.
func (f *foundation) buildCluster(ctx *pulumi.Context) (err error) {
	if !f.HasTasks() {
		return nil
	}
	namespace := f.names().discovery()
	if f.IsRecovery() {
		namespace = ""
	}
	f.cluster, err = service.NewCluster(ctx, "cluster", &service.ClusterArgs{
		ClusterName:      f.names().cluster(),
		VpcID:            f.network.VpcID,
		NamespaceName:    namespace,
		LogsKeyArn:       f.keyArns.Logs,
		LogRetentionDays: f.Logs.RetentionDays,
	}, f.providers.option())
	return err
}

// slotWALGiB returns how much write-ahead log the database keeps for a replica that has stopped: a fifth of the storage at creation.
// The data must fit into the rest until RDS adds storage, which it does when a tenth is left, and at most every six hours.
func (f *foundation) slotWALGiB() int { return f.Database.AllocatedStorageGiB / 5 }

func (f *foundation) cacheArgs() *cache.Args {
	finalSnapshot := ""
	if f.Database != nil && f.Database.FinalSnapshot {
		finalSnapshot = f.names().finalSnapshot("cache")
	}
	return &cache.Args{
		VpcID:                 f.network.VpcID,
		SubnetIDs:             f.network.IsolatedSubnetIDs,
		KeyArn:                f.keyArns.Data,
		LogsKeyArn:            f.keyArns.Logs,
		NodeType:              f.Cache.NodeType,
		Nodes:                 f.Cache.Nodes,
		MultiAZ:               f.Cache.MultiAZ,
		UserName:              f.names().prefix(),
		SnapshotRetentionDays: f.Cache.SnapshotRetentionDays,
		SnapshotWindow:        f.Cache.SnapshotWindow,
		MaintenanceWindow:     f.Cache.MaintenanceWindow,
		FinalSnapshotName:     finalSnapshot,
		Protect:               f.Protect,
		LogGroupPrefix:        f.names().cacheLogs(),
		LogRetentionDays:      f.Logs.RetentionDays,
	}
}

// origin returns the arguments of a load balancer that CloudFront reaches by a DNS name.
func (f *foundation) origin() *edge.Origin {
	origin := &edge.Origin{
		Token:                pulumi.ToSecret(pulumi.String(f.OriginToken)).(pulumi.StringOutput),
		FirewallLogGroupName: f.names().originFirewallLogs(),
		LogsKeyArn:           f.keyArns.Logs,
	}
	if f.OriginTokenAccepted != "" {
		origin.AlsoAccepted = pulumi.ToSecret(pulumi.String(f.OriginTokenAccepted)).(pulumi.StringOutput)
	}
	return origin
}
