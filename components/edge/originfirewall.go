package edge

import (
	"strings"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// originFirewall guards a load balancer that faces the internet. It blocks by default: only what carries the token, or
// is the probe of Route 53's checkers, gets to the listener. So a listener rule that lacked the condition would still
// serve nobody but CloudFront, whose own web ACL has looked at the request before.
func (b *build) originFirewall(balancer *lb.LoadBalancer) error {
	name := strings.TrimPrefix(b.args.Origin.FirewallLogGroupName, "aws-waf-logs-")
	acl := &webACL{}
	err := b.ctx.RegisterResource("aws:wafv2/webAcl:WebAcl", b.child("alb-web-acl"), pulumi.Map{
		"description":   pulumi.String("Admits the CloudFront distribution of " + b.args.Domain),
		"scope":         pulumi.String("REGIONAL"),
		"defaultAction": pulumi.Map{"block": pulumi.Map{}},
		"rules": pulumi.Array{
			allowRule(10, "from-cloudfront", b.args.Origin.carriesToken()),
			allowRule(20, "probe", pulumi.Map{"andStatement": pulumi.Map{"statements": pulumi.Array{
				exactly(pulumi.Map{"method": pulumi.Map{}}, pulumi.String("GET")),
				exactly(pulumi.Map{"uriPath": pulumi.Map{}}, pulumi.String(b.demand.probe.Path)),
				exactly(header("host"), pulumi.String(b.demand.probe.Host)),
			}}}),
		},
		"visibilityConfig": visibility(name),
	}, acl, b.here(pulumi.Version(awsSDKVersion))...)
	if err != nil {
		return err
	}
	err = b.ctx.RegisterResource("aws:wafv2/webAclAssociation:WebAclAssociation", b.child("alb-web-acl-association"), pulumi.Map{
		"resourceArn": balancer.Arn, "webAclArn": acl.Arn,
	}, &webACLAssociation{}, b.here(pulumi.Version(awsSDKVersion))...)
	if err != nil {
		return err
	}
	group, err := cloudwatch.NewLogGroup(b.ctx, b.child("alb-web-acl-log"), &cloudwatch.LogGroupArgs{
		Name:            pulumi.String(b.args.Origin.FirewallLogGroupName),
		KmsKeyId:        b.args.Origin.LogsKeyArn,
		RetentionInDays: pulumi.Int(b.args.LogRetentionDays),
	}, b.here()...)
	if err != nil {
		return err
	}
	return b.firewallLogging("alb-web-acl-logging", acl, group, append(redacted(), header(TokenHeader)), b.here(pulumi.Version(awsSDKVersion)))
}

// carriesToken matches requests with the token, or with the second one while it is accepted.
func (o *Origin) carriesToken() pulumi.Map {
	token := exactly(header(TokenHeader), pulumi.ToSecret(o.Token).(pulumi.StringOutput))
	if o.AlsoAccepted == nil {
		return token
	}
	return pulumi.Map{"orStatement": pulumi.Map{"statements": pulumi.Array{
		token, exactly(header(TokenHeader), pulumi.ToSecret(o.AlsoAccepted).(pulumi.StringOutput)),
	}}}
}

// webACLAssociation stands in for wafv2.WebAclAssociation.
type webACLAssociation struct {
	pulumi.CustomResourceState
}

func header(name string) pulumi.Map {
	return pulumi.Map{"singleHeader": pulumi.Map{"name": pulumi.String(name)}}
}

// exactly matches a field that is the text and no more.
func exactly(field pulumi.Map, text pulumi.StringInput) pulumi.Map {
	return pulumi.Map{"byteMatchStatement": pulumi.Map{
		"fieldToMatch":         field,
		"positionalConstraint": pulumi.String("EXACTLY"),
		"searchString":         text,
		"textTransformations":  pulumi.Array{pulumi.Map{"priority": pulumi.Int(0), "type": pulumi.String("NONE")}},
	}}
}

func allowRule(priority int, name string, statement pulumi.Map) pulumi.Map {
	return pulumi.Map{
		"name":             pulumi.String(name),
		"priority":         pulumi.Int(priority),
		"action":           pulumi.Map{"allow": pulumi.Map{}},
		"statement":        statement,
		"visibilityConfig": visibility(name),
	}
}
