package examples

import (
	"github.com/carebase/carebase/graph"
	. "github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/policy/inspect"
)

func Targets(inputs Inputs) *graph.Resource {
	return Resource(inspect.TargetGroups[0], "targets", inputs)
}
