package cloud

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	scalingtypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	lbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/carebase/carebase/failover"
)

// perCall is how many services ECS describes at once.
const perCall = 10

// Services describes services of a cluster with their autoscaling and their targets.
func (r *Region) Services(ctx context.Context, cluster string, names []string) ([]failover.Service, error) {
	found := map[string]failover.Service{}
	for some := range slices.Chunk(names, perCall) {
		answer, err := r.ecs.DescribeServices(ctx, &ecs.DescribeServicesInput{Cluster: &cluster, Services: some})
		if err != nil {
			return nil, err
		}
		for _, one := range answer.Services {
			service, err := r.service(ctx, one)
			if err != nil {
				return nil, err
			}
			found[service.Name] = service
		}
	}
	suspended, err := r.scaling(ctx, cluster, names)
	if err != nil {
		return nil, err
	}
	list := make([]failover.Service, 0, len(names))
	for _, name := range names {
		service, there := found[name]
		if !there {
			return nil, fmt.Errorf("service %s in cluster %s of %s: %w", name, cluster, r.name, failover.ErrNotFound)
		}
		service.Suspended = suspended[name]
		list = append(list, service)
	}
	return list, nil
}

func (r *Region) service(ctx context.Context, s ecstypes.Service) (failover.Service, error) {
	made := failover.Service{Name: aws.ToString(s.ServiceName), Desired: int(s.DesiredCount), Running: int(s.RunningCount)}
	for _, balancer := range s.LoadBalancers {
		if balancer.TargetGroupArn == nil {
			continue
		}
		health, err := r.loadbalancing.DescribeTargetHealth(ctx, &elasticloadbalancingv2.DescribeTargetHealthInput{TargetGroupArn: balancer.TargetGroupArn})
		if err != nil {
			return made, err
		}
		for _, target := range health.TargetHealthDescriptions {
			if target.TargetHealth == nil || target.TargetHealth.State == lbtypes.TargetHealthStateEnumDraining {
				continue // on its way out
			}
			made.Targets++
			if target.TargetHealth.State == lbtypes.TargetHealthStateEnumHealthy {
				made.Healthy++
			}
		}
	}
	return made, nil
}

// scaling says of every service that has autoscaling whether it is suspended.
func (r *Region) scaling(ctx context.Context, cluster string, names []string) (map[string]bool, error) {
	suspended := map[string]bool{}
	for some := range slices.Chunk(names, perCall) {
		byResource := make(map[string]string, len(some))
		resources := make([]string, 0, len(some))
		for _, name := range some {
			resources, byResource[resource(cluster, name)] = append(resources, resource(cluster, name)), name
		}
		answer, err := r.autoscaling.DescribeScalableTargets(ctx, &applicationautoscaling.DescribeScalableTargetsInput{
			ServiceNamespace: scalingtypes.ServiceNamespaceEcs, ResourceIds: resources,
			ScalableDimension: scalingtypes.ScalableDimensionECSServiceDesiredCount,
		})
		if err != nil {
			return nil, err
		}
		for _, target := range answer.ScalableTargets {
			state := target.SuspendedState
			suspended[byResource[aws.ToString(target.ResourceId)]] = state != nil && aws.ToBool(state.DynamicScalingOutSuspended)
		}
	}
	return suspended, nil
}

func resource(cluster, service string) string { return "service/" + cluster + "/" + service }

// StopServices suspends autoscaling first, which would otherwise ask for tasks again.
func (r *Region) StopServices(ctx context.Context, cluster string, names []string) error {
	if err := r.suspend(ctx, cluster, names, true); err != nil {
		return err
	}
	for _, name := range names {
		if err := r.count(ctx, cluster, name, 0); err != nil {
			return err
		}
	}
	return nil
}

// StartServices asks for tasks and resumes autoscaling.
func (r *Region) StartServices(ctx context.Context, cluster string, counts map[string]int) error {
	var names []string
	for name, count := range counts {
		if err := r.count(ctx, cluster, name, count); err != nil {
			return err
		}
		names = append(names, name)
	}
	slices.Sort(names)
	return r.suspend(ctx, cluster, names, false)
}

func (r *Region) count(ctx context.Context, cluster, name string, count int) error {
	_, err := r.ecs.UpdateService(ctx, &ecs.UpdateServiceInput{Cluster: &cluster, Service: &name, DesiredCount: aws.Int32(int32(count))})
	return err
}

func (r *Region) suspend(ctx context.Context, cluster string, names []string, suspend bool) error {
	scaled, err := r.scaling(ctx, cluster, names)
	if err != nil {
		return err
	}
	for _, name := range names {
		if _, has := scaled[name]; !has {
			continue
		}
		_, err := r.autoscaling.RegisterScalableTarget(ctx, &applicationautoscaling.RegisterScalableTargetInput{
			ServiceNamespace: scalingtypes.ServiceNamespaceEcs, ResourceId: aws.String(resource(cluster, name)),
			ScalableDimension: scalingtypes.ScalableDimensionECSServiceDesiredCount,
			SuspendedState: &scalingtypes.SuspendedState{
				DynamicScalingInSuspended: &suspend, DynamicScalingOutSuspended: &suspend, ScheduledScalingSuspended: &suspend,
			},
		})
		if err != nil {
			return err
		}
	}
	return nil
}
