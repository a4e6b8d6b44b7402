package securityhub

import (
	"github.com/carebase/carebase/graph"
	. "github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/policy/inspect"
	. "github.com/carebase/carebase/policy/policytest"
	"github.com/carebase/carebase/policy/rules/internal/examples"
)

const (
	hubV2Type    = "aws:securityhub/accountV2:AccountV2"
	standardType = "aws:securityhub/standardsSubscription:StandardsSubscription"
)

func withHub(inputs Inputs) []*graph.Resource {
	return []*graph.Resource{Resource(hubType, "hub", inputs)}
}

var detectionFixtures = map[string]Fixture{
	"DET-2": examples.DetectionFixture("Account", func(name string) []*graph.Resource { return []*graph.Resource{Resource(hubType, name, Inputs{})} },
		[]Example{
			{About: "AWS's standards", Resources: withHub(Inputs{"enableDefaultStandards": true})},
			{About: "a standard chosen", Resources: append(withHub(Inputs{"enableDefaultStandards": false}), Resource(standardType, "standard", Inputs{"standardsArn": "arn:x"}))},
			{About: "the newer one", Resources: []*graph.Resource{Resource(hubV2Type, "hub", Inputs{}), Resource(inspect.VpcType, "vpc", Inputs{})}},
		},
		[]Example{
			{About: "no standards", Property: "enableDefaultStandards", Resources: withHub(Inputs{"enableDefaultStandards": false})},
			{About: "a standard in another region", Property: "enableDefaultStandards", Resources: append(withHub(Inputs{"enableDefaultStandards": false}), InRegion("us-west-2", Resource(standardType, "standard", Inputs{})))},
		},
		[]Example{{About: "not known", Resources: withHub(Inputs{"enableDefaultStandards": Unknown})}}),
}
