package cloud

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	scalingtypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	lbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"github.com/carebase/carebase/failover"
)

// perCall is how many services ECS describes in one call.
const perCall = 10

// Services describes services of a cluster. ECS describes ten at once.
func (r *Region) Services(ctx context.Context, cluster string, names []string) ([]failover.Service, error) {
	found := map[string]failover.Service{}
	var problems []error
	for some := range slices.Chunk(names, perCall) {
		answer, err := r.ecs.DescribeServices(ctx, &ecs.DescribeServicesInput{Cluster: &cluster, Services: some})
		if err != nil {
			problems = append(problems, err)
			continue
		}
		for _, described := range answer.Services {
			service := failover.Service{
				Name: aws.ToString(described.ServiceName), Desired: int(described.DesiredCount), Running: int(described.RunningCount),
			}
			for _, balancer := range described.LoadBalancers {
				if balancer.TargetGroupArn != nil {
					service.TargetGroups = append(service.TargetGroups, *balancer.TargetGroupArn)
				}
			}
			found[service.Name] = service
		}
		for _, name := range some {
			if _, there := found[name]; !there {
				problems = append(problems, fmt.Errorf("service %s in cluster %s of %s: %w", name, cluster, r.name, failover.ErrNotFound))
			}
		}
	}
	list := make([]failover.Service, 0, len(names))
	for _, name := range names {
		if service, there := found[name]; there {
			list = append(list, service)
		}
	}
	return list, errors.Join(problems...)
}

// Targets adds the health of the services' targets.
func (r *Region) Targets(ctx context.Context, services []failover.Service) ([]failover.Service, error) {
	list := slices.Clone(services)
	var problems []error
	for i := range list {
		for _, group := range list[i].TargetGroups {
			health, err := r.loadbalancing.DescribeTargetHealth(ctx, &elasticloadbalancingv2.DescribeTargetHealthInput{TargetGroupArn: &group})
			if err != nil {
				problems = append(problems, fmt.Errorf("targets of service %s: %w", list[i].Name, err))
				list[i].Targets, list[i].Healthy = -1, 0
				break
			}
			for _, target := range health.TargetHealthDescriptions {
				if target.TargetHealth == nil || target.TargetHealth.State == lbtypes.TargetHealthStateEnumDraining {
					continue // it is being deregistered
				}
				list[i].Targets++
				if target.TargetHealth.State == lbtypes.TargetHealthStateEnumHealthy {
					list[i].Healthy++
				}
			}
		}
	}
	return list, errors.Join(problems...)
}

// describedTasks is how many tasks ECS describes in one call.
const describedTasks = 100

// Tasks returns the tasks of a cluster that are not STOPPED. ListTasks filters by the desired status, which is RUNNING or STOPPED; a
// task that is DEACTIVATING, STOPPING or DEPROVISIONING is listed under STOPPED.
// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTasks.html
func (r *Region) Tasks(ctx context.Context, cluster string) ([]failover.Task, error) {
	var arns []string
	for _, wanted := range []ecstypes.DesiredStatus{ecstypes.DesiredStatusRunning, ecstypes.DesiredStatusStopped} {
		pages := ecs.NewListTasksPaginator(r.ecs, &ecs.ListTasksInput{Cluster: &cluster, DesiredStatus: wanted})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			arns = append(arns, page.TaskArns...)
		}
	}
	slices.Sort(arns) // a task that stops between the two calls is in both lists
	var tasks []failover.Task
	for some := range slices.Chunk(slices.Compact(arns), describedTasks) {
		answer, err := r.ecs.DescribeTasks(ctx, &ecs.DescribeTasksInput{Cluster: &cluster, Tasks: some})
		if err != nil {
			return nil, err
		}
		for _, failure := range answer.Failures {
			if aws.ToString(failure.Reason) != "MISSING" { // ECS forgets a task an hour after it has stopped
				return nil, fmt.Errorf("task %s: %s", aws.ToString(failure.Arn), aws.ToString(failure.Reason))
			}
		}
		for _, task := range answer.Tasks {
			if aws.ToString(task.LastStatus) == string(ecstypes.DesiredStatusStopped) {
				continue
			}
			found := failover.Task{
				Arn: aws.ToString(task.TaskArn), Status: aws.ToString(task.LastStatus),
				Stopping: aws.ToString(task.DesiredStatus) == string(ecstypes.DesiredStatusStopped),
			}
			if service, belongs := strings.CutPrefix(aws.ToString(task.Group), "service:"); belongs {
				found.Service = service
			} else {
				found.Family = strings.TrimPrefix(aws.ToString(task.Group), "family:")
			}
			tasks = append(tasks, found)
		}
	}
	return tasks, nil
}

// Suspended returns for every service with autoscaling whether the autoscaling is suspended.
func (r *Region) Suspended(ctx context.Context, cluster string, names []string) (map[string]bool, error) {
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

// Scale sets the desired counts, of all services concurrently.
func (r *Region) Scale(ctx context.Context, cluster string, counts map[string]int) map[string]error {
	return each(slices.Collect(maps.Keys(counts)), func(name string) error {
		_, err := r.ecs.UpdateService(ctx, &ecs.UpdateServiceInput{Cluster: &cluster, Service: &name, DesiredCount: aws.Int32(int32(counts[name]))})
		return err
	})
}

// StopTasks stops tasks, all concurrently.
func (r *Region) StopTasks(ctx context.Context, cluster string, arns []string) map[string]error {
	return each(arns, func(arn string) error {
		_, err := r.ecs.StopTask(ctx, &ecs.StopTaskInput{Cluster: &cluster, Task: &arn, Reason: aws.String("carebase dr: this region is fenced")})
		return err
	})
}

// SuspendScaling suspends or resumes autoscaling, of all services concurrently. If Application Auto Scaling does not answer which
// services have autoscaling, each service is tried: a request without capacities is refused for a service that has none.
// https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
func (r *Region) SuspendScaling(ctx context.Context, cluster string, names []string, suspend bool) map[string]error {
	asking, cancel := context.WithTimeout(ctx, 5*time.Second) // so that there is time to suspend
	scaled, unread := r.Suspended(asking, cluster, names)
	cancel()
	if unread == nil {
		names = slices.DeleteFunc(slices.Clone(names), func(name string) bool { _, has := scaled[name]; return !has })
	}
	return each(names, func(name string) error {
		_, err := r.autoscaling.RegisterScalableTarget(ctx, &applicationautoscaling.RegisterScalableTargetInput{
			ServiceNamespace: scalingtypes.ServiceNamespaceEcs, ResourceId: aws.String(resource(cluster, name)),
			ScalableDimension: scalingtypes.ScalableDimensionECSServiceDesiredCount,
			SuspendedState: &scalingtypes.SuspendedState{
				DynamicScalingInSuspended: &suspend, DynamicScalingOutSuspended: &suspend, ScheduledScalingSuspended: &suspend,
			},
		})
		var invalid *scalingtypes.ValidationException
		if unread != nil && errors.As(err, &invalid) {
			return errors.Join(unread, err) // whether it has autoscaling is not known
		}
		return err
	})
}

// each calls ask for every name concurrently, so that a request without an answer does not delay the others. The errors are by name.
func each(names []string, ask func(name string) error) map[string]error {
	failed := make(map[string]error, len(names))
	var mu sync.Mutex
	var all sync.WaitGroup
	for _, name := range names {
		all.Go(func() {
			if err := ask(name); err != nil {
				mu.Lock()
				defer mu.Unlock()
				failed[name] = err
			}
		})
	}
	all.Wait()
	return failed
}
