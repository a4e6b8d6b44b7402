package cache

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/componenttest"
	"github.com/carebase/carebase/graph"
)

const (
	groupType    = "aws:elasticache/replicationGroup:ReplicationGroup"
	userType     = "aws:elasticache/user:User"
	logGroupType = "aws:cloudwatch/logGroup:LogGroup"
	ruleType     = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
)

// production is CareConnect's.
func production() *Args {
	return &Args{
		VpcID: pulumi.String("vpc-1"), SubnetIDs: pulumi.ToStringArray([]string{"subnet-a", "subnet-b"}),
		KeyArn: pulumi.String("arn:key/data"), LogsKeyArn: pulumi.String("arn:key/logs"),
		NodeType: "cache.r6g.large", Nodes: 2, MultiAZ: true, UserName: "careconnect-prod",
		SnapshotRetentionDays: 30, SnapshotWindow: "03:00-04:00", MaintenanceWindow: "sun:04:00-sun:05:00",
		FinalSnapshotName: "careconnect-prod-final", Protect: true,
		LogGroupPrefix: "/aws/vendedlogs/careconnect/prod/cache", LogRetentionDays: 365,
	}
}

func staging() *Args {
	a := production()
	a.NodeType, a.MultiAZ = "cache.t4g.small", false
	a.FinalSnapshotName, a.Protect = "", false
	return a
}

func development() *Args {
	a := staging()
	a.NodeType, a.Nodes, a.SnapshotRetentionDays = "cache.t4g.micro", 1, 1
	return a
}

func build(args func() *Args) func(*pulumi.Context, string, ...pulumi.ResourceOption) error {
	return func(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) error {
		c, err := New(ctx, name, args(), opts...)
		if err != nil {
			return err
		}
		return c.AllowFrom(ctx, "backend", pulumi.String("sg-backend"))
	}
}

func planned(t *testing.T, args *Args) *graph.Graph {
	t.Helper()
	return componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := New(ctx, "cache", args, opts...)
		return err
	})
}

func group(t *testing.T, args *Args) *graph.Resource {
	t.Helper()
	return componenttest.Find(t, planned(t, args), groupType, "cache-nodes")
}

// The shape is the same whatever the arguments: they change values, not resources.
func TestShapes(t *testing.T) {
	for name, args := range map[string]*Args{
		"production": production(), "staging": staging(), "development": development(),
	} {
		t.Run(name, func(t *testing.T) {
			g := planned(t, args)
			assert.Equal(t, map[string]int{
				"carebase:cache:Cache":                          1,
				"aws:elasticache/subnetGroup:SubnetGroup":       1,
				"aws:ec2/securityGroup:SecurityGroup":           1,
				"aws:elasticache/parameterGroup:ParameterGroup": 1,
				userType:                              2,
				"aws:elasticache/userGroup:UserGroup": 1,
				logGroupType:                          2,
				groupType:                             1,
			}, componenttest.Counts(g))
			componenttest.AssertTree(t, g, "carebase:cache:Cache", "cache")
		})
	}
}

func TestRulesOfEveryComponent(t *testing.T) {
	for name, args := range map[string]func() *Args{"production": production, "development": development} {
		t.Run(name, func(t *testing.T) {
			// Users are told apart by the arguments, and logs too: two caches in one account have different ones.
			componenttest.AssertRegion(t, build(args))
			componenttest.AssertOptionsStay(t, build(args))
			componenttest.AssertStable(t, build(args))
		})
	}
}

// Every input of the replication group, so that nothing about it changes unnoticed.
func TestReplicationGroup(t *testing.T) {
	assert.Equal(t, map[string]any{
		"description": "Cache and sessions", "engine": "redis", "engineVersion": "7.1", "autoMinorVersionUpgrade": true,
		"nodeType": "cache.r6g.large", "numCacheClusters": 2.0, "port": 6379.0, "applyImmediately": true,
		"automaticFailoverEnabled": true, "multiAzEnabled": true,
		"atRestEncryptionEnabled": true, "kmsKeyId": "arn:key/data",
		"transitEncryptionEnabled": true, "transitEncryptionMode": "required",
		"userGroupIds":    []any{"careconnect-prod"},
		"subnetGroupName": "${cache-subnets.name}", "securityGroupIds": []any{"${cache-security-group.id}"},
		"parameterGroupName":     "${cache-parameters.name}",
		"snapshotRetentionLimit": 30.0, "snapshotWindow": "03:00-04:00", "maintenanceWindow": "sun:04:00-sun:05:00",
		"finalSnapshotIdentifier": "careconnect-prod-final",
		"logDeliveryConfigurations": []any{
			map[string]any{
				"logType": "engine-log", "logFormat": "json", "destinationType": "cloudwatch-logs",
				"destination": "/aws/vendedlogs/careconnect/prod/cache/engine-log",
			},
			map[string]any{
				"logType": "slow-log", "logFormat": "json", "destinationType": "cloudwatch-logs",
				"destination": "/aws/vendedlogs/careconnect/prod/cache/slow-log",
			},
		},
	}, componenttest.Input(t, group(t, production()), ""))
}

func TestSmallerCachesKeepTheGuarantees(t *testing.T) {
	for _, c := range []struct {
		args     *Args
		nodes    float64
		failover bool
	}{{staging(), 2, true}, {development(), 1, false}} {
		g := group(t, c.args)
		for input, want := range map[string]any{
			"atRestEncryptionEnabled": true, "kmsKeyId": "arn:key/data",
			"transitEncryptionEnabled": true, "transitEncryptionMode": "required", "userGroupIds": []any{"careconnect-prod"},
			"numCacheClusters": c.nodes, "automaticFailoverEnabled": c.failover, "multiAzEnabled": false,
			"finalSnapshotIdentifier": nil, "notificationTopicArn": nil,
		} {
			assert.Equal(t, want, componenttest.Input(t, g, input), "%v nodes: %s", c.nodes, input)
		}
		assert.NotZero(t, componenttest.Input(t, g, "snapshotRetentionLimit"))
	}
}

func TestProtection(t *testing.T) {
	for _, protect := range []bool{true, false} {
		args := production()
		args.Protect = protect
		g := planned(t, args)
		nodes := componenttest.Find(t, g, groupType, "cache-nodes")
		assert.Equal(t, protect, nodes.Protect)
		assert.Equal(t, []string{"kmsKeyId"}, nodes.IgnoreChanges, "a change of it would replace the cache")
		for _, group := range g.OfType(logGroupType) {
			assert.Equal(t, protect, group.RetainOnDelete, group.Name)
		}
	}
}

// Nobody signs in by a password, and nobody does anything without signing in.
func TestUsers(t *testing.T) {
	g := planned(t, production())
	assert.Equal(t, map[string]any{
		"userId": "careconnect-prod", "userName": "careconnect-prod", "engine": "redis",
		"authenticationMode": map[string]any{"type": "iam"},
		"accessString":       "on ~* &* -@all +@read +@write +@connection +@transaction +@pubsub +@scripting -@dangerous +info +role",
	}, componenttest.Input(t, componenttest.Find(t, g, userType, "cache-user"), ""))
	assert.Equal(t, map[string]any{
		"userId": "careconnect-prod-default", "userName": "default", "engine": "redis",
		"noPasswordRequired": true, "accessString": "off ~* -@all",
	}, componenttest.Input(t, componenttest.Find(t, g, userType, "cache-default-user"), ""))
	assert.Equal(t, map[string]any{
		"userGroupId": "careconnect-prod", "engine": "redis", "userIds": []any{"careconnect-prod", "careconnect-prod-default"},
	}, componenttest.Input(t, componenttest.Find(t, g, "aws:elasticache/userGroup:UserGroup", "cache-users"), ""))
	assert.Nil(t, componenttest.Input(t, componenttest.Find(t, g, groupType, "cache-nodes"), "authToken"))
}

func TestLogGroups(t *testing.T) {
	g := planned(t, production())
	for _, log := range []string{"slow-log", "engine-log"} {
		assert.Equal(t, map[string]any{
			"name": "/aws/vendedlogs/careconnect/prod/cache/" + log, "kmsKeyId": "arn:key/logs", "retentionInDays": 365.0,
		}, componenttest.Input(t, componenttest.Find(t, g, logGroupType, "cache-"+log), ""))
	}
}

func TestParameterGroup(t *testing.T) {
	parameters := componenttest.Find(t, planned(t, production()), "aws:elasticache/parameterGroup:ParameterGroup", "cache-parameters")
	// No name: the new group of another family must fit beside the old one.
	assert.Equal(t, map[string]any{"description": "Parameters of the cache", "family": "redis7"}, componenttest.Input(t, parameters, ""))
}

func TestNetwork(t *testing.T) {
	g := componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		c, err := New(ctx, "cache", production(), opts...)
		if err != nil {
			return err
		}
		for _, peer := range []string{"backend", "worker"} {
			if err := c.AllowFrom(ctx, peer, pulumi.String("sg-"+peer)); err != nil {
				return err
			}
		}
		return nil
	})
	assert.Equal(t, map[string]any{
		"description": "Isolated subnets of the cache", "subnetIds": []any{"subnet-a", "subnet-b"},
	}, componenttest.Input(t, componenttest.Find(t, g, "aws:elasticache/subnetGroup:SubnetGroup", "cache-subnets"), ""))
	// Neither ingress nor egress: nothing gets in but by the rules below, and nothing gets out.
	assert.Equal(t, map[string]any{
		"vpcId": "vpc-1", "description": "Who may connect to Redis", "revokeRulesOnDelete": true,
		"tags": map[string]any{"Name": "cache"},
	}, componenttest.Input(t, componenttest.Find(t, g, "aws:ec2/securityGroup:SecurityGroup", "cache-security-group"), ""))
	require.Len(t, g.OfType(ruleType), 2)
	assert.Zero(t, componenttest.Counts(g)["aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"])
	for _, peer := range []string{"backend", "worker"} {
		assert.Equal(t, map[string]any{
			"securityGroupId": "${cache-security-group.id}", "referencedSecurityGroupId": "sg-" + peer,
			"ipProtocol": "tcp", "fromPort": 6379.0, "toPort": 6379.0, "description": "Redis from " + peer,
		}, componenttest.Input(t, componenttest.Find(t, g, ruleType, "cache-from-"+peer), ""))
	}
	componenttest.AssertTree(t, g, "carebase:cache:Cache", "cache")
}

func TestOutputs(t *testing.T) {
	var seen []any
	componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		c, err := New(ctx, "cache", production(), opts...)
		if err != nil {
			return err
		}
		pulumi.All(c.PrimaryEndpoint, c.ReaderEndpoint, c.Port, c.SecurityGroupID, c.UserName, c.UserArn,
			c.ReplicationGroupID, c.ReplicationGroupArn).ApplyT(func(all []any) error {
			seen = all
			return nil
		})
		return nil
	})
	for i, value := range seen {
		if text, ok := value.(string); ok {
			seen[i] = graph.Readable(text)
		}
	}
	assert.Equal(t, []any{
		"${cache-nodes.primaryEndpointAddress}", "${cache-nodes.readerEndpointAddress}", 6379, "${cache-security-group.id}",
		"careconnect-prod", "${cache-user.arn}", "${cache-nodes.replicationGroupId}", "${cache-nodes.arn}",
	}, seen)
}
