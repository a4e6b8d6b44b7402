package guardduty

import (
	"github.com/carebase/carebase/graph"
	. "github.com/carebase/carebase/graph/graphtest"
	. "github.com/carebase/carebase/policy/policytest"
	"github.com/carebase/carebase/policy/rules/internal/examples"
)

func withDetector(inputs Inputs) []*graph.Resource {
	return []*graph.Resource{Resource(detectorType, "detector", inputs)}
}

var detectionFixtures = map[string]Fixture{
	"DET-1": examples.DetectionFixture("Detector", func(name string) []*graph.Resource {
		return []*graph.Resource{Resource(detectorType, name, Inputs{"enable": true})}
	},
		[]Example{{About: "on by itself", Resources: withDetector(Inputs{})}},
		[]Example{
			{About: "suspended", Property: "enable", Resources: withDetector(Inputs{"enable": false})},
			{About: "only read", Property: "Detector", Resources: []*graph.Resource{External(Resource(detectorType, "detector", Inputs{}))}},
		},
		[]Example{{About: "not known", Resources: withDetector(Inputs{"enable": Unknown})}}),
}
