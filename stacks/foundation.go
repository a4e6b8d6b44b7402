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
)

// foundation is what services stand on, in the primary and in the recovery composition alike. Each fills it with what it
// makes itself or finds.
type foundation struct {
	*Settings
	providers providers

	keyArns   keyArns
	network   *network.Network
	database  *database.Database
	cache     *cache.Cache
	front     front
	cluster   *service.Cluster
	services  []*service.Web // in the order of the settings
	secretArn func(name string) pulumi.StringOutput
	files     bucketRef
	// image of a service or job; where the composition makes repositories it makes one.
	image func(ctx *pulumi.Context, of, tag string) (service.Image, error)

	topic               *observability.Topic
	frontAlarms, alarms *observability.Alarms
}

// keyArns by class of data, in the stack's region.
type keyArns struct{ data, logs, secrets, backups pulumi.StringOutput }

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
		LogsKeyArn:           f.keyArns.logs,
		InterfaceEndpoints:   f.Network.InterfaceEndpoints,
	}, f.providers.option())
	return err
}

// buildCluster makes a recovery's without a namespace: its tasks must run when us-east-1 is lost.
func (f *foundation) buildCluster(ctx *pulumi.Context) (err error) {
	namespace := f.names().discovery()
	if f.IsRecovery() {
		namespace = ""
	}
	f.cluster, err = service.NewCluster(ctx, "cluster", &service.ClusterArgs{
		ClusterName:      f.names().cluster(),
		VpcID:            f.network.VpcID,
		NamespaceName:    namespace,
		LogsKeyArn:       f.keyArns.logs,
		LogRetentionDays: f.Logs.RetentionDays,
	}, f.providers.option())
	return err
}

// slotWALGiB lets a replica that has stopped take a fifth of the storage that the database began with. What else there is
// must fit into the rest: RDS adds storage once a tenth is left, and waits six hours between two additions.
func (f *foundation) slotWALGiB() int { return f.Database.AllocatedStorageGiB / 5 }

func (f *foundation) cacheArgs() *cache.Args {
	finalSnapshot := ""
	if f.Database.FinalSnapshot {
		finalSnapshot = f.names().finalSnapshot("cache")
	}
	return &cache.Args{
		VpcID:                 f.network.VpcID,
		SubnetIDs:             f.network.IsolatedSubnetIDs,
		KeyArn:                f.keyArns.data,
		LogsKeyArn:            f.keyArns.logs,
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

// origin is what a load balancer that is reached by name wants of CloudFront.
func (f *foundation) origin() *edge.Origin {
	origin := &edge.Origin{
		Token:                pulumi.ToSecret(pulumi.String(f.OriginToken)).(pulumi.StringOutput),
		FirewallLogGroupName: f.names().originFirewallLogs(),
		LogsKeyArn:           f.keyArns.logs,
	}
	if f.OriginTokenAccepted != "" {
		origin.AlsoAccepted = pulumi.ToSecret(pulumi.String(f.OriginTokenAccepted)).(pulumi.StringOutput)
	}
	return origin
}
