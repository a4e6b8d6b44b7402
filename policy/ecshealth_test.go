package policy

import (
	"maps"

	"github.com/carebase/carebase/graph"
)

var ecsHealthFixtures = map[string]fixture{
	"X-ECS-HEALTH": {
		satisfied: []example{
			{about: "both outlast a failover", resources: append(checked(targetCheck(30, 7), containerCheck("/ready", 30, 7, 60), 120), db(in{}))},
			{about: "the container asks something else", resources: append(checked(targetCheck(30, 7), containerCheck("/live", 30, 3, 60), 60), db(in{}))},
			{about: "no database", resources: checked(targetCheck(30, 3), containerCheck("/ready", 30, 3, 60), 60)},
			{about: "no check of the container", resources: append(checked(targetCheck(60, 4), in{}, nil), db(in{}))},
			{about: "beside a service without a load balancer", resources: append(checked(targetCheck(30, 7), in{}, nil),
				res(ecsServiceType, "worker", in{}))},
		},
		violated: []example{
			{about: "the load balancer's", property: "healthCheck.unhealthyThreshold", resources: append(checked(targetCheck(30, 3), in{}, nil), db(in{}))},
			{about: "the load balancer's, five times: the first failure may be at once", property: "healthCheck.unhealthyThreshold",
				resources: append(checked(targetCheck(30, 5), in{}, nil), db(in{}))},
			{about: "the load balancer's, nothing said", property: "healthCheck.unhealthyThreshold", resources: append(checked(in{}, in{}, nil), db(in{}))},
			{about: "the container's by the same path", property: "containerDefinitions[0].healthCheck.retries",
				resources: append(checked(targetCheck(30, 7), containerCheck("/ready", 30, 3, 60), 120), db(in{}))},
			{about: "no time to start", property: "healthCheckGracePeriodSeconds", resources: checked(targetCheck(30, 7), containerCheck("/ready", 30, 7, 60), nil)},
			{about: "less time to start than the container has", property: "healthCheckGracePeriodSeconds",
				resources: checked(targetCheck(30, 7), containerCheck("/ready", 30, 7, 240), 120)},
		},
		undecided: []example{
			{about: "threshold not known", resources: append(checked(in{"healthCheck": in{"unhealthyThreshold": unknown}}, in{}, nil), db(in{}))},
			{about: "time to start not known", resources: checked(targetCheck(30, 7), containerCheck("/ready", 30, 7, 60), unknown)},
			{about: "containers not known", resources: []*graph.Resource{
				targets(targetCheck(30, 7)), res(taskDefinitionType, "app", in{"containerDefinitions": unknown}), behind(nil)}},
		},
	},
}

func targetCheck(interval, failures int) in {
	return in{"healthCheck": in{"path": "/ready", "interval": interval, "unhealthyThreshold": failures}}
}

func containerCheck(path string, interval, failures, start int) in {
	return in{"healthCheck": in{
		"command":  []string{"CMD-SHELL", "curl -f http://localhost:8080" + path + " || exit 1"},
		"interval": interval, "retries": failures, "startPeriod": start,
	}}
}

// checked is a service of one container, behind a target group, with as long to start.
func checked(target, container in, grace any) []*graph.Resource {
	return these(targets(target), tasks(onFargate, container), behind(grace))
}

func behind(grace any) *graph.Resource {
	inputs := in{
		"taskDefinition": ref(taskDefinitionType, "app", "arn"),
		"loadBalancers":  []any{in{"targetGroupArn": ref(targetGroups[0], "targets", "arn"), "containerName": "app"}},
	}
	if grace != nil {
		maps.Copy(inputs, in{"healthCheckGracePeriodSeconds": grace})
	}
	return serving(inputs)
}
