package inspect

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/graph/graphtest"
)

func provider(tags graphtest.Inputs) *graph.Resource {
	return graphtest.Resource("pulumi:providers:aws", "other", graphtest.Inputs{"defaultTags": graphtest.Inputs{"tags": tags}})
}

// Whatever an environment is called, it serves patients if it holds their data.
func TestTheNameOfAnEnvironmentDoesNotDecide(t *testing.T) {
	for _, environment := range []string{"live", "prd", "dr", ""} {
		s := NewStack(graph.New("test", "x", []*graph.Resource{provider(graphtest.Inputs{"DataClassification": "phi", "Environment": environment})}))
		assert.True(t, s.PHI && s.Production && s.Classified, environment)
		s = NewStack(graph.New("test", "prod", []*graph.Resource{provider(graphtest.Inputs{"DataClassification": "synthetic", "Environment": environment})}))
		assert.False(t, s.PHI || s.Production, environment)
		assert.True(t, s.Classified, environment)
	}
}

func TestAResourcesOwnTagsCount(t *testing.T) {
	bucket := func(tags any) *Stack {
		r := graphtest.Resource("aws:s3/bucket:Bucket", "files", graphtest.Inputs{"tags": tags})
		return NewStack(graph.New("test", "x", []*graph.Resource{r}))
	}
	assert.True(t, bucket(graphtest.Inputs{"DataClassification": "PHI"}).PHI)
	assert.False(t, bucket(graphtest.Inputs{"Owner": "web"}).Classified)
	assert.False(t, bucket(graphtest.Unknown).Classified)
}
