package tests

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/internal/project"
	"github.com/carebase/carebase/plan"
	"github.com/carebase/carebase/plan/report"
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/catalogue"
	"github.com/carebase/carebase/stacks"
)

// planIn plans a stack of the project in directory.
func planIn(t *testing.T, directory, stack string) (*project.Stack, *graph.Graph) {
	t.Helper()
	loaded, err := project.LoadAndCompare(directory, stack)
	require.NoError(t, err)
	program := loaded.Program
	program.Run = stacks.Program(loaded.Config())
	g, err := plan.Run(program)
	require.NoError(t, err)
	return loaded, g
}

// examples returns the stacks of every system in examples, by folder.
func examples(t *testing.T) map[string][]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(repository, "examples", "*", "Pulumi.*.yaml"))
	require.NoError(t, err)
	found := map[string][]string{}
	for _, file := range files {
		stack := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "Pulumi."), ".yaml")
		found[filepath.Dir(file)] = append(found[filepath.Dir(file)], stack)
	}
	require.NotEmpty(t, found)
	return found
}

// Every stack of every system plans, and satisfies every control or has an exception for it that is needed and holds.
func TestExamplesPlanAndAudit(t *testing.T) {
	for directory, stacks := range examples(t) {
		system := filepath.Base(directory)
		for _, stack := range stacks {
			t.Run(system+" "+stack, func(t *testing.T) {
				loaded, g := planIn(t, directory, stack)
				result, err := catalogue.Audit(g, policy.Options{Exceptions: loaded.Settings.Accepted(), Now: time.Now()})
				require.NoError(t, err)
				for _, finding := range result.Violations(policy.Low) {
					assert.Fail(t, finding.Control.ID, "%s: %s", finding.URN, finding.Message())
				}
				assert.False(t, result.Fails(policy.Low))
				text, err := g.JSON()
				require.NoError(t, err)
				assert.NotContains(t, strings.ToLower(string(text)), "careconnect")
				if stack != "prod" {
					return
				}
				var golden bytes.Buffer
				require.NoError(t, report.Write(&golden, g, report.Options{Inputs: true}))
				path := filepath.Join("testdata", system+".prod.plan.txt")
				if *update {
					require.NoError(t, os.WriteFile(path, golden.Bytes(), 0o644))
				}
				want, err := os.ReadFile(path)
				require.NoError(t, err)
				if golden.String() != string(want) {
					t.Fatalf("the plan changed; if it is meant, run: go test ./tests -run TestExamples -update\n%s", firstDifference(string(want), golden.String()))
				}
			})
		}
	}
}

// The security groups let in and out what the tables list, and nothing else. "aws" stands for the VPC's endpoints, "s3" for S3's.
func TestSecurityGroupsOfExamples(t *testing.T) {
	for name, c := range map[string]struct{ in, out []string }{
		"zero-to-running": {
			in: []string{
				"load-balancer from cloudfront 443", "frontend from load-balancer 3000", "backend from load-balancer 3003", "backend from frontend 3003",
				"database from backend 5432", "database from database-roles 5432", "database from migrate 5432", "cache from backend 6379",
				"aws from frontend 443", "aws from backend 443", "aws from database-roles 443", "aws from migrate 443",
			},
			out: []string{
				"load-balancer to frontend 3000", "load-balancer to backend 3003", "frontend to backend 3003",
				"backend to database 5432", "backend to cache 6379", "database-roles to database 5432", "migrate to database 5432",
				"frontend to aws 443", "backend to aws 443", "database-roles to aws 443", "migrate to aws 443",
				"frontend to s3 443", "backend to s3 443", "database-roles to s3 443", "migrate to s3 443",
			},
		},
		"skin-club-pro": {
			in: []string{
				"load-balancer from cloudfront 443",
				"booking from load-balancer 8080", "catalog from load-balancer 8080", "members from load-balancer 8080",
				"database from booking 5432", "database from catalog 5432", "database from members 5432",
				"cache from booking 6379", "cache from catalog 6379", "cache from members 6379",
				"aws from booking 443", "aws from catalog 443", "aws from members 443",
			},
			out: []string{
				"load-balancer to booking 8080", "load-balancer to catalog 8080", "load-balancer to members 8080",
				"booking to database 5432", "catalog to database 5432", "members to database 5432",
				"booking to cache 6379", "catalog to cache 6379", "members to cache 6379",
				"booking to aws 443", "catalog to aws 443", "members to aws 443",
				"booking to s3 443", "catalog to s3 443", "members to s3 443",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, g := planIn(t, filepath.Join(repository, "examples", name), "prod")
			assert.ElementsMatch(t, c.in, plainReach(reach(t, g, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "from")))
			assert.ElementsMatch(t, c.out, plainReach(reach(t, g, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "to")))
			assert.Empty(t, g.OfType("aws:ec2/securityGroupRule:SecurityGroupRule"))
		})
	}
}

// plainReach replaces the references in what reach returns by the names of the tables.
func plainReach(edges []string) []string {
	names := strings.NewReplacer(
		"${edge-alb-security-group.id}", "load-balancer", "${getManagedPrefixList(com.amazonaws.global.cloudfront.origin-facing).id}", "cloudfront",
		"${network-endpoints.id}", "aws", "${network-endpoint-s3.prefixListId}", "s3", "-security-group.id}", "", "-tasks.id}", "", "${", "",
	)
	plain := []string{}
	for _, edge := range edges {
		plain = append(plain, names.Replace(edge))
	}
	return plain
}

// A further service adds its own resources. It changes no URN and no input of another service, the database or the network.
func TestTheHundredthServiceChangesNothingElse(t *testing.T) {
	source := filepath.Join(repository, "examples", "skin-club-pro")
	text, err := os.ReadFile(filepath.Join(source, "Pulumi.dev.yaml"))
	require.NoError(t, err)
	schema, err := os.ReadFile(filepath.Join(source, "Pulumi.yaml"))
	require.NoError(t, err)
	before, after, found := strings.Cut(string(text), "\n  tracing:\n")
	require.True(t, found)
	of := func(services int) *graph.Graph {
		var more strings.Builder
		for i := 4; i <= services; i++ {
			fmt.Fprintf(&more, `    - {name: service-%d, imageTag: "1", architecture: ARM64, cpu: 256, memoryMiB: 512, desiredCount: 1, minCount: 1, maxCount: 2,
       port: 8080, paths: ["/service-%d/*"], priority: %d, healthCheckPath: /health, connects: [database, cache]}
`, i, i, 1000+i)
		}
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, "Pulumi.yaml"), schema, 0o600))
		require.NoError(t, os.WriteFile(filepath.Join(dir, "Pulumi.dev.yaml"), []byte(before+more.String()+"\n  tracing:\n"+after), 0o600))
		_, g := planIn(t, dir, "dev")
		return g
	}
	ninetyNine, hundred := of(99), of(100)
	changed := []string{}
	for _, r := range ninetyNine.Resources {
		other := hundred.Lookup(r.URN)
		if !assert.NotNil(t, other, r.URN) {
			continue
		}
		if fmt.Sprint(r.Readable()) != fmt.Sprint(other.Readable()) {
			changed = append(changed, r.Name)
		}
	}
	assert.Equal(t, []string{"dashboard-dashboard"}, changed, "the dashboard shows every service")
	added := 0
	for _, r := range hundred.Resources {
		if ninetyNine.Lookup(r.URN) == nil {
			added++
			assert.Contains(t, r.Name, "service-100")
		}
	}
	assert.Greater(t, added, 15)
}
