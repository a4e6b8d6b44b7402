package cache

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/componenttest"
	"github.com/carebase/carebase/graph"
)

// named is production with an identifier that policies can name; standby is the same before there are nodes.
func named(standby bool) *Args {
	args := production()
	args.ReplicationGroupID, args.Standby = "careconnect-dr", standby
	return args
}

// reader has the outputs of a cache as inputs, to be looked at.
func reader(t *testing.T, args *Args) (*graph.Graph, *graph.Resource) {
	t.Helper()
	g := componenttest.Plan(t, "us-west-2", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		c, err := New(ctx, "cache", args, opts...)
		if err != nil {
			return err
		}
		return ctx.RegisterResource("test:index:Reader", "reader", pulumi.Map{
			"id": c.ReplicationGroupID, "arn": c.ReplicationGroupArn, "user": c.UserArn, "endpoint": c.PrimaryEndpoint,
		}, &struct{ pulumi.CustomResourceState }{})
	})
	return g, componenttest.Find(t, g, "test:index:Reader", "reader")
}

// A policy made while the cache stands by holds once there are nodes.
func TestStandbyIsNamedLikeTheNodes(t *testing.T) {
	const arn = "arn:aws:elasticache:us-west-2:123456789012:replicationgroup:careconnect-dr"
	waiting, standby := reader(t, named(true))
	working, active := reader(t, named(false))
	assert.Equal(t, arn, componenttest.Input(t, standby, "arn"))
	assert.Equal(t, arn, componenttest.Input(t, active, "arn"))
	assert.Equal(t, componenttest.Input(t, standby, "user"), componenttest.Input(t, active, "user"))
	assert.Equal(t, "cache.invalid", componenttest.Input(t, standby, "endpoint"))
	assert.Equal(t, "careconnect-dr", componenttest.Input(t, componenttest.Find(t, working, groupType, "cache-nodes"), "replicationGroupId"))

	want := componenttest.Counts(working)
	delete(want, groupType)
	assert.Equal(t, want, componenttest.Counts(waiting), "everything but the nodes")
}

func TestStandbyNeedsAName(t *testing.T) {
	for _, id := range []string{"", "Careconnect", "careconnect--dr", "a23456789-123456789-123456789-123456789-1"} {
		args := named(true)
		args.ReplicationGroupID = id
		err := componenttest.Refused(t, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
			_, err := New(ctx, "cache", args, opts...)
			return err
		})
		assert.ErrorContains(t, err, "ReplicationGroupID", id)
	}
}
