package edge

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/timeouts"
)

// tlsPolicy is AWS's recommended one: TLS 1.3, and 1.2 with forward secrecy for what cannot.
const tlsPolicy = "ELBSecurityPolicy-TLS13-1-2-2021-06"

// balancer is the load balancer with what others attach to it.
type balancer struct {
	*lb.LoadBalancer
	groupID, listenerArn pulumi.StringOutput
}

// loadBalancer creates the balancer with its listeners and, where it faces the internet, its firewall.
func (b *build) loadBalancer(certificate pulumi.StringInput) (*balancer, error) {
	newGroup := b.securityGroup
	if b.public {
		newGroup = b.publicSecurityGroup
	}
	group, err := newGroup()
	if err != nil {
		return nil, err
	}
	groups := pulumi.StringArray{group.ID()}
	if b.args.Origin != nil {
		checkers, err := b.checkersGroup()
		if err != nil {
			return nil, err
		}
		groups = append(groups, checkers.ID())
	}
	prefix := pulumi.String(b.args.AccessLogPrefix)
	made, err := lb.NewLoadBalancer(b.ctx, b.child("alb"), &lb.LoadBalancerArgs{
		LoadBalancerType: pulumi.String("application"),
		Internal:         pulumi.Bool(b.args.Origin == nil && !b.public),
		Subnets:          b.args.SubnetIDs,
		SecurityGroups:   groups,

		DropInvalidHeaderFields: pulumi.Bool(true),
		// Not strictest: that refuses harmless requests too, e.g. a GET with "Content-Length: 0", which HTTP
		// clients on phones do send.
		DesyncMitigationMode:     pulumi.String("defensive"),
		IdleTimeout:              pulumi.Int(timeouts.BalancerIdle),
		ClientKeepAlive:          pulumi.Int(timeouts.ClientKeepAlive),
		EnableDeletionProtection: pulumi.Bool(b.args.DeletionProtection),

		AccessLogs: &lb.LoadBalancerAccessLogsArgs{
			Enabled: pulumi.Bool(true), Bucket: b.args.LogBucket, Prefix: prefix,
		},
		ConnectionLogs: &lb.LoadBalancerConnectionLogsArgs{
			Enabled: pulumi.Bool(true), Bucket: b.args.LogBucket, Prefix: prefix,
		},
	}, b.here(pulumi.DependsOn(b.args.LogBucketReady))...)
	if err != nil {
		return nil, err
	}

	_, err = lb.NewListener(b.ctx, b.child("alb-http"), &lb.ListenerArgs{
		LoadBalancerArn: made.Arn,
		Port:            pulumi.Int(80),
		Protocol:        pulumi.String("HTTP"),
		DefaultActions: lb.ListenerDefaultActionArray{&lb.ListenerDefaultActionArgs{
			Type: pulumi.String("redirect"),
			Redirect: &lb.ListenerDefaultActionRedirectArgs{
				Protocol: pulumi.String("HTTPS"), Port: pulumi.String("443"), StatusCode: pulumi.String("HTTP_301"),
			},
		}},
	}, b.here()...)
	if err != nil {
		return nil, err
	}
	https, err := lb.NewListener(b.ctx, b.child("alb-https"), &lb.ListenerArgs{
		LoadBalancerArn: made.Arn,
		Port:            pulumi.Int(443),
		Protocol:        pulumi.String("HTTPS"),
		SslPolicy:       pulumi.String(tlsPolicy),
		CertificateArn:  certificate,
		DefaultActions: lb.ListenerDefaultActionArray{&lb.ListenerDefaultActionArgs{
			Type: pulumi.String("fixed-response"),
			FixedResponse: &lb.ListenerDefaultActionFixedResponseArgs{
				StatusCode: pulumi.String("404"), ContentType: pulumi.String("text/plain"), MessageBody: pulumi.String("Not found"),
			},
		}},
	}, b.here()...)
	if err != nil {
		return nil, err
	}
	if b.args.Origin != nil {
		if err := b.originFirewall(made); err != nil {
			return nil, err
		}
	}
	return &balancer{LoadBalancer: made, groupID: group.ID().ToStringOutput(), listenerArn: https.Arn}, nil
}
