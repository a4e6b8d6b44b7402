package observability

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
)

// A Service of ECS, in a cluster with Container Insights.
type Service struct {
	Name        string // e.g. backend
	ClusterName pulumi.StringInput
	ServiceName pulumi.StringInput
	// MinTasks below which too few are running: the lower bound of its autoscaling. 0 for a service that may be at
	// rest; then nothing counts its tasks.
	MinTasks int
}

const (
	serviceCPUPercent    = 80
	serviceMemoryPercent = 85
)

func (s Service) validate(p *arg.Problems, at string) {
	p.Require(at+"ClusterName", s.ClusterName != nil, "the cluster's name (see components/service)")
	p.Require(at+"ServiceName", s.ServiceName != nil, "the service's name (see components/service)")
	if s.MinTasks < 0 {
		p.Add(at+"MinTasks", s.MinTasks, "0 or more")
	}
}

func (s Service) metric(namespace, name string) metric {
	return metric{namespace, name, []dimension{{"ClusterName", s.ClusterName}, {"ServiceName", s.ServiceName}}}
}

func (s Service) cpu() metric     { return s.metric("AWS/ECS", "CPUUtilization") }
func (s Service) memory() metric  { return s.metric("AWS/ECS", "MemoryUtilization") }
func (s Service) running() metric { return s.metric("ECS/ContainerInsights", "RunningTaskCount") }
func (s Service) desired() metric { return s.metric("ECS/ContainerInsights", "DesiredTaskCount") }

func (s Service) alarms() []alarm {
	key := "service-" + s.Name + "-"
	alarms := []alarm{
		{
			key: key + "cpu", metric: s.cpu(), statistic: "Average",
			operator: above, threshold: serviceCPUPercent, period: 300, periods: 2,
			Note:    inform("service-cpu"),
			silence: silenceIsFine, // without tasks there is nothing to overload
			meaning: fmt.Sprintf("The tasks of service %s use more than %d %% of their CPU.", s.Name, serviceCPUPercent),
			remedy: "See whether traffic or a deployment explains it. If autoscaling is at its maximum, raise the maximum " +
				"or the CPU of a task; after a deployment, roll it back.",
		},
		{
			key: key + "memory", metric: s.memory(), statistic: "Average",
			operator: above, threshold: serviceMemoryPercent, period: 300, periods: 2,
			Note:    inform("service-memory"),
			silence: silenceIsFine,
			meaning: fmt.Sprintf("The tasks of service %s use more than %d %% of their memory.", s.Name, serviceMemoryPercent),
			remedy: "At 100 % tasks are killed (OutOfMemoryError in their stopped reason). Memory that only grows is a leak: " +
				"force a new deployment and find it. Otherwise raise the memory of a task.",
		},
	}
	if s.MinTasks == 0 {
		return alarms
	}
	return append(alarms, alarm{
		key: key + "tasks", metric: s.running(), statistic: "Average",
		operator: below, threshold: float64(s.MinTasks), period: 60, periods: 5,
		Note:    page("service-tasks"),
		silence: silenceAlarms, // of a service whose last task is gone there may be no count at all
		meaning: fmt.Sprintf("Service %s has run fewer than %d tasks for five minutes.", s.Name, s.MinTasks),
		remedy: "Read the service's events and the stopped reason of its latest tasks (aws ecs describe-services, " +
			"describe-tasks), then their log. The usual causes: image, secret, failing health check, no capacity.",
	})
}

func (s Service) widgets() []widget {
	tasks := widget{
		title: s.Name + ": tasks", statistic: "Average",
		lines: []line{{metric: s.running(), label: "running"}, {metric: s.desired(), label: "desired"}},
	}
	if s.MinTasks > 0 {
		tasks.limits = []limit{{"alarm below", float64(s.MinTasks)}}
	}
	return []widget{
		{
			title: s.Name + ": CPU and memory (%)", statistic: "Average", percent: true,
			lines:  []line{{metric: s.cpu(), label: "CPU"}, {metric: s.memory(), label: "memory"}},
			limits: []limit{{"CPU alarm", serviceCPUPercent}, {"memory alarm", serviceMemoryPercent}},
		},
		tasks,
	}
}
