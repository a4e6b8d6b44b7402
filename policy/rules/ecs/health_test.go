package ecs

import (
	"maps"

	"github.com/carebase/carebase/graph"
	. "github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/policy/inspect"
	. "github.com/carebase/carebase/policy/policytest"
	"github.com/carebase/carebase/policy/rules/internal/examples"
)

var ecsHealthFixtures = map[string]Fixture{
	"X-ECS-HEALTH": {
		Satisfied: []Example{
			{About: "both outlast a failover", Resources: append(checked(targetCheck(30, 7), containerCheck("/ready", 30, 7, 60), 120), examples.Db(Inputs{}))},
			{About: "the container asks something else", Resources: append(checked(targetCheck(30, 7), containerCheck("/live", 30, 3, 60), 60), examples.Db(Inputs{}))},
			{About: "no database", Resources: checked(targetCheck(30, 3), containerCheck("/ready", 30, 3, 60), 60)},
			{About: "no check of the container", Resources: append(checked(targetCheck(60, 4), Inputs{}, nil), examples.Db(Inputs{}))},
			{About: "beside a service without a load balancer", Resources: append(checked(targetCheck(30, 7), Inputs{}, nil),
				Resource(ecsServiceType, "worker", Inputs{}))},
		},
		Violated: []Example{
			{About: "the load balancer's", Property: "healthCheck.unhealthyThreshold", Resources: append(checked(targetCheck(30, 3), Inputs{}, nil), examples.Db(Inputs{}))},
			{About: "the load balancer's, five times: the first failure may be at once", Property: "healthCheck.unhealthyThreshold",
				Resources: append(checked(targetCheck(30, 5), Inputs{}, nil), examples.Db(Inputs{}))},
			{About: "the load balancer's, nothing said", Property: "healthCheck.unhealthyThreshold", Resources: append(checked(Inputs{}, Inputs{}, nil), examples.Db(Inputs{}))},
			{About: "the container's by the same path", Property: "containerDefinitions[0].healthCheck.retries",
				Resources: append(checked(targetCheck(30, 7), containerCheck("/ready", 30, 3, 60), 120), examples.Db(Inputs{}))},
			{About: "no time to start", Property: "healthCheckGracePeriodSeconds", Resources: checked(targetCheck(30, 7), containerCheck("/ready", 30, 7, 60), nil)},
			{About: "less time to start than the container has", Property: "healthCheckGracePeriodSeconds",
				Resources: checked(targetCheck(30, 7), containerCheck("/ready", 30, 7, 240), 120)},
		},
		Undecided: []Example{
			{About: "threshold not known", Resources: append(checked(Inputs{"healthCheck": Inputs{"unhealthyThreshold": Unknown}}, Inputs{}, nil), examples.Db(Inputs{}))},
			{About: "time to start not known", Resources: checked(targetCheck(30, 7), containerCheck("/ready", 30, 7, 60), Unknown)},
			{About: "containers not known", Resources: []*graph.Resource{
				examples.Targets(targetCheck(30, 7)), Resource(taskDefinitionType, "app", Inputs{"containerDefinitions": Unknown}), behind(nil)}},
		},
	},
}

func targetCheck(interval, failures int) Inputs {
	return Inputs{"healthCheck": Inputs{"path": "/ready", "interval": interval, "unhealthyThreshold": failures}}
}

func containerCheck(path string, interval, failures, start int) Inputs {
	return Inputs{"healthCheck": Inputs{
		"command":  []string{"CMD-SHELL", "curl -f http://localhost:8080" + path + " || exit 1"},
		"interval": interval, "retries": failures, "startPeriod": start,
	}}
}

// checked is a service of one container, behind a target group, with as long to start.
func checked(target, container Inputs, grace any) []*graph.Resource {
	return Resources(examples.Targets(target), tasks(onFargate, container), behind(grace))
}

func behind(grace any) *graph.Resource {
	inputs := Inputs{
		"taskDefinition": Ref(taskDefinitionType, "app", "arn"),
		"loadBalancers":  []any{Inputs{"targetGroupArn": Ref(inspect.TargetGroups[0], "targets", "arn"), "containerName": "app"}},
	}
	if grace != nil {
		maps.Copy(inputs, Inputs{"healthCheckGracePeriodSeconds": grace})
	}
	return serving(inputs)
}
