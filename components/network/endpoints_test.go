package network_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/components/network"
	"github.com/carebase/carebase/componenttest"
	"github.com/carebase/carebase/graph"
)

// limited is a statement that serves this account's principals, and where own is set this account's resources, only.
func limited(sid, actions string, own bool) map[string]any {
	condition := map[string]any{"aws:PrincipalAccount": "123456789012"}
	if own {
		condition["aws:ResourceAccount"] = "123456789012"
	}
	return map[string]any{
		"Sid": sid, "Effect": "Allow", "Principal": "*", "Action": actions, "Resource": "*",
		"Condition": map[string]any{"StringEquals": condition},
	}
}

func statements(list ...any) map[string]any {
	return map[string]any{"Version": "2012-10-17", "Statement": list}
}

func TestGatewayEndpoints(t *testing.T) {
	g := plan(t, twoZones())
	for service, policy := range map[string]map[string]any{
		"s3": statements(
			limited("OwnPrincipalsToOwnBuckets", "s3:*", true),
			map[string]any{
				"Sid": "ReadWhatAwsProvides", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject",
				"Resource": []any{
					"arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*",
					"arn:aws:s3:::al2023-repos-us-east-1-de612dc2/*",
					"arn:aws:s3:::amazon-ssm-us-east-1/*",
				},
			}),
		"dynamodb": statements(limited("OwnPrincipalsToOwnTables", "dynamodb:*", true)),
	} {
		endpoint := componenttest.Find(t, g, endpointType, "network-endpoint-"+service)
		assert.Equal(t, "${network-vpc.id}", componenttest.Input(t, endpoint, "vpcId"))
		assert.Equal(t, "Gateway", componenttest.Input(t, endpoint, "vpcEndpointType"))
		assert.Equal(t, "com.amazonaws.us-east-1."+service, componenttest.Input(t, endpoint, "serviceName"))
		assert.Equal(t, []any{"${network-private-routes-us-east-1a.id}", "${network-private-routes-us-east-1b.id}"},
			componenttest.Input(t, endpoint, "routeTableIds"))
		assert.Equal(t, policy, componenttest.JSON(t, endpoint, "policy"))
	}
}

func TestEndpointPoliciesOfAnotherPartition(t *testing.T) {
	args := twoZones()
	args.AvailabilityZones = []string{"us-gov-west-1a", "us-gov-west-1b"}
	g := componenttest.Plan(t, "us-gov-west-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := network.New(ctx, "network", args, opts...)
		return err
	})
	policy := componenttest.JSON(t, componenttest.Find(t, g, endpointType, "network-endpoint-s3"), "policy")
	assert.Equal(t, []any{
		"arn:aws-us-gov:s3:::prod-us-gov-west-1-starport-layer-bucket/*",
		"arn:aws-us-gov:s3:::al2023-repos-us-gov-west-1-de612dc2/*",
		"arn:aws-us-gov:s3:::amazon-ssm-us-gov-west-1/*",
	}, policy["Statement"].([]any)[1].(map[string]any)["Resource"])
}

func TestInterfaceEndpoints(t *testing.T) {
	args := twoZones()
	args.InterfaceEndpoints = []string{
		"ecr.api", "ecr.dkr", "logs", "secretsmanager", "kms", "sts", "ssm", "ssmmessages", "ec2messages", "sqs",
		"monitoring", "xray", "elasticache",
	}
	g := plan(t, args)
	for service, name := range map[string]string{
		"ecr.api": "ecr-api", "ecr.dkr": "ecr-dkr", "logs": "logs", "secretsmanager": "secretsmanager", "kms": "kms",
		"sts": "sts", "ssm": "ssm", "ssmmessages": "ssmmessages", "ec2messages": "ec2messages", "sqs": "sqs",
		"monitoring": "monitoring", "xray": "xray", "elasticache": "elasticache",
	} {
		endpoint := componenttest.Find(t, g, endpointType, "network-endpoint-"+name)
		assert.Equal(t, "${network-vpc.id}", componenttest.Input(t, endpoint, "vpcId"))
		assert.Equal(t, "Interface", componenttest.Input(t, endpoint, "vpcEndpointType"))
		assert.Equal(t, "com.amazonaws.us-east-1."+service, componenttest.Input(t, endpoint, "serviceName"))
		assert.Equal(t, true, componenttest.Input(t, endpoint, "privateDnsEnabled"))
		assert.Equal(t, []any{"${network-private-us-east-1a.id}", "${network-private-us-east-1b.id}"},
			componenttest.Input(t, endpoint, "subnetIds"))
		assert.Equal(t, []any{"${network-endpoints.id}"}, componenttest.Input(t, endpoint, "securityGroupIds"))
		assert.Equal(t, statements(limited("OwnPrincipals", "*", false)), componenttest.JSON(t, endpoint, "policy"))
	}
}

// rulesOf are all security group rules of any kind in the graph.
func rulesOf(g *graph.Graph) []*graph.Resource {
	return g.OfType(ingressRuleType, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
		"aws:ec2/securityGroupRule:SecurityGroupRule")
}

func TestEndpointsAreClosedUntilSomebodyIsLetIn(t *testing.T) {
	g := plan(t, twoZones())
	group := componenttest.Find(t, g, securityGroupType, "network-endpoints")
	assert.Equal(t, "${network-vpc.id}", componenttest.Input(t, group, "vpcId"))
	assert.NotEmpty(t, componenttest.Input(t, group, "description"))
	assert.Equal(t, true, componenttest.Input(t, group, "revokeRulesOnDelete"))
	assert.Nil(t, componenttest.Input(t, group, "ingress"), "rules are resources of their own")
	assert.Nil(t, componenttest.Input(t, group, "egress"), "rules are resources of their own")
	assert.Empty(t, rulesOf(g))
}

func TestAllowFromLetsOnePeerIn(t *testing.T) {
	g := componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		n, err := network.New(ctx, "network", twoZones(), opts...)
		if err != nil {
			return err
		}
		if err := n.AllowFrom(ctx, "backend", pulumi.String("sg-backend")); err != nil {
			return err
		}
		return n.AllowFrom(ctx, "worker", pulumi.String("sg-worker"))
	})
	componenttest.AssertTree(t, g, "carebase:network:Network", "network")
	assert.Len(t, rulesOf(g), 2)
	for _, peer := range []string{"backend", "worker"} {
		rule := componenttest.Find(t, g, ingressRuleType, "network-endpoints-from-"+peer)
		assert.Equal(t, map[string]any{
			"securityGroupId":           "${network-endpoints.id}",
			"referencedSecurityGroupId": "sg-" + peer,
			"ipProtocol":                "tcp",
			"fromPort":                  443.0,
			"toPort":                    443.0,
			"description":               "HTTPS from " + peer,
			"tags":                      map[string]any{"Name": "network-endpoints-from-" + peer},
		}, rule.Readable())
	}
}

func TestAllowFromWantsNameAndPeer(t *testing.T) {
	componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		n, err := network.New(ctx, "network", twoZones(), opts...)
		if err != nil {
			return err
		}
		const want = `network "network": AllowFrom takes the peer's name and the id of its security group`
		assert.EqualError(t, n.AllowFrom(ctx, "", pulumi.String("sg-backend")), want)
		assert.EqualError(t, n.AllowFrom(ctx, "backend", nil), want)
		return nil
	})
}
