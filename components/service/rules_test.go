package service_test

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/componenttest"
)

// What holds for every component of this project holds for these four, in their smallest and their largest shape.
func TestComponentsKeepTheRulesOfComponents(t *testing.T) {
	fullJob := jobArgs()
	fullJob.TaskArgs = withAll(fullJob.TaskArgs)
	for name, c := range map[string]struct {
		token string
		build func(*pulumi.Context, string, ...pulumi.ResourceOption) error
	}{
		"cluster":    {"carebase:service:Cluster", buildCluster(clusterArgs())},
		"repository": {"carebase:service:Repository", buildRepository(repositoryArgs())},
		"web":        {"carebase:service:Web", buildWeb(webArgs())},
		"full web":   {"carebase:service:Web", buildWeb(fullWebArgs())},
		"job":        {"carebase:service:Job", buildJob(jobArgs())},
		"full job":   {"carebase:service:Job", buildJob(fullJob)},
	} {
		t.Run(name, func(t *testing.T) {
			componenttest.AssertTree(t, planned(t, "backend", c.build), c.token, "backend")
			if name != "repository" { // whose only child is remote: see TestRepositoryIsInItsProvidersRegion
				componenttest.AssertRegion(t, c.build)
			}
			componenttest.AssertOptionsStay(t, c.build)
			componenttest.AssertStable(t, c.build)
		})
	}
}
