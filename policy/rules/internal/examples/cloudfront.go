package examples

import (
	"github.com/carebase/carebase/graph"
	. "github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/policy/inspect"
)

func Cdn(inputs Inputs) *graph.Resource { return Resource(inspect.DistributionType, "cdn", inputs) }

func From(origins ...any) Inputs { return Inputs{"origins": origins} }
