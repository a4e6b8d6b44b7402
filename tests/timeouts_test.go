package tests

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/components/dr/objectives"
	"github.com/carebase/carebase/components/timeouts"
	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/policy/inspect"
)

// every is all stacks of the current system, and the recovery stack while it serves.
func every(t *testing.T) map[string]*graph.Graph {
	t.Helper()
	plans := map[string]*graph.Graph{"dr, activated": in(t, "step 2")}
	for _, stack := range all {
		plans[stack] = planned(t, stack)
	}
	return plans
}

// In every plan each part waits longer than the part before it, a task that goes has time for what it was asked, and one
// that starts has the time that its processor needs.
func TestTimeoutsAscendInEveryPlan(t *testing.T) {
	plans := every(t)
	for stack, g := range plans {
		distributions := inspect.NewStack(g).Of("aws:cloudfront/distribution:Distribution")
		if len(distributions) == 0 { // a recovery region is asked by the primary's
			distributions = inspect.NewStack(frozen.planned(t, "prod")).Of("aws:cloudfront/distribution:Distribution")
		}
		require.NotEmpty(t, distributions, stack)
		judged, problems := descending(distributions, g)
		assert.Empty(t, problems, stack)
		assert.NotZero(t, judged, "%s: no service behind a load balancer was looked at", stack)
	}
}

// A failover waits for tasks: at the fence until the last has stopped, and then until new ones have started.
func TestAFailoverWaitsLongerThanTasksTake(t *testing.T) {
	assert.Greater(t, objectives.Fence.TimeOut().Seconds(), float64(timeouts.Deregistration+timeouts.Stop))
	assert.Greater(t, objectives.Serve.TimeOut().Seconds(), float64(timeouts.Grace(timeouts.MaxStartup)))
}

// The table that operators read has the values of the program.
func TestTimeoutsAreDocumented(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(repository, "docs", "operations.md"))
	require.NoError(t, err)
	for name, value := range map[string]int{
		"OriginKeepAlive": timeouts.OriginKeepAlive, "OriginRead": timeouts.OriginRead, "BalancerIdle": timeouts.BalancerIdle,
		"TargetKeepAlive": timeouts.TargetKeepAlive, "ClientKeepAlive": timeouts.ClientKeepAlive, "Deregistration": timeouts.Deregistration,
		"Shutdown": timeouts.Shutdown, "Stop": timeouts.Stop, "DiscoveryTTL": timeouts.DiscoveryTTL, "HealthInterval": timeouts.HealthInterval,
		"DatabaseFailover": timeouts.DatabaseFailover, "Reconnect": timeouts.Reconnect,
	} {
		assert.Contains(t, string(text), fmt.Sprintf(" | %d | `%s` |", value, name))
	}
	patience := timeouts.Patience(timeouts.HealthInterval, timeouts.UnhealthyThreshold)
	assert.Contains(t, string(text), fmt.Sprintf("after %d failures in a row (`UnhealthyThreshold`), which is %d seconds", timeouts.UnhealthyThreshold, patience))
}

// The rule finds each order that is wrong.
func TestWrongTimeoutsAreFound(t *testing.T) {
	g := frozen.planned(t, "prod")
	for about, change := range map[string]struct {
		resource string
		edit     func(property.Map) property.Map
		want     string
	}{
		"the load balancer gives up first": {"edge-alb", input("idleTimeout", property.New(60.0)), "idleTimeout"},
		"the application closes first": {"backend-definition", replaced("containerDefinitions", `"value":"75s"`, `"value":"60s"`),
			"KEEP_ALIVE"},
		"the application was not told": {"backend-definition", replaced("containerDefinitions", "SERVER_TOMCAT_KEEP_ALIVE_TIMEOUT", "OTHER"),
			"KEEP_ALIVE"},
		"requests are cut": {"backend-on", input("deregistrationDelay", property.New(30.0)), "deregistrationDelay"},
		"a task is killed while it drains": {"backend-definition", replaced("containerDefinitions", `"stopTimeout":90`, `"stopTimeout":60`),
			"stopTimeout"},
		"a busy connection stays for an hour": {"edge-alb", input("clientKeepAlive", property.New(3600.0)), "clientKeepAlive"},
		"no time to start":                    {"backend-service", input("healthCheckGracePeriodSeconds", property.New(50.0)), "healthCheckGracePeriodSeconds"},
		"a slow processor":                    {"backend-definition", input("cpu", property.New("256")), "startPeriod"},
		"the container's check fails in a failover": {"backend-definition", replaced("containerDefinitions", `"retries":7`, `"retries":3`),
			"retries"},
		"the container asks what the load balancer asks": {"backend-definition", replaced("containerDefinitions", "/liveness", "/readiness"),
			"liveness"},
	} {
		t.Run(about, func(t *testing.T) {
			resources := slices.Clone(g.Resources)
			changed := false
			for i, r := range resources {
				if r.Name == change.resource {
					edited := *r
					edited.Inputs = change.edit(r.Inputs)
					resources[i], changed = &edited, true
				}
			}
			require.True(t, changed, "prod has no %s", change.resource)
			broken := graph.New(g.Project, g.Stack, resources)
			_, problems := descending(inspect.NewStack(broken).Of("aws:cloudfront/distribution:Distribution"), broken)
			assert.Contains(t, strings.Join(problems, "\n"), change.want)
		})
	}
}

func input(name string, value property.Value) func(property.Map) property.Map {
	return func(inputs property.Map) property.Map { return inputs.Set(name, value) }
}

func replaced(input, before, after string) func(property.Map) property.Map {
	return func(inputs property.Map) property.Map {
		return inputs.Set(input, property.New(strings.ReplaceAll(inputs.Get(input).AsString(), before, after)))
	}
}

// descending lists what is out of order in a plan whose load balancers the distributions ask, and how many services it
// looked at.
func descending(distributions []*inspect.Resource, g *graph.Graph) (judged int, problems []string) {
	below := func(on string, less float64, lessName string, more float64, moreName string) {
		if less >= more {
			problems = append(problems, fmt.Sprintf("%s: %s (%g) is not below %s (%g)", on, lessName, less, moreName, more))
		}
	}
	s := inspect.NewStack(g)
	read, keep := 0.0, 0.0
	for _, distribution := range distributions {
		for _, origin := range distribution.At("origins").List() {
			for _, config := range []string{"customOriginConfig", "vpcOriginConfig"} {
				if !origin.At(config).Unset() {
					read = max(read, secondsAt(origin.At(config+".originReadTimeout"), 30))
					keep = max(keep, secondsAt(origin.At(config+".originKeepaliveTimeout"), 5))
				}
			}
		}
	}
	below("the distribution", 0, "nothing", read, "CloudFront's originReadTimeout")
	idle := 0.0
	for _, balancer := range s.Of("aws:lb/loadBalancer:LoadBalancer") {
		idle = secondsAt(balancer.At("idleTimeout"), 60)
		below(balancer.Name, read, "CloudFront's originReadTimeout", idle, "idleTimeout")
		below(balancer.Name, keep, "CloudFront's originKeepaliveTimeout", idle, "idleTimeout")
		below(balancer.Name, secondsAt(balancer.At("clientKeepAlive"), 3600), "clientKeepAlive", 2*timeouts.ClientKeepAlive, "what a switch of the origin may take")
	}
	for _, service := range s.Of("aws:ecs/service:Service") {
		task := s.Resolve(service.At("taskDefinition"), "aws:ecs/taskDefinition:TaskDefinition")
		definitions, _ := task.At("containerDefinitions").JSON()
		cpu := secondsAt(task.At("cpu"), 0)
		for _, front := range service.At("loadBalancers").List() {
			judged++
			group := s.Resolve(front.At("targetGroupArn"), "aws:lb/targetGroup:TargetGroup")
			drain := secondsAt(group.At("deregistrationDelay"), 300)
			below(group.Name, read, "CloudFront's originReadTimeout", drain, "deregistrationDelay")
			span := timeouts.Patience(int(secondsAt(group.At("healthCheck.interval"), 30)), int(secondsAt(group.At("healthCheck.unhealthyThreshold"), 3)))
			below(group.Name, timeouts.DatabaseFailover, "a database's failover", float64(span), "unhealthyThreshold")
			for _, container := range definitions.List() {
				if container.At("name").Text() != front.At("containerName").Text() {
					continue
				}
				on := task.Name + " " + container.At("name").Text()
				stop := secondsAt(container.At("stopTimeout"), 30)
				below(on, drain, "deregistrationDelay", stop, "stopTimeout")
				below(on, idle, "idleTimeout", variable(container, "KEEP_ALIVE"), "its variable KEEP_ALIVE")
				shutdown := variable(container, "SHUTDOWN_PHASE")
				below(on, read, "CloudFront's originReadTimeout", shutdown, "its variable SHUTDOWN_PHASE")
				below(on, shutdown, "its variable SHUTDOWN_PHASE", stop, "stopTimeout")

				check := container.At("healthCheck")
				span := timeouts.Patience(int(secondsAt(check.At("interval"), 30)), int(secondsAt(check.At("retries"), 3)))
				below(on, timeouts.DatabaseFailover, "a database's failover", float64(span), "retries")
				start := secondsAt(check.At("startPeriod"), 0)
				below(on, float64(timeouts.Startup(int(cpu)))-1, "what its CPU needs to start", start, "startPeriod")
				below(service.Name, start, "startPeriod", secondsAt(service.At("healthCheckGracePeriodSeconds"), 0), "healthCheckGracePeriodSeconds")
				if command := check.At("command").List(); strings.Contains(command[len(command)-1].Text()+" ", group.At("healthCheck.path").Text()+" ") {
					problems = append(problems, on+": its liveness is what the load balancer asks for")
				}
			}
		}
	}
	return judged, problems
}

func secondsAt(v inspect.Value, otherwise float64) float64 {
	if n, ok := v.Number(); ok {
		return n
	}
	return otherwise
}

var seconds = regexp.MustCompile(`^\d+`)

// variable is the number of seconds in the first environment variable with the word in its name; -1 where there is none.
func variable(container inspect.Value, word string) float64 {
	for _, v := range container.At("environment").List() {
		if strings.Contains(v.At("name").Text(), word) {
			if n, err := strconv.ParseFloat(seconds.FindString(v.At("value").Text()), 64); err == nil {
				return n
			}
		}
	}
	return -1
}
