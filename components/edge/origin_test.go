package edge_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/route53"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/components/edge"
	"github.com/carebase/carebase/componenttest"
	"github.com/carebase/carebase/graph"
	names "github.com/carebase/carebase/tests/route53"
)

const token = "0123456789abcdef0123456789abcdef"

// named is production with a recovery region.
func named() *edge.Args {
	args := production()
	args.Origin = &edge.Origin{
		Token: pulumi.String(token), FirewallLogGroupName: "aws-waf-logs-careconnect-prod-origin",
		LogsKeyArn: pulumi.String("arn:aws:kms:us-east-1:123456789012:key/logs"),
	}
	args.FrontendReplicaDomain = pulumi.String("frontend.s3.us-west-2.amazonaws.com")
	return args
}

func secondary() *edge.SecondaryArgs {
	return &edge.SecondaryArgs{
		Domain: "careconnect.health", ZoneID: pulumi.String("Z123"),
		VpcID: pulumi.String("vpc-2"), SubnetIDs: pulumi.ToStringArray([]string{"subnet-4", "subnet-5"}),
		Origin: &edge.Origin{
			Token: pulumi.String(token), FirewallLogGroupName: "aws-waf-logs-careconnect-dr-origin",
			LogsKeyArn: pulumi.String("arn:aws:kms:us-west-2:123456789012:key/logs"),
		},
		LogBucket: pulumi.String("logs-2"), LogBucketReady: []pulumi.Resource{&stand{}}, AccessLogPrefix: "alb",
		HealthCheckPath: "/actuator/health", DeletionProtection: true, LogRetentionDays: 365,
		SwitchAlarmName: pulumi.String("careconnect-prod-failover-switch"),
	}
}

// substitute makes a Secondary whose logs wait for something that exists.
func substitute(ctx *pulumi.Context, name string, args *edge.SecondaryArgs, opts ...pulumi.ResourceOption) (*edge.Secondary, error) {
	if _, isStand := args.LogBucketReady[0].(*stand); isStand {
		ready := &stand{}
		if err := ctx.RegisterResource("test:index:Ready", name+"-ready", pulumi.Map{}, ready); err != nil {
			return nil, err
		}
		args.LogBucketReady = []pulumi.Resource{ready}
	}
	return edge.NewSecondary(ctx, name, args, opts...)
}

func TestNamedOriginReplacesTheVpcOrigin(t *testing.T) {
	private, public := componenttest.Counts(planned(t, production())), componenttest.Counts(planned(t, named()))
	more := map[string]int{
		"aws:cloudfront/vpcOrigin:VpcOrigin":                              -1,
		"aws:cloudwatch/logGroup:LogGroup":                                1, // of the load balancer's web ACL
		"aws:ec2/securityGroup:SecurityGroup":                             1, // of the checkers
		"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule":       1,
		"aws:route53/healthCheck:HealthCheck":                             1, // of the endpoint; without a switch no more
		"aws:route53/record:Record":                                       2, // its own name, and the origin's
		"aws:wafv2/webAcl:WebAcl":                                         1,
		"aws:wafv2/webAclAssociation:WebAclAssociation":                   1,
		"aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": 1,
	}
	for typ, n := range more {
		if private[typ] += n; private[typ] == 0 {
			delete(private, typ)
		}
	}
	assert.Equal(t, private, public)
	componenttest.AssertTree(t, planned(t, named()), component, "edge")
}

func TestSecondaryChildren(t *testing.T) {
	g := componenttest.Plan(t, "us-west-2", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		args := secondary()
		args.LogBucketReady = []pulumi.Resource{}
		provider := &stand{}
		if err := ctx.RegisterResource("test:index:Ready", "ready", pulumi.Map{}, provider); err != nil {
			return err
		}
		args.LogBucketReady = []pulumi.Resource{provider}
		_, err := edge.NewSecondary(ctx, "edge", args, opts...)
		return err
	})
	assert.Equal(t, map[string]int{
		"test:index:Ready":                                                1,
		"carebase:edge:Secondary":                                         1,
		"aws:acm/certificate:Certificate":                                 1,
		"aws:acm/certificateValidation:CertificateValidation":             1,
		"aws:cloudwatch/logGroup:LogGroup":                                1,
		"aws:ec2/securityGroup:SecurityGroup":                             2,
		"aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule":       2,
		"aws:lb/listener:Listener":                                        2,
		"aws:lb/loadBalancer:LoadBalancer":                                1,
		"aws:route53/healthCheck:HealthCheck":                             3,
		"aws:route53/record:Record":                                       2,
		"aws:wafv2/webAcl:WebAcl":                                         1,
		"aws:wafv2/webAclAssociation:WebAclAssociation":                   1,
		"aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": 1,
	}, componenttest.Counts(g), "no distribution, no zone, and no record that proves the domain: those are the primary's")
	inputs(t, g, "aws:acm/certificateValidation:CertificateValidation", "edge-certificate-regional-validation",
		map[string]any{"certificateArn": "${edge-certificate-regional.arn}"})
	for _, r := range g.Resources {
		if r.Custom && !r.IsProvider() && strings.HasPrefix(r.Type, "aws:") {
			assert.Equal(t, "us-west-2", r.Region, r.Name)
		}
	}
}

func TestSecondaryKeepsTheRulesOfComponents(t *testing.T) {
	build := func(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) error {
		_, err := substitute(ctx, name, secondary(), opts...)
		return err
	}
	componenttest.AssertOptionsStay(t, build)
	componenttest.AssertStable(t, build)
}

// Whoever does not carry the token is turned away by the web ACL, whatever the listener's rules say.
func TestLoadBalancerThatFacesTheInternetBlocksByDefault(t *testing.T) {
	g := planned(t, named())
	balancer := componenttest.Find(t, g, balancerType, "edge-alb")
	assert.Equal(t, false, componenttest.Input(t, balancer, "internal"))
	assert.Equal(t, []any{"${edge-alb-security-group.id}", "${edge-alb-checkers.id}"}, componenttest.Input(t, balancer, "securityGroups"))

	acl := componenttest.Find(t, g, "aws:wafv2/webAcl:WebAcl", "edge-alb-web-acl")
	assert.Equal(t, "REGIONAL", componenttest.Input(t, acl, "scope"))
	assert.Equal(t, map[string]any{"block": map[string]any{}}, componenttest.Input(t, acl, "defaultAction"))
	none := []any{map[string]any{"priority": 0.0, "type": "NONE"}}
	match := func(field map[string]any, text string) map[string]any {
		return map[string]any{"byteMatchStatement": map[string]any{
			"fieldToMatch": field, "positionalConstraint": "EXACTLY", "searchString": text, "textTransformations": none,
		}}
	}
	header := func(name string) map[string]any {
		return map[string]any{"singleHeader": map[string]any{"name": name}}
	}
	var statements []any
	for _, rule := range componenttest.Input(t, acl, "rules").([]any) {
		rule := rule.(map[string]any)
		assert.Equal(t, map[string]any{"allow": map[string]any{}}, rule["action"])
		statements = append(statements, rule["statement"])
	}
	assert.Equal(t, []any{
		match(header("x-origin-token"), token),
		map[string]any{"andStatement": map[string]any{"statements": []any{
			match(map[string]any{"method": map[string]any{}}, "GET"),
			match(map[string]any{"uriPath": map[string]any{}}, "/actuator/health"),
			match(header("host"), "origin-primary.careconnect.health"),
		}}},
	}, statements)
	assert.True(t, componenttest.IsSecret(acl, "rules"), "the token is in the state in plain text")
	inputs(t, g, "aws:wafv2/webAclAssociation:WebAclAssociation", "edge-alb-web-acl-association",
		map[string]any{"resourceArn": "${edge-alb.arn}", "webAclArn": "${edge-alb-web-acl.arn}"})
	logging := componenttest.Find(t, g, "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration", "edge-alb-web-acl-logging")
	assert.Contains(t, componenttest.Input(t, logging, "redactedFields"), header("x-origin-token"), "the token is in the log")
	assert.Contains(t, componenttest.Input(t, logging, "redactedFields"), header("authorization"))
}

// While the token is changed the firewall admits both values, whichever of them CloudFront sends.
func TestFirewallAdmitsTwoTokensWhileOneReplacesTheOther(t *testing.T) {
	const next = "fedcba9876543210fedcba9876543210"
	args := named()
	args.Origin.AlsoAccepted = pulumi.String(next)
	acl := componenttest.Find(t, planned(t, args), "aws:wafv2/webAcl:WebAcl", "edge-alb-web-acl")
	var admitted []any
	for i := range 2 {
		at := fmt.Sprintf("rules[0].statement.orStatement.statements[%d].byteMatchStatement.", i)
		assert.Equal(t, "x-origin-token", componenttest.Input(t, acl, at+"fieldToMatch.singleHeader.name"))
		assert.Equal(t, "EXACTLY", componenttest.Input(t, acl, at+"positionalConstraint"))
		admitted = append(admitted, componenttest.Input(t, acl, at+"searchString"))
	}
	assert.Equal(t, []any{token, next}, admitted)
	assert.True(t, componenttest.IsSecret(acl, "rules"), "the tokens are in the state in plain text")

	args.Origin.AlsoAccepted = pulumi.String("short")
	assert.Contains(t, refused(t, "edge", args), `Origin.AlsoAccepted = "5 characters": allowed is 32 to 128`)
}

func TestCheckersHaveAGroupOfTheirOwn(t *testing.T) {
	g := planned(t, named())
	inputs(t, g, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "edge-alb-from-checkers", map[string]any{
		"securityGroupId": "${edge-alb-checkers.id}", "description": "HTTPS from Route 53 health checkers",
		"ipProtocol": "tcp", "fromPort": 443.0, "toPort": 443.0,
		"prefixListId": "${getManagedPrefixList(com.amazonaws.us-east-1.route53-healthchecks).id}",
	})
}

func TestCloudFrontProvesItselfToANamedOrigin(t *testing.T) {
	distribution := componenttest.Find(t, planned(t, named()), distributionType, "edge-cdn")
	origins := componenttest.Input(t, distribution, "origins").([]any)
	assert.Equal(t, map[string]any{
		"originId": "services", "domainName": "origin.careconnect.health",
		"customHeaders": []any{map[string]any{"name": "x-origin-token", "value": token}},
		"customOriginConfig": map[string]any{
			"httpPort": 80.0, "httpsPort": 443.0, "originProtocolPolicy": "https-only", "originSslProtocols": []any{"TLSv1.2"},
			"originReadTimeout": 60.0, "originKeepaliveTimeout": 5.0,
		},
	}, origins[len(origins)-1])
	assert.True(t, componenttest.IsSecret(distribution, "origins"), "the token is in the state in plain text")
}

func TestFrontendIsReadFromItsReplicaWhenItsBucketDoesNotAnswer(t *testing.T) {
	distribution := componenttest.Find(t, planned(t, named()), distributionType, "edge-cdn")
	assert.Equal(t, []any{map[string]any{
		"originId":         "frontend-or-replica",
		"failoverCriteria": map[string]any{"statusCodes": []any{500.0, 502.0, 503.0, 504.0}},
		"members":          []any{map[string]any{"originId": "frontend"}, map[string]any{"originId": "frontend-replica"}},
	}}, componenttest.Input(t, distribution, "originGroups"))
	assert.Equal(t, "frontend-or-replica", componenttest.Input(t, distribution, "defaultCacheBehavior.targetOriginId"))
	for _, origin := range componenttest.Input(t, distribution, "origins").([]any)[:2] {
		assert.Equal(t, "${edge-frontend-access.id}", origin.(map[string]any)["originAccessControlId"], "an unsigned origin")
	}
	without := componenttest.Find(t, planned(t, production()), distributionType, "edge-cdn")
	assert.Nil(t, componenttest.Input(t, without, "originGroups"))

	// Nobody waits for half a minute before the replica is asked; where there is none, trying again is all there is.
	tries := func(distribution *graph.Resource, origin string) []any {
		return []any{componenttest.Input(t, distribution, origin+".connectionAttempts"), componenttest.Input(t, distribution, origin+".connectionTimeout")}
	}
	assert.Equal(t, []any{1.0, 3.0}, tries(distribution, "origins[0]"))
	assert.Equal(t, []any{nil, nil}, tries(distribution, "origins[1]"))
	assert.Equal(t, []any{nil, nil}, tries(without, "origins[0]"))
}

func TestListenerDemandsTheToken(t *testing.T) {
	componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		e, err := create(ctx, "edge", named(), opts...)
		require.NoError(t, err)
		l := e.Listener()
		require.NotNil(t, l.Proof)
		require.NotNil(t, l.Probe)
		assert.Equal(t, "x-origin-token", l.Proof.Header)
		assert.Equal(t, pulumi.String(token), l.Proof.Value)
		assert.Equal(t, "origin-primary.careconnect.health", l.Probe.Host)
		assert.Equal(t, "/actuator/health", l.Probe.Path)
		s, err := substitute(ctx, "substitute", secondary(), opts...)
		require.NoError(t, err)
		assert.Equal(t, "origin-recovery.careconnect.health", s.Listener().Probe.Host)
		assert.Equal(t, pulumi.String(token), s.Listener().Proof.Value)
		plain, err := create(ctx, "private", production(), opts...)
		require.NoError(t, err)
		assert.Nil(t, plain.Listener().Proof)
		assert.Nil(t, plain.Listener().Probe)
		return nil
	})
}

// both plans a primary with a switch and its substitute, in one program.
func both(t *testing.T) *graph.Graph {
	t.Helper()
	return componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		open, err := route53.NewHealthCheck(ctx, "switch-open", &route53.HealthCheckArgs{
			Type: pulumi.String("CLOUDWATCH_METRIC"), CloudwatchAlarmName: pulumi.String("careconnect-prod-failover-switch"),
			CloudwatchAlarmRegion: pulumi.String("us-west-2"),
		}, opts...)
		if err != nil {
			return err
		}
		args := named()
		args.Origin.SwitchHealthCheckID = open.ID()
		if _, err := create(ctx, "primary", args, opts...); err != nil {
			return err
		}
		_, err = substitute(ctx, "secondary", secondary(), opts...)
		return err
	})
}

// Every state of the world, and where Route 53 sends CloudFront in it.
func TestWhereTheOriginLeads(t *testing.T) {
	const primary, recovery = "${primary-alb.dnsName}", "${secondary-alb.dnsName}"
	zone := names.Of(both(t))
	assert.ElementsMatch(t, []string{
		"careconnect.health", "origin-primary.careconnect.health", "origin-recovery.careconnect.health",
	}, zone.Hosts())
	for _, c := range []struct {
		primaryUp, switched, recoveryUp bool
		want                            string
	}{
		{true, false, true, primary},
		{true, false, false, primary},
		{false, false, true, recovery}, // by itself
		{false, false, false, primary}, // there is nothing better
		{true, true, true, recovery},   // by order
		{true, true, false, recovery},  // the switch holds, though it is not up yet
		{false, true, true, recovery},
		{false, true, false, recovery},
	} {
		t.Run(fmt.Sprintf("primary up %t, switched %t, recovery up %t", c.primaryUp, c.switched, c.recoveryUp), func(t *testing.T) {
			got, _, err := zone.Answer("origin.careconnect.health", names.World{Alarm: c.switched, Up: map[string]bool{
				"origin-primary.careconnect.health": c.primaryUp, "origin-recovery.careconnect.health": c.recoveryUp,
			}})
			require.NoError(t, err)
			assert.Equal(t, c.want, got)
		})
	}
	for host, want := range map[string]string{"origin-primary.careconnect.health": primary, "origin-recovery.careconnect.health": recovery} {
		got, _, err := zone.Answer(host, names.World{Alarm: true})
		require.NoError(t, err)
		assert.Equal(t, want, got, "a load balancer's own name leads to it whatever happens")
	}
}

// A check that asks no endpoint has neither port nor interval: one that is read all the same must not replace it.
func TestChecksThatAskNobodyNeverChange(t *testing.T) {
	asking, silent := 0, 0
	for _, r := range both(t).OfType("aws:route53/healthCheck:HealthCheck") {
		if strings.HasPrefix(r.Name, "switch-open") {
			continue // the test's own
		}
		if componenttest.Input(t, r, "fqdn") == nil {
			silent++
			assert.Equal(t, []string{"insufficientDataHealthStatus", "port", "requestInterval"}, r.IgnoreChanges, r.Name)
		} else {
			asking++
			assert.Empty(t, r.IgnoreChanges, r.Name)
		}
	}
	assert.NotZero(t, asking)
	assert.NotZero(t, silent)
}

// The primary's record is a failover record from the start: Route 53 does not let a simple one become one beside it.
func TestPrimaryAloneIsAFailoverRecord(t *testing.T) {
	g := planned(t, named())
	record := componenttest.Find(t, g, "aws:route53/record:Record", "edge-origin-record")
	assert.Equal(t, "primary", componenttest.Input(t, record, "setIdentifier"))
	assert.Equal(t, []any{map[string]any{"type": "PRIMARY"}}, componenttest.Input(t, record, "failoverRoutingPolicies"))
	assert.Equal(t, "${edge-endpoint-check.id}", componenttest.Input(t, record, "healthCheckId"), "without a switch the endpoint decides")
}

func TestCertificatesCoverTheOrigin(t *testing.T) {
	certificates := both(t).OfType("aws:acm/certificate:Certificate")
	require.NotEmpty(t, certificates)
	for _, r := range certificates {
		covered := componenttest.Input(t, r, "subjectAlternativeNames").([]any)
		for _, name := range []string{edge.OriginName("careconnect.health"), edge.PrimaryOrigin("careconnect.health"), edge.RecoveryOrigin("careconnect.health")} {
			_, parent, _ := strings.Cut(name, ".")
			assert.True(t, slices.Contains(covered, any("*."+parent)), "%s does not cover %s", r.Name, name)
		}
	}
}

func TestOriginArgsAreChecked(t *testing.T) {
	args := named()
	args.AlternativeNames = []string{"origin"}
	args.Origin = &edge.Origin{Token: pulumi.String("short"), FirewallLogGroupName: "waf"}
	err := componenttest.Refused(t, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := edge.New(ctx, "edge", args, opts...)
		return err
	})
	for _, want := range []string{
		"AlternativeNames[0]", "none of the origin's", `Origin.Token = "5 characters": allowed is 32 to 128`, "Origin.FirewallLogGroupName", "Origin.LogsKeyArn is missing",
	} {
		assert.ErrorContains(t, err, want)
	}
	assert.NotContains(t, err.Error(), "short")

	err = componenttest.Refused(t, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := edge.NewSecondary(ctx, "edge", &edge.SecondaryArgs{}, opts...)
		return err
	})
	for _, want := range []string{
		"Domain", "ZoneID is missing", "VpcID is missing", "SubnetIDs is missing", "Origin is missing", "LogBucket is missing",
		"LogBucketReady is missing", "AccessLogPrefix", "HealthCheckPath", "LogRetentionDays", "SwitchAlarmName is missing",
	} {
		assert.ErrorContains(t, err, want)
	}
	err = componenttest.Refused(t, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := edge.NewSecondary(ctx, "edge", nil, opts...)
		return err
	})
	assert.ErrorContains(t, err, "Args is missing")
}
