package service

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/appautoscaling"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/ecs"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/limits"
)

// Autoscaling is how many tasks a service has at least and at most; load decides between them.
type Autoscaling struct {
	Min, Max int
	// Suspended keeps the limits and the rules and follows none: for a service that stands by at 0 tasks. Application Auto
	// Scaling makes a role in IAM when it first meets a service, so a service that is to be started when IAM cannot be
	// changed must have met it before.
	Suspended bool
}

// What the number of tasks is steered by, and how long it waits after a change.
const (
	targetCPU      = 70   // percent, on average over the tasks
	targetMemory   = 80   // percent
	targetRequests = 1000 // per task and minute
	scaleInWait    = 300  // seconds: slowly, for load comes back
	scaleOutWait   = 60   // or what a task takes to start, if that is longer: what was just started must count first
	mostTasks      = limits.MostTasks
)

func (a *Autoscaling) check(p *arg.Problems, desired int) {
	p.Between("Autoscaling.Max", a.Max, 1, mostTasks)
	p.Between("Autoscaling.Min", a.Min, 0, a.Max)
	p.Between("DesiredCount", desired, a.Min, a.Max)
}

// scaling changes the number of tasks of one service.
type scaling struct {
	parent pulumi.Resource
	name   string
	target *appautoscaling.Target
	out    int // seconds that an increase waits after another one
}

func newScaling(
	ctx *pulumi.Context, parent pulumi.Resource, name string, cluster ClusterRef, service *ecs.Service, limits *Autoscaling,
	startup int,
) (*scaling, error) {
	target, err := appautoscaling.NewTarget(ctx, name+"-scaling", &appautoscaling.TargetArgs{
		ServiceNamespace:  pulumi.String("ecs"),
		ScalableDimension: pulumi.String("ecs:service:DesiredCount"),
		ResourceId:        pulumi.Sprintf("service/%s/%s", cluster.Name, service.Name),
		MinCapacity:       pulumi.Int(limits.Min),
		MaxCapacity:       pulumi.Int(limits.Max),
		SuspendedState: &appautoscaling.TargetSuspendedStateArgs{
			DynamicScalingInSuspended:  pulumi.Bool(limits.Suspended),
			DynamicScalingOutSuspended: pulumi.Bool(limits.Suspended),
			ScheduledScalingSuspended:  pulumi.Bool(limits.Suspended),
		},
	}, pulumi.Parent(parent))
	return &scaling{parent: parent, name: name, target: target, out: max(scaleOutWait, startup)}, err
}

// follow keeps one of AWS's metrics at a value. The label says whose metric it is, where the service does not say it.
func (s *scaling) follow(ctx *pulumi.Context, what, metric string, value float64, label pulumi.StringPtrInput) error {
	_, err := appautoscaling.NewPolicy(ctx, s.name+"-scaling-"+what, &appautoscaling.PolicyArgs{
		PolicyType:        pulumi.String("TargetTrackingScaling"),
		ServiceNamespace:  s.target.ServiceNamespace,
		ScalableDimension: s.target.ScalableDimension,
		ResourceId:        s.target.ResourceId,
		TargetTrackingScalingPolicyConfiguration: &appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs{
			TargetValue:      pulumi.Float64(value),
			ScaleInCooldown:  pulumi.Int(scaleInWait),
			ScaleOutCooldown: pulumi.Int(s.out),
			PredefinedMetricSpecification: &appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecificationArgs{
				PredefinedMetricType: pulumi.String(metric),
				ResourceLabel:        label,
			},
		},
	}, pulumi.Parent(s.parent))
	return err
}

// followUtilization is what every service scales by.
func (s *scaling) followUtilization(ctx *pulumi.Context) error {
	if err := s.follow(ctx, "cpu", "ECSServiceAverageCPUUtilization", targetCPU, nil); err != nil {
		return err
	}
	return s.follow(ctx, "memory", "ECSServiceAverageMemoryUtilization", targetMemory, nil)
}
