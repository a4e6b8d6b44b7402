// Package cache builds an Amazon ElastiCache for Redis OSS 7 replication group fit for PHI: data and snapshots under a
// customer-managed key, TLS required, sign-in by IAM with no password anywhere, daily snapshots, slow log and engine log
// in encrypted log groups, nodes in the isolated subnets, and a security group that lets in nobody until AllowFrom is
// called.
//
// It carries EC-1 (from 15 days of snapshots on), X-EC-REST, X-EC-TLS, X-EC-HA (as far as Nodes and MultiAZ ask for it),
// CW-2 and CW-3.
//
// Cluster mode is off: one primary takes all writes, and the data is what fits into one node. Clients sign in as
// UserName with a token signed by their role, which must be allowed elasticache:Connect on ReplicationGroupArn and
// UserArn; AWS ends such a connection after twelve hours. All applications share that one user and all keys.
//
// It tells no topic of its events: ElastiCache publishes to none that is encrypted. Alarms watch it
// (components/observability).
package cache

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/elasticache"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/caller"
)

// Cache is an ElastiCache replication group with what it needs around it.
type Cache struct {
	pulumi.ResourceState

	// PrimaryEndpoint is a host name for reads and writes by TLS; with Standby one that leads nowhere (RFC 6761).
	PrimaryEndpoint pulumi.StringOutput `pulumi:"primaryEndpoint"`
	ReaderEndpoint  pulumi.StringOutput `pulumi:"readerEndpoint"` // host name; reads, spread over the replicas
	Port            pulumi.IntOutput    `pulumi:"port"`           // 6379
	SecurityGroupID pulumi.StringOutput `pulumi:"securityGroupId"`
	// UserName is the user's name and its ID; IAM sign-in requires the two to be the same.
	UserName pulumi.StringOutput `pulumi:"userName"`
	UserArn  pulumi.StringOutput `pulumi:"userArn"`
	// ReplicationGroupID is the host in whose name clients sign their tokens, and what metrics and alarms name.
	ReplicationGroupID  pulumi.StringOutput `pulumi:"replicationGroupId"`
	ReplicationGroupArn pulumi.StringOutput `pulumi:"replicationGroupArn"`

	name string
}

// port on which Redis listens.
const port = 6379

// nowhere is the host of a cache that has no nodes.
const nowhere = "cache.invalid"

// The engine and the family of its parameters.
const (
	engine = "redis"
	family = "redis7"
)

// New registers the cache.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*Cache, error) {
	if err := args.check(name); err != nil {
		return nil, err
	}
	c := &Cache{name: name}
	if err := ctx.RegisterComponentResource("carebase:cache:Cache", name, c, opts...); err != nil {
		return nil, err
	}
	subnets, err := elasticache.NewSubnetGroup(ctx, name+"-subnets", &elasticache.SubnetGroupArgs{
		Description: pulumi.String("Isolated subnets of the cache"),
		SubnetIds:   args.SubnetIDs,
	}, pulumi.Parent(c))
	if err != nil {
		return nil, err
	}
	securityGroup, err := c.dataPort().Close(ctx, args.VpcID)
	if err != nil {
		return nil, err
	}
	// A group of its own, if only with the defaults: moving the nodes to one later would restart them.
	parameters, err := elasticache.NewParameterGroup(ctx, name+"-parameters", &elasticache.ParameterGroupArgs{
		Description: pulumi.String("Parameters of the cache"),
		Family:      pulumi.String(family),
	}, pulumi.Parent(c))
	if err != nil {
		return nil, err
	}
	application, users, err := c.newUsers(ctx, args)
	if err != nil {
		return nil, err
	}
	logs, err := c.newLogGroups(ctx, args)
	if err != nil {
		return nil, err
	}
	if args.Standby {
		c.PrimaryEndpoint, c.ReaderEndpoint = pulumi.String(nowhere).ToStringOutput(), pulumi.String(nowhere).ToStringOutput()
		c.ReplicationGroupID = pulumi.String(args.ReplicationGroupID).ToStringOutput()
	} else {
		group, err := c.newReplicationGroup(ctx, args, parts{subnets, securityGroup, parameters, users, logs})
		if err != nil {
			return nil, err
		}
		c.PrimaryEndpoint, c.ReaderEndpoint = group.PrimaryEndpointAddress, group.ReaderEndpointAddress
		c.ReplicationGroupID, c.ReplicationGroupArn = group.ReplicationGroupId, group.Arn
	}
	if args.ReplicationGroupID != "" { // the same to the byte with the nodes and without
		c.ReplicationGroupArn = caller.Look(ctx, c).Arn("elasticache", pulumi.String("replicationgroup:"+args.ReplicationGroupID))
	}

	c.Port = pulumi.Int(port).ToIntOutput()
	c.SecurityGroupID = securityGroup.ID().ToStringOutput()
	c.UserName, c.UserArn = application.UserName, application.Arn
	return c, ctx.RegisterResourceOutputs(c, pulumi.Map{
		"primaryEndpoint": c.PrimaryEndpoint, "readerEndpoint": c.ReaderEndpoint, "port": c.Port,
		"securityGroupId": c.SecurityGroupID, "userName": c.UserName, "userArn": c.UserArn,
		"replicationGroupId": c.ReplicationGroupID, "replicationGroupArn": c.ReplicationGroupArn,
	})
}
