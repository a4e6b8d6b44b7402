package service

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/lb"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// drainSeconds is how long requests that were on their way may take when a task goes.
const drainSeconds = 30

// targetGroupName is another one behind a load balancer that is reached by name. AWS lets a target group belong to one
// load balancer: a service that moves to another one takes a new group there, and leaves the old with the old.
func (args *WebArgs) targetGroupName(name string) string {
	if args.Listener.Proof != nil {
		return name + namedTargetGroupSuffix
	}
	return name + targetGroupSuffix
}

// newTargetGroup has no name of its own choosing: when it must be replaced (another port), the new one is made first,
// the listener's rule and the service move to it, and then the old one goes. A fixed name would make AWS refuse the
// new one, and deleting first is refused while the rule points to it.
func newTargetGroup(
	ctx *pulumi.Context, parent pulumi.Resource, name string, vpcID pulumi.StringInput, port int, healthPath string,
) (*lb.TargetGroup, error) {
	return lb.NewTargetGroup(ctx, name, &lb.TargetGroupArgs{
		VpcId:               vpcID,
		TargetType:          pulumi.String("ip"), // a Fargate task has an address, no instance
		Protocol:            pulumi.String("HTTP"),
		Port:                pulumi.Int(port),
		DeregistrationDelay: pulumi.Int(drainSeconds),
		HealthCheck: &lb.TargetGroupHealthCheckArgs{
			Enabled:            pulumi.Bool(true),
			Protocol:           pulumi.String("HTTP"),
			Port:               pulumi.String("traffic-port"),
			Path:               pulumi.String(healthPath),
			Matcher:            pulumi.String("200"),
			Interval:           pulumi.Int(healthInterval),
			Timeout:            pulumi.Int(healthTimeout),
			HealthyThreshold:   pulumi.Int(2),
			UnhealthyThreshold: pulumi.Int(healthRetries),
		},
	}, pulumi.Parent(parent))
}
