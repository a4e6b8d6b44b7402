package edge_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/components/edge"
	"github.com/carebase/carebase/componenttest"
	"github.com/carebase/carebase/graph"
)

const component = "carebase:edge:Edge"

// production is the fullest shape: a zone of its own, two further names, both country lists.
func production() *edge.Args {
	return &edge.Args{
		Domain:               "careconnect.health",
		AlternativeNames:     []string{"www", "api"},
		VpcID:                pulumi.String("vpc-1"),
		SubnetIDs:            pulumi.ToStringArray([]string{"subnet-1", "subnet-2", "subnet-3"}),
		FrontendBucketDomain: pulumi.String("frontend.s3.us-east-1.amazonaws.com"),
		LogBucket:            pulumi.String("logs"),
		LogBucketArn:         pulumi.String("arn:aws:s3:::logs"),
		LogBucketReady:       []pulumi.Resource{&stand{}},
		AccessLogPrefix:      "alb",
		ApiPaths:             []string{"/api/*", "/admin/*", "/actuator/health"},
		HealthCheckPath:      "/actuator/health",
		RateLimit:            10000,
		BlockedCountries:     []string{"RU", "KP"},
		AllowedCountries:     []string{"US", "CA", "GB", "DE"},
		DeletionProtection:   true,
		LogRetentionDays:     365,
		WafLogGroupName:      "aws-waf-logs-careconnect-prod",
		GlobalLogsKeyArn:     pulumi.String("arn:aws:kms:us-east-1:123456789012:key/logs"),
		Global:               &aws.Provider{},
	}
}

// development is the barest one: a zone that exists already, one name, no country list, nothing protected.
func development() *edge.Args {
	args := production()
	args.Domain = "dev.careconnect.health"
	args.AlternativeNames, args.BlockedCountries, args.AllowedCountries = nil, nil, nil
	args.ZoneID = pulumi.String("Z123")
	args.RateLimit = 2000
	args.DeletionProtection = false
	args.LogRetentionDays = 30
	args.WafLogGroupName = "aws-waf-logs-careconnect-dev"
	return args
}

// stand is a resource that is never registered, for arguments that are refused.
type stand struct{ pulumi.CustomResourceState }

// create gives args a provider for us-east-1, named after the component so that two fit in one program, and something
// for the logs to wait for.
func create(ctx *pulumi.Context, name string, args *edge.Args, opts ...pulumi.ResourceOption) (*edge.Edge, error) {
	global, err := aws.NewProvider(ctx, name+"-us-east-1", &aws.ProviderArgs{
		Region: pulumi.String("us-east-1"), AllowedAccountIds: pulumi.ToStringArray([]string{componenttest.Account}),
	})
	if err != nil {
		return nil, err
	}
	args.Global = global
	if _, isStand := args.LogBucketReady[0].(*stand); isStand {
		args.LogBucketReady = []pulumi.Resource{global}
	}
	return edge.New(ctx, name, args, opts...)
}

func planned(t *testing.T, args *edge.Args) *graph.Graph {
	t.Helper()
	return componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := create(ctx, "edge", args, opts...)
		return err
	})
}

// inputs asserts everything that a resource was given, so that nothing can be added or dropped unseen.
func inputs(t *testing.T, g *graph.Graph, typ, name string, want map[string]any) {
	t.Helper()
	r := componenttest.Find(t, g, typ, name)
	assert.Equal(t, want, componenttest.Input(t, r, ""), name)
}

func TestChildren(t *testing.T) {
	always := map[string]int{
		component:                         1,
		"aws:acm/certificate:Certificate": 2,
		"aws:acm/certificateValidation:CertificateValidation":             2,
		"aws:cloudfront/distribution:Distribution":                        1,
		"aws:cloudfront/function:Function":                                1,
		"aws:cloudfront/originAccessControl:OriginAccessControl":          1,
		"aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy":      1,
		"aws:cloudfront/vpcOrigin:VpcOrigin":                              1,
		"aws:cloudwatch/logDelivery:LogDelivery":                          1,
		"aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination":    1,
		"aws:cloudwatch/logDeliverySource:LogDeliverySource":              1,
		"aws:cloudwatch/logGroup:LogGroup":                                1,
		"aws:ec2/securityGroup:SecurityGroup":                             1,
		"aws:lb/listener:Listener":                                        2,
		"aws:lb/loadBalancer:LoadBalancer":                                1,
		"aws:route53/healthCheck:HealthCheck":                             1,
		"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule":       1,
		"aws:wafv2/webAcl:WebAcl":                                         1,
		"aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": 1,
	}
	with := func(more map[string]int) map[string]int {
		counts := map[string]int{}
		for typ, n := range always {
			counts[typ] = n
		}
		for typ, n := range more {
			counts[typ] = n
		}
		return counts
	}
	const zone, record = "aws:route53/zone:Zone", "aws:route53/record:Record"
	for shape, c := range map[string]struct {
		args *edge.Args
		want map[string]int
	}{
		// CAA, one for both certificates, and A and AAAA for each of three names.
		"zone created, three names": {production(), with(map[string]int{zone: 1, record: 8})},
		"zone given, one name":      {development(), with(map[string]int{record: 3})},
	} {
		t.Run(shape, func(t *testing.T) {
			g := planned(t, c.args)
			assert.Equal(t, c.want, componenttest.Counts(g))
			componenttest.AssertTree(t, g, component, "edge")
		})
	}
}

func TestCallersOptionsStay(t *testing.T) {
	componenttest.AssertOptionsStay(t, func(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) error {
		_, err := create(ctx, name, production(), opts...)
		return err
	})
}

func TestSameProgramSamePlan(t *testing.T) {
	componenttest.AssertStable(t, func(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) error {
		_, err := create(ctx, name, production(), opts...)
		return err
	})
}

// The order of a list of countries means nothing and changes nothing.
func TestOrderOfCountriesChangesNothing(t *testing.T) {
	text := func(args *edge.Args) string {
		slices.Reverse(args.AllowedCountries)
		json, err := planned(t, args).JSON()
		require.NoError(t, err)
		return string(json)
	}
	args := production()
	slices.Reverse(args.BlockedCountries)
	slices.Reverse(args.AllowedCountries)
	assert.Equal(t, text(production()), text(args))
}

// What CloudFront looks for in us-east-1 is there, by the provider for it, and everything else is where the
// component is.
func TestRegions(t *testing.T) {
	inUsEast1 := []string{
		"edge-cdn-log", "edge-cdn-log-destination", "edge-cdn-log-source",
		"edge-certificate-global", "edge-certificate-global-validation",
		"edge-web-acl", "edge-web-acl-log", "edge-web-acl-logging",
	}
	for _, region := range []string{"us-east-1", "us-west-2"} {
		t.Run(region, func(t *testing.T) {
			g := componenttest.Plan(t, region, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
				e, err := create(ctx, "edge", production(), opts...)
				if err != nil {
					return err
				}
				return e.AllowTo(ctx, "backend", pulumi.String("sg-backend"), 8080)
			})
			var global []string
			for _, r := range g.Resources {
				if !r.Custom || r.IsProvider() || r.Type == graph.StackType {
					continue
				}
				provider := g.Lookup(r.Provider)
				require.NotNilf(t, provider, "%s is on a default provider", r.Name)
				switch provider.Name {
				case "edge-us-east-1":
					global = append(global, r.Name)
					assert.Equal(t, "us-east-1", r.Region, r.Name)
				case "aws":
					assert.Equal(t, region, r.Region, r.Name)
				default:
					assert.Failf(t, "unknown provider", "%s has %s", r.Name, provider.Name)
				}
			}
			slices.Sort(global)
			assert.Equal(t, inUsEast1, global)
		})
	}
}

func TestReferencesReachTheCaller(t *testing.T) {
	for shape, c := range map[string]struct {
		args            *edge.Args
		zone, delegates string
	}{
		"zone created": {production(), "${edge-zone.zoneId}", "${edge-zone.nameServers[0]}"},
		"zone given":   {development(), "Z123", ""},
	} {
		t.Run(shape, func(t *testing.T) {
			g := componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
				e, err := create(ctx, "edge", c.args, opts...)
				if err != nil {
					return err
				}
				return ctx.RegisterResource("test:index:Reader", "reader", pulumi.Map{
					"listenerArn":           e.ListenerArn,
					"loadBalancerArn":       e.LoadBalancerArn,
					"loadBalancerArnSuffix": e.LoadBalancerArnSuffix,
					"loadBalancerDnsName":   e.LoadBalancerDNSName,
					"securityGroupId":       e.SecurityGroupID,
					"distributionId":        e.DistributionID,
					"distributionDomain":    e.DistributionDomain,
					"distributionArn":       e.DistributionArn,
					"zoneId":                e.ZoneID,
					"nameServers":           e.NameServers,
					"webAclArn":             e.WebAclArn,
					"healthCheckId":         e.HealthCheckID,
					"certificateArn":        e.CertificateArn,
					"globalCertificateArn":  e.GlobalCertificateArn,
				}, &stand{})
			})
			servers := []any{}
			if c.delegates != "" {
				servers = append(servers, c.delegates)
			}
			inputs(t, g, "test:index:Reader", "reader", map[string]any{
				"listenerArn":           "${edge-alb-https.arn}",
				"loadBalancerArn":       "${edge-alb.arn}",
				"loadBalancerArnSuffix": "${edge-alb.arnSuffix}",
				"loadBalancerDnsName":   "${edge-alb.dnsName}",
				"securityGroupId":       "${edge-alb-security-group.id}",
				"distributionId":        "${edge-cdn.id}",
				"distributionDomain":    "${edge-cdn.domainName}",
				"distributionArn":       "${edge-cdn.arn}",
				"zoneId":                c.zone,
				"nameServers":           servers,
				"webAclArn":             "${edge-web-acl.arn}",
				"healthCheckId":         "${edge-health-check.id}",
				"certificateArn":        "${edge-certificate-regional.arn}",
				"globalCertificateArn":  "${edge-certificate-global.arn}",
			})
		})
	}
}

// No setting that may change in the life of a stack changes what AWS fixes when it makes a thing.
func TestSettingsReplaceNothing(t *testing.T) {
	before, after := production(), production()
	after.AlternativeNames = []string{"www"}
	after.ApiPaths = []string{"/actuator/health", "/v2/*"}
	after.AccessLogPrefix = "other"
	after.RateLimit, after.LogRetentionDays = 500, 30
	after.BlockedCountries, after.AllowedCountries = nil, nil
	after.DeletionProtection = false
	after.ContentSecurityPolicy = "default-src 'none'"
	fixed := map[string][]string{
		"aws:acm/certificate:Certificate":                              {"domainName", "subjectAlternativeNames", "validationMethod"},
		"aws:cloudfront/vpcOrigin:VpcOrigin":                           {"vpcOriginEndpointConfig"},
		"aws:cloudwatch/logDeliverySource:LogDeliverySource":           {"name", "logType", "resourceArn"},
		"aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": {"name", "deliveryDestinationConfiguration"},
		"aws:cloudwatch/logDelivery:LogDelivery":                       {"deliverySourceName", "deliveryDestinationArn"},
		"aws:cloudwatch/logGroup:LogGroup":                             {"name"},
		"aws:ec2/securityGroup:SecurityGroup":                          {"name", "description", "vpcId"},
		"aws:lb/loadBalancer:LoadBalancer":                             {"name", "internal", "loadBalancerType"},
		"aws:lb/listener:Listener":                                     {"loadBalancerArn"},
		"aws:route53/healthCheck:HealthCheck":                          {"type", "requestInterval", "measureLatency"},
		"aws:route53/zone:Zone":                                        {"name"},
		"aws:wafv2/webAcl:WebAcl":                                      {"name", "scope"},
	}
	first, second := planned(t, before), planned(t, after)
	for _, r := range first.Resources {
		if strings.HasPrefix(r.Name, "edge-record-api-") {
			continue // the name that went
		}
		other := second.Lookup(r.URN)
		require.NotNilf(t, other, "%s has another URN", r.Name)
		for _, property := range fixed[r.Type] {
			assert.Equalf(t, componenttest.Input(t, r, property), componenttest.Input(t, other, property), "%s of %s", property, r.Name)
		}
	}
}
