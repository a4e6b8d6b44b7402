package service

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/limits"
	"github.com/carebase/carebase/components/timeouts"
)

// protocol that the load balancer speaks with the tasks.
func (args *WebArgs) protocol() string {
	if args.TLS {
		return "HTTPS"
	}
	return "HTTP"
}

// targetGroupName is another one behind a load balancer that is reached by name. AWS lets a target group belong to one
// load balancer: a service that moves to another one takes a new group there, and leaves the old with the old.
func (args *WebArgs) targetGroupName(name string) string {
	if args.Listener.Proof != nil {
		return name + limits.NamedTargetGroupSuffix
	}
	return name + limits.TargetGroupSuffix
}

// newTargetGroup sets no physical name: when it must be replaced (another port or protocol), the new one is created first,
// the listener's rule and the service move to it, and then the old one is deleted. With a fixed name AWS would refuse the
// new one, and deleting first is refused while the rule points to it.
//
// With TLS the load balancer takes whatever certificate the application has and does not validate it: AWS authenticates
// traffic within a VPC packet by packet, so that nobody can stand in between. A self-signed certificate is enough.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html#target-group-routing-configuration
func (args *WebArgs) newTargetGroup(ctx *pulumi.Context, parent pulumi.Resource, name string) (*lb.TargetGroup, error) {
	return lb.NewTargetGroup(ctx, name, &lb.TargetGroupArgs{
		VpcId:               args.VpcID,
		TargetType:          pulumi.String("ip"), // a Fargate task has an address, no instance
		Protocol:            pulumi.String(args.protocol()),
		Port:                pulumi.Int(args.Port),
		DeregistrationDelay: pulumi.Int(timeouts.Deregistration),
		HealthCheck: &lb.TargetGroupHealthCheckArgs{
			Enabled:            pulumi.Bool(true),
			Protocol:           pulumi.String(args.protocol()),
			Port:               pulumi.String("traffic-port"),
			Path:               pulumi.String(args.HealthPath),
			Matcher:            pulumi.String("200"),
			Interval:           pulumi.Int(timeouts.HealthInterval),
			Timeout:            pulumi.Int(timeouts.HealthTimeout),
			HealthyThreshold:   pulumi.Int(timeouts.HealthyThreshold),
			UnhealthyThreshold: pulumi.Int(timeouts.UnhealthyThreshold),
		},
	}, pulumi.Parent(parent))
}
