package ecs

import (
	"github.com/carebase/carebase/graph"
	. "github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/policy/inspect"
	. "github.com/carebase/carebase/policy/policytest"
	"github.com/carebase/carebase/policy/rules/internal/examples"
)

func deploymentRule(changes Inputs) *graph.Resource {
	return Resource(eventRuleType, "failed", examples.Changed(Inputs{"eventPattern": JSON(Inputs{
		"source": []any{"aws.ecs"}, "detail-type": []any{"ECS Deployment State Change"},
		"detail": Inputs{"eventName": []any{"SERVICE_DEPLOYMENT_FAILED"}},
	})}, changes))
}

var (
	ecsService = Resource("aws:ecs/service:Service", "backend", Inputs{})
	ruleTarget = Resource(inspect.EventTargetType, "target", Inputs{"rule": Ref(eventRuleType, "failed", "name"), "arn": "arn:x"})
)

var noticeFixtures = map[string]Fixture{
	"X-NOTICE-RELEASE": {
		Satisfied: []Example{
			{About: "a rule with a target", Resources: Resources(ecsService, deploymentRule(Inputs{}), ruleTarget)},
		},
		Violated: []Example{
			{About: "no rule", Property: "deploymentCircuitBreaker", Resources: Resources(ecsService)},
			{About: "a rule without target", Property: "deploymentCircuitBreaker", Resources: Resources(ecsService, deploymentRule(Inputs{}))},
			{About: "a rule that is off", Property: "deploymentCircuitBreaker", Resources: Resources(ecsService, deploymentRule(Inputs{"state": "DISABLED"}), ruleTarget)},
			{About: "another event", Property: "deploymentCircuitBreaker", Resources: Resources(ecsService,
				deploymentRule(Inputs{"eventPattern": JSON(Inputs{"detail-type": []any{"ECS Task State Change"}})}), ruleTarget)},
			{About: "a rule in another region", Property: "deploymentCircuitBreaker", Resources: Resources(ecsService,
				InRegion("us-west-2", deploymentRule(Inputs{})), ruleTarget)},
		},
		Undecided: []Example{{About: "not known", Resources: Resources(ecsService, deploymentRule(Inputs{"eventPattern": Unknown}), ruleTarget)}},
	},
}
