package observability

import (
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
)

// A LoadBalancer is an application load balancer.
type LoadBalancer struct {
	ArnSuffix pulumi.StringInput // the end of its ARN, app/<name>/<id>
}

// A TargetGroup is a service as the load balancer sees it. It is not part of LoadBalancer because deployments that an
// alarm undoes need the load balancer's alarms before there is a service.
type TargetGroup struct {
	Name                  string             // e.g. backend
	ArnSuffix             pulumi.StringInput // the end of its ARN, targetgroup/<name>/<id>
	LoadBalancerArnSuffix pulumi.StringInput
	// Serving is false for a service that may be at rest. Then nothing counts its healthy targets.
	Serving bool
}

const (
	loadBalancerErrors  = 10 // in 300 seconds
	loadBalancerSeconds = 2  // as long as the database's slow statements
)

func (t TargetGroup) validate(p *arg.Problems, at string) {
	p.Require(at+"ArnSuffix", t.ArnSuffix != nil, "the end of the target group's ARN (see components/service)")
	p.Require(at+"LoadBalancerArnSuffix", t.LoadBalancerArnSuffix != nil, "the end of the load balancer's ARN (see components/edge)")
}

func (l *LoadBalancer) metric(name string) metric {
	return metric{"AWS/ApplicationELB", name, []dimension{{"LoadBalancer", l.ArnSuffix}}}
}

func (t TargetGroup) metric(name string) metric {
	return metric{"AWS/ApplicationELB", name, []dimension{
		{"TargetGroup", t.ArnSuffix}, {"LoadBalancer", t.LoadBalancerArnSuffix},
	}}
}

// alarms of the load balancer. Its metrics are there only while there are requests, or errors.
func (l *LoadBalancer) alarms() []alarm {
	return []alarm{
		{
			key: "load-balancer-errors", metric: l.metric("HTTPCode_Target_5XX_Count"), statistic: "Sum",
			operator: above, threshold: loadBalancerErrors, period: 300, periods: 1,
			Note:    page("load-balancer-errors"),
			silence: silenceIsFine,
			meaning: fmt.Sprintf("Services have answered more than %d requests in five minutes with a server error.", loadBalancerErrors),
			remedy: "Find them in the services' logs by status and time. If a deployment has just gone out, roll it back; " +
				"otherwise look at the database and the cache.",
		},
		{
			// These never reach a service, so no service's log has them and the alarm above stays silent.
			key: "load-balancer-own-errors", metric: l.metric("HTTPCode_ELB_5XX_Count"), statistic: "Sum",
			operator: above, threshold: loadBalancerErrors, period: 300, periods: 1,
			Note:    page("load-balancer-own-errors"),
			silence: silenceIsFine,
			meaning: fmt.Sprintf("The load balancer itself has answered more than %d requests in five minutes with a server error.", loadBalancerErrors),
			remedy: "502: a task ended the connection. 503: no task is registered. 504: a task did not answer in time. " +
				"Read the service's events and the load balancer's access log.",
		},
		{
			key: "load-balancer-latency", metric: l.metric("TargetResponseTime"), statistic: "p95",
			operator: above, threshold: loadBalancerSeconds, period: 300, periods: 2,
			Note:    inform("load-balancer-latency"),
			silence: silenceIsFine,
			meaning: fmt.Sprintf("One request in twenty takes longer than %d seconds.", loadBalancerSeconds),
			remedy: "Compare with the CPU of services and database on the dashboard. Find the slowest statements in Performance " +
				"Insights, and read the traces.",
		},
	}
}

func (t TargetGroup) alarms() []alarm {
	alarms := []alarm{t.unhealthy()}
	if t.Serving {
		alarms = append(alarms, t.noneHealthy())
	}
	return alarms
}

// noneHealthy goes off on silence, too: a group without targets has no count, and the load balancer answers 503.
func (t TargetGroup) noneHealthy() alarm {
	return alarm{
		key: "target-" + t.Name + "-none-healthy", metric: t.metric("HealthyHostCount"), statistic: "Maximum",
		operator: below, threshold: 1, period: 60, periods: 3,
		Note:    page("target-none-healthy"),
		silence: silenceAlarms,
		meaning: fmt.Sprintf("The load balancer has had no healthy task of %s for three minutes: it answers 503.", t.Name),
		remedy: "Read the service's events and the stopped reason of its latest tasks. After a release, deploy the version before; " +
			"if the database or the cache is down, see there.",
	}
}

func (t TargetGroup) unhealthy() alarm {
	return alarm{
		key: "target-" + t.Name + "-unhealthy", metric: t.metric("UnHealthyHostCount"), statistic: "Maximum",
		operator: above, threshold: 0, period: 60, periods: 5,
		Note:    inform("target-unhealthy"),
		silence: silenceIsFine, // without targets nothing is unhealthy; the service's tasks are counted elsewhere
		meaning: fmt.Sprintf("A task of %s has failed the load balancer's health check for five minutes.", t.Name),
		remedy: "Ask for the health path from inside the task and read its log. If it needs longer to start, raise the " +
			"grace period; if what it depends on is down, see there.",
	}
}

func (l *LoadBalancer) widgets() []widget {
	return []widget{
		{
			title: "Load balancer: requests", statistic: "Sum",
			lines: []line{{metric: l.metric("RequestCount"), label: "requests"}},
		},
		{
			title: "Load balancer: answers", statistic: "Sum",
			lines: []line{
				{metric: l.metric("HTTPCode_Target_2XX_Count"), label: "2xx"},
				{metric: l.metric("HTTPCode_Target_4XX_Count"), label: "4xx"},
				{metric: l.metric("HTTPCode_Target_5XX_Count"), label: "5xx"},
				{metric: l.metric("HTTPCode_ELB_5XX_Count"), label: "5xx of its own"},
			},
			limits: []limit{{"5xx alarm", loadBalancerErrors}},
		},
		{
			title: "Load balancer: response time (s)", statistic: "p95",
			lines: []line{
				{metric: l.metric("TargetResponseTime"), label: "p50", statistic: "p50"},
				{metric: l.metric("TargetResponseTime"), label: "p95", statistic: "p95"},
				{metric: l.metric("TargetResponseTime"), label: "p99", statistic: "p99"},
			},
			limits: []limit{{"p95 alarm", loadBalancerSeconds}},
		},
	}
}

func (t TargetGroup) widget() widget {
	return widget{
		title: t.Name + ": targets", statistic: "Maximum",
		lines: []line{
			{metric: t.metric("HealthyHostCount"), label: "healthy"},
			{metric: t.metric("UnHealthyHostCount"), label: "unhealthy"},
		},
		limits: []limit{{"alarm below", 1}},
	}
}
