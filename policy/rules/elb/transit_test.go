package elb

import (
	"testing"

	"github.com/stretchr/testify/assert"

	. "github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/policy/inspect"
	. "github.com/carebase/carebase/policy/policytest"
	"github.com/carebase/carebase/policy/rules/internal/examples"
)

var transitFixtures = map[string]Fixture{
	"X-ALB-TARGET-TLS": {
		Satisfied: []Example{
			{About: "HTTPS", Resources: Resources(examples.Targets(Inputs{"protocol": "HTTPS", "targetType": "ip"}))},
			{About: "TLS, of a network load balancer", Resources: Resources(examples.Targets(Inputs{"protocol": "TLS"}))},
			{About: "not for a function, nor for a load balancer behind another", Resources: Resources(
				examples.Targets(Inputs{"protocol": "HTTPS"}), Resource(inspect.TargetGroups[0], "function", Inputs{"targetType": "lambda"}),
				Resource(inspect.TargetGroups[0], "balancer", Inputs{"targetType": "alb", "protocol": "TCP"}))},
		},
		Violated: []Example{
			{About: "HTTP", Property: "protocol", Resources: Resources(examples.Targets(Inputs{"protocol": "HTTP", "targetType": "ip"}))},
			{About: "TCP", Property: "protocol", Resources: Resources(examples.Targets(Inputs{"protocol": "TCP"}))},
			{About: "not set", Property: "protocol", Resources: Resources(examples.Targets(Inputs{}))},
			{About: "HTTP, by another token", Property: "protocol", Resources: Resources(Resource(inspect.TargetGroups[1], "targets", Inputs{"protocol": "HTTP"}))},
		},
		Undecided: []Example{{About: "not known", Resources: Resources(examples.Targets(Inputs{"protocol": Unknown}))}},
	},
}

func TestTokensOfTargetGroups(t *testing.T) {
	assert.Equal(t, "aws:lb/targetGroup:TargetGroup", inspect.TargetGroups[0])
}
