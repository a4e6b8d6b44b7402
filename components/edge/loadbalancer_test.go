package edge_test

import (
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/componenttest"
)

const balancerType = "aws:lb/loadBalancer:LoadBalancer"

func TestLoadBalancer(t *testing.T) {
	logs := map[string]any{"enabled": true, "bucket": "logs", "prefix": "alb"}
	want := func(protect bool) map[string]any {
		return map[string]any{
			"loadBalancerType": "application", "internal": true,
			"subnets":                 []any{"subnet-1", "subnet-2", "subnet-3"},
			"securityGroups":          []any{"${edge-alb-security-group.id}"},
			"dropInvalidHeaderFields": true, "desyncMitigationMode": "defensive", "idleTimeout": 65.0, "clientKeepAlive": 60.0,
			"enableDeletionProtection": protect,
			"accessLogs":               logs, "connectionLogs": logs,
		}
	}
	inputs(t, planned(t, production()), balancerType, "edge-alb", want(true))
	inputs(t, planned(t, development()), balancerType, "edge-alb", want(false))
}

func TestListeners(t *testing.T) {
	g := planned(t, production())
	inputs(t, g, "aws:lb/listener:Listener", "edge-alb-http", map[string]any{
		"loadBalancerArn": "${edge-alb.arn}", "port": 80.0, "protocol": "HTTP",
		"defaultActions": []any{map[string]any{
			"type": "redirect", "redirect": map[string]any{"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"},
		}},
	})
	inputs(t, g, "aws:lb/listener:Listener", "edge-alb-https", map[string]any{
		"loadBalancerArn": "${edge-alb.arn}", "port": 443.0, "protocol": "HTTPS",
		"sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06", "certificateArn": "${edge-certificate-regional.arn}",
		"defaultActions": []any{map[string]any{
			"type":          "fixed-response",
			"fixedResponse": map[string]any{"statusCode": "404", "contentType": "text/plain", "messageBody": "Not found"},
		}},
	})
}

func TestLoadBalancerAdmitsCloudFrontOnly(t *testing.T) {
	g := planned(t, production())
	inputs(t, g, "aws:ec2/securityGroup:SecurityGroup", "edge-alb-security-group", map[string]any{
		"vpcId": "vpc-1", "description": "Load balancer behind CloudFront", "revokeRulesOnDelete": true,
		"tags": map[string]any{"Name": "edge-alb-security-group"},
	})
	// One rule: the prefix list takes 55 of a group's 60.
	assert.Len(t, g.OfType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"), 1)
	inputs(t, g, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "edge-alb-from-cloudfront", map[string]any{
		"securityGroupId": "${edge-alb-security-group.id}", "description": "HTTPS from CloudFront",
		"ipProtocol": "tcp", "fromPort": 443.0, "toPort": 443.0,
		"prefixListId": "${getManagedPrefixList(com.amazonaws.global.cloudfront.origin-facing).id}",
	})
	assert.Empty(t, g.OfType("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"), "it reaches nothing until it is told to")
}

func TestLoadBalancerReachesWhatItIsTold(t *testing.T) {
	g := componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		e, err := create(ctx, "edge", production(), opts...)
		if err != nil {
			return err
		}
		if err := e.AllowTo(ctx, "backend", pulumi.String("sg-backend"), 8080); err != nil {
			return err
		}
		return e.AllowTo(ctx, "admin", pulumi.String("sg-admin"), 3000)
	})
	componenttest.AssertTree(t, g, component, "edge")
	for name, c := range map[string]struct {
		peer string
		port float64
	}{"backend": {"sg-backend", 8080}, "admin": {"sg-admin", 3000}} {
		inputs(t, g, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "edge-alb-to-"+name, map[string]any{
			"securityGroupId": "${edge-alb-security-group.id}", "description": "Requests and health checks to " + name,
			"ipProtocol": "tcp", "fromPort": c.port, "toPort": c.port, "referencedSecurityGroupId": c.peer,
		})
	}
	assert.Len(t, g.OfType("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"), 2)
}

func TestAllowToRefuses(t *testing.T) {
	for what, c := range map[string]struct {
		name string
		peer pulumi.StringInput
		port int
		want string
	}{
		"no name":       {"", pulumi.String("sg"), 80, "AllowTo name"},
		"name in words": {"the backend", pulumi.String("sg"), 80, "AllowTo name"},
		"no peer":       {"backend", nil, 80, "AllowTo peer"},
		"port 0":        {"backend", pulumi.String("sg"), 0, "AllowTo port"},
		"port 65536":    {"backend", pulumi.String("sg"), 65536, "AllowTo port"},
	} {
		t.Run(what, func(t *testing.T) {
			g := componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
				e, err := create(ctx, "edge", production(), opts...)
				if err != nil {
					return err
				}
				assert.ErrorContains(t, e.AllowTo(ctx, c.name, c.peer, c.port), c.want)
				return nil
			})
			assert.Empty(t, g.OfType("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"))
		})
	}
}

// AWS tries the bucket when a log is switched on: its policy must be there.
func TestLogsWaitForTheirBucket(t *testing.T) {
	g := componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		ready, err := aws.NewProvider(ctx, "bucket-policy", &aws.ProviderArgs{})
		if err != nil {
			return err
		}
		args := production()
		args.LogBucketReady = []pulumi.Resource{ready}
		_, err = create(ctx, "edge", args, opts...)
		return err
	})
	ready := componenttest.Find(t, g, "pulumi:providers:aws", "bucket-policy").URN
	assert.Contains(t, componenttest.Find(t, g, balancerType, "edge-alb").Dependencies, ready)
	assert.Contains(t, componenttest.Find(t, g, "aws:cloudwatch/logDelivery:LogDelivery", "edge-cdn-log").Dependencies, ready)
}

// CloudFront must give up on an answer before the load balancer drops the connection.
func TestTimeoutsAreInOrder(t *testing.T) {
	g := planned(t, production())
	idle := componenttest.Input(t, componenttest.Find(t, g, balancerType, "edge-alb"), "idleTimeout")
	read := componenttest.Input(t, componenttest.Find(t, g, "aws:cloudfront/distribution:Distribution", "edge-cdn"),
		"origins[1].vpcOriginConfig.originReadTimeout")
	assert.Greater(t, idle, read)
}
