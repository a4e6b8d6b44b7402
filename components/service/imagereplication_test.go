package service_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/components/service"
	"github.com/carebase/carebase/componenttest"
)

func buildImageReplication(args *service.ImageReplicationArgs) func(*pulumi.Context, string, ...pulumi.ResourceOption) error {
	return func(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) error {
		_, err := service.NewImageReplication(ctx, name, args, opts...)
		return err
	}
}

func TestImagesAreReplicated(t *testing.T) {
	build := buildImageReplication(&service.ImageReplicationArgs{
		Region: "eu-west-1", RepositoryPrefixes: []string{"careconnect-prod/", "careconnect-tools"},
	})
	g := planned(t, "images", build)
	const typ = "aws:ecr/replicationConfiguration:ReplicationConfiguration"
	assert.Equal(t, map[string]int{"carebase:service:ImageReplication": 1, typ: 1}, componenttest.Counts(g))
	assert.Equal(t, map[string]any{"replicationConfiguration": map[string]any{"rules": []any{map[string]any{
		"destinations": []any{map[string]any{"region": "eu-west-1", "registryId": account}},
		"repositoryFilters": []any{
			map[string]any{"filter": "careconnect-prod/", "filterType": "PREFIX_MATCH"},
			map[string]any{"filter": "careconnect-tools", "filterType": "PREFIX_MATCH"},
		},
	}}}}, componenttest.Input(t, componenttest.Find(t, g, typ, "images-registry"), ""))
	componenttest.AssertTree(t, g, "carebase:service:ImageReplication", "images")
	componenttest.AssertRegion(t, build)
	componenttest.AssertOptionsStay(t, build)
	componenttest.AssertStable(t, build)
}

func TestImageReplicationRefusesItsArguments(t *testing.T) {
	for want, args := range map[string]*service.ImageReplicationArgs{
		"Args is missing":   nil,
		`Region = "Oregon"`: {Region: "Oregon", RepositoryPrefixes: []string{"ab"}},
		`Region = ""`:       {RepositoryPrefixes: []string{"ab"}},
		"RepositoryPrefixes = 0: allowed is 1 to 100":   {Region: "us-west-2"},
		"RepositoryPrefixes = 101: allowed is 1 to 100": {Region: "us-west-2", RepositoryPrefixes: slices.Repeat([]string{"ab"}, 101)},
		`RepositoryPrefixes = ""`:                       {Region: "us-west-2", RepositoryPrefixes: []string{""}},
		`RepositoryPrefixes = "*"`:                      {Region: "us-west-2", RepositoryPrefixes: []string{"*"}},
		`RepositoryPrefixes = "Careconnect"`:            {Region: "us-west-2", RepositoryPrefixes: []string{"Careconnect"}},
		`RepositoryPrefixes = "aaaa`:                    {Region: "us-west-2", RepositoryPrefixes: []string{strings.Repeat("a", 257)}},
	} {
		err := componenttest.Refused(t, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
			return buildImageReplication(args)(ctx, "images", opts...)
		})
		assert.ErrorContains(t, err, want)
	}
}
