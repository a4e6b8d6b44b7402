package examples

import (
	"github.com/carebase/carebase/graph"
	. "github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/policy/inspect"
)

func Host(inputs Inputs) *graph.Resource { return Resource(inspect.InstanceType, "host", inputs) }
