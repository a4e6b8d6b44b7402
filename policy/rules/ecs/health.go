package ecs

import (
	"fmt"
	"strings"

	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

// databaseFailover is how many seconds a database is away when it fails over: RDS says 60 to 120.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.MultiAZ.Failover.html
const databaseFailover = 120

// A healthPattern tells where a health check says how often it is made, and how many failures in a row it takes; with AWS's
// values for what is not set.
type healthPattern struct {
	interval, failures string
	seconds, inARow    float64
}

var (
	// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
	targetHealth = healthPattern{interval: "healthCheck.interval", failures: "healthCheck.unhealthyThreshold", seconds: 30, inARow: 3}
	// https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html
	containerHealth = healthPattern{interval: "healthCheck.interval", failures: "healthCheck.retries", seconds: 30, inARow: 3}
)

// healthChecksWait looks at the services behind a load balancer: at their target groups, their containers' own checks and
// the time that a task is given to start.
func healthChecksWait(s *inspect.Stack, report *policy.Report) {
	for _, r := range s.Of(ecsServiceType) {
		if len(inspect.Elements(r.At("loadBalancers"))) == 0 {
			continue
		}
		good := true
		paths := map[string]bool{}
		for _, front := range r.At("loadBalancers").List() {
			group := s.Resolve(front.At("targetGroupArn"), inspect.TargetGroups...)
			if group == nil {
				continue // of another stack
			}
			paths[group.At("healthCheck.path").Text()] = true
			if hasDatabase(s) {
				good = targetHealth.outlasts(report, group, group.At("")) && good
			}
		}
		if task := s.Resolve(r.At("taskDefinition"), taskDefinitionType); task != nil {
			good = judgeContainerHealth(s, report, r, task, paths) && good
		}
		if good {
			report.Pass(r)
		}
	}
}

// judgeContainerHealth wants a container that asks itself for what the load balancer asks it to be as patient, and a service
// that waits as long as its containers take to start.
func judgeContainerHealth(s *inspect.Stack, report *policy.Report, service, task *inspect.Resource, paths map[string]bool) bool {
	list, good := containers(report, task, "health checks that can be read")
	longest := 0.0
	for _, container := range list {
		check := container.At("healthCheck")
		if check.Unset() {
			continue
		}
		start, _ := check.At("startPeriod").Number()
		longest = max(longest, start)
		if hasDatabase(s) && asks(check, paths) {
			good = containerHealth.outlasts(report, task, container) && good
		}
	}
	grace := service.At("healthCheckGracePeriodSeconds")
	if grace.Unknown() {
		report.Undecided(service, grace.Path(), "as long as the containers' startPeriod")
		return false
	}
	if seconds, _ := grace.Number(); seconds < longest {
		report.Fail(service, "healthCheckGracePeriodSeconds", grace.Show(), fmt.Sprintf("%g or more, the containers' startPeriod", longest),
			"give a task as long to pass the load balancer's check as its container to start; components/service does")
		return false
	}
	return good
}

// asks is true for a check of a container by one of the paths.
func asks(check inspect.Value, paths map[string]bool) bool {
	for _, part := range check.At("command").List() {
		for _, word := range strings.Fields(part.Text()) {
			for path := range paths {
				if path != "" && strings.HasSuffix(word, path) {
					return true
				}
			}
		}
	}
	return false
}

// outlasts is true where the failures in a row, of which the first may be at once, span more than a failover.
func (h healthPattern) outlasts(report *policy.Report, r *inspect.Resource, check inspect.Value) bool {
	want := fmt.Sprintf("failures over more than %d s, which a database takes to fail over", databaseFailover)
	number := func(path string, otherwise float64) (float64, bool) {
		v := check.At(path)
		if v.Unset() {
			return otherwise, true
		}
		n, ok := v.Number()
		return n, ok
	}
	interval, known := number(h.interval, h.seconds)
	failures, counted := number(h.failures, h.inARow)
	if !known || !counted {
		report.Undecided(r, check.At(h.failures).Path(), want)
		return false
	}
	if span := interval * (failures - 1); span <= databaseFailover {
		report.Fail(r, check.At(h.failures).Path(), fmt.Sprintf("%g every %g s, which %g s without a database are enough for", failures, interval, span), want,
			"raise the threshold: components/service takes seven failures every 30 s")
		return false
	}
	return true
}

// hasDatabase is true for a stack with a relational database of its own.
func hasDatabase(s *inspect.Stack) bool {
	return len(s.Of(inspect.DbInstanceType, inspect.DbClusterType)) > 0
}
