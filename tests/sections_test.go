package tests

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/internal/project"
	"github.com/carebase/carebase/plan"
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/catalogue"
	"github.com/carebase/carebase/stacks"
)

// smallest is a stack with the least settings: a network, keys, a topic and a budget.
const smallest = `config:
  clinic:environment: dev
  clinic:phi: false
  clinic:protect: false
  clinic:owner: clinic-platform
  clinic:accountId: "123456789012"
  clinic:region: REGION
  clinic:network:
    cidr: 10.9.0.0/16
    availabilityZones: [REGIONa, REGIONb]
    nat: none
    interfaceEndpoints: [ecr.api, ecr.dkr, logs, secretsmanager, kms]
  clinic:logs: {retentionDays: 30}
  clinic:alerts: {emails: [ops@example.com], monthlyBudgetUsd: 100}
`

// sections that a stack may add to smallest.
var sections = map[string]string{
	"database": `  clinic:database:
    {engineVersion: "16", instanceClass: db.t4g.micro, name: clinic, masterUsername: clinic_admin, allocatedStorageGiB: 20,
     maxAllocatedStorageGiB: 100, multiAz: false, backupRetentionDays: 7, backupWindow: "03:00-04:00",
     maintenanceWindow: "sun:04:00-sun:05:00", deletionProtection: false, finalSnapshot: false}
`,
	"cache": `  clinic:cache:
    {engineVersion: "7.1", nodeType: cache.t4g.micro, nodes: 1, multiAz: false, snapshotRetentionDays: 1,
     snapshotWindow: "02:00-03:00", maintenanceWindow: "sun:05:00-sun:06:00"}
`,
	"storage": "  clinic:storage: {retentionDays: 90}\n",
	"files":   "  clinic:storage: {retentionDays: 90, files: true}\n",
	"secrets": `  clinic:secrets:
    namePattern: "{Env}/Clinic/{Service}/{Secret}"
    recoveryWindowDays: 0
    names: [{name: token, description: Signs the sessions, service: web}]
`,
	"backup": "  clinic:backup: {lockChangeableDays: 0, restoreTest: true}\n",
	"audit": `  clinic:audit:
    {trail: false, config: true, guardDuty: true, securityHub: false, accessAnalyzer: true, inspector: true, accountDefaults: true,
     blockPublicSnapshots: true}
`,
	"cloudfront":    "  clinic:domain: clinic.example.com\n  clinic:edge: {healthCheckPath: /health, rateLimitPerIp: 2000, deletionProtection: false}\n",
	"load balancer": "  clinic:domain: clinic.example.com\n  clinic:edge: {entryPoint: load-balancer, healthCheckPath: /health, rateLimitPerIp: 2000, deletionProtection: false}\n",
	"frontend":      "  clinic:domain: clinic.example.com\n  clinic:edge: {frontend: true, apiPaths: [/api/*], healthCheckPath: /api/health, rateLimitPerIp: 2000, deletionProtection: false}\n",
	"web": `  clinic:services:
    - {name: web, imageTag: "1", architecture: ARM64, cpu: 256, memoryMiB: 512, desiredCount: 1, minCount: 1, maxCount: 2, port: 3000,
       paths: ["/*"], priority: 1, healthCheckPath: /health CONNECTS}
`,
}

// clinic plans a stack of a project that is not CareConnect. "web+…" adds settings to the service.
func clinic(t *testing.T, region string, added ...string) (*graph.Graph, error) {
	t.Helper()
	text := smallest
	for _, section := range added {
		name, settings, more := strings.Cut(section, "+")
		require.Contains(t, sections, name)
		if more {
			settings = ", " + settings
		}
		text += strings.ReplaceAll(sections[name], " CONNECTS", settings)
	}
	dir := t.TempDir()
	schema, err := os.ReadFile(filepath.Join(repository, "stacks", "settings", "schema.yaml"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "Pulumi.yaml"), []byte("name: clinic\nruntime: go\nconfig:\n"+string(schema)), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "Pulumi.dev.yaml"), []byte(strings.ReplaceAll(text, "REGION", region)), 0o600))
	loaded, err := project.LoadAndCompare(dir, "dev")
	if err != nil {
		return nil, err
	}
	program := loaded.Program
	program.Run = stacks.Program(loaded.Config())
	return plan.Run(program)
}

// A section brings its component, and no other section brings that component.
func TestSectionsBringTheirComponents(t *testing.T) {
	components := []string{
		"database-instance", "cache-nodes", "files-bucket", "logs-bucket", "frontend-bucket", "secrets-web-token", "audit-config-recorder",
		"edge-cdn", "edge-alb", "cluster-ecs", "web-service", "backup-vault",
	}
	for name, c := range map[string]struct{ sections, has []string }{
		"nothing":             {nil, nil},
		"database":            {[]string{"database"}, []string{"database-instance"}},
		"database, backed up": {[]string{"database", "backup"}, []string{"database-instance", "backup-vault"}},
		"cache":               {[]string{"cache"}, []string{"cache-nodes"}},
		"log bucket":          {[]string{"storage"}, []string{"logs-bucket"}},
		"files":               {[]string{"files"}, []string{"files-bucket", "logs-bucket"}},
		"secrets":             {[]string{"secrets"}, []string{"secrets-web-token"}},
		"audit":               {[]string{"audit", "storage"}, []string{"audit-config-recorder", "logs-bucket"}},
		"cloudfront":          {[]string{"cloudfront", "storage"}, []string{"edge-cdn", "edge-alb", "logs-bucket"}},
		"load balancer":       {[]string{"load balancer", "storage"}, []string{"edge-alb", "logs-bucket"}},
		"frontend":            {[]string{"frontend", "storage"}, []string{"edge-cdn", "edge-alb", "frontend-bucket", "logs-bucket"}},
		"service":             {[]string{"load balancer", "storage", "web"}, []string{"edge-alb", "logs-bucket", "cluster-ecs", "web-service"}},
		"service and data": {[]string{"cloudfront", "files", "database", "cache", "web+connects: [database, cache], buckets: [files]"},
			[]string{"edge-cdn", "edge-alb", "logs-bucket", "files-bucket", "cluster-ecs", "web-service", "database-instance", "cache-nodes"}},
	} {
		for _, region := range []string{"us-east-1", "eu-west-2"} {
			t.Run(name+" in "+region, func(t *testing.T) {
				g, err := clinic(t, region, c.sections...)
				require.NoError(t, err)
				found := map[string]bool{}
				for _, r := range g.Resources {
					found[r.Name] = true
				}
				for _, component := range components {
					assert.Equal(t, slices.Contains(c.has, component), found[component], component)
				}
				text, err := g.JSON()
				require.NoError(t, err)
				assert.NotContains(t, strings.ToLower(string(text)), "careconnect")
			})
		}
	}
}

// What depends on a missing section is refused by the name of the setting.
func TestMissingSectionsAreRefusedByName(t *testing.T) {
	for name, c := range map[string]struct{ sections, want []string }{
		"edge without log bucket":    {[]string{"cloudfront"}, []string{"clinic:storage: allowed is a section with retentionDays where there is a section edge"}},
		"audit without log bucket":   {[]string{"audit"}, []string{"clinic:storage: allowed is a section"}},
		"service without edge":       {[]string{"web"}, []string{"clinic:edge: allowed is a section where there are services"}},
		"connects to missing stores": {[]string{"cloudfront", "storage", "web+connects: [database, cache]"}, []string{"there is no section database", "there is no section cache"}},
		"uses missing files":         {[]string{"cloudfront", "storage", "web+buckets: [files]"}, []string{"storage.files is not true"}},
		"backup of nothing":          {[]string{"backup"}, []string{"clinic:backup: allowed is left out"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := clinic(t, "us-east-1", c.sections...)
			require.Error(t, err)
			for _, want := range c.want {
				assert.ErrorContains(t, err, want)
			}
		})
	}
}

// Outside us-east-1 CloudFront's web ACL logs there under a replica of the stack's key, and alarms on metrics of us-east-1 are there.
func TestAnotherRegion(t *testing.T) {
	g, err := clinic(t, "eu-west-2", "cloudfront", "storage", "web")
	require.NoError(t, err)
	group := byName(t, g, "edge-web-acl-log").Readable()
	assert.Equal(t, "${global-keys-logs.arn}", group["kmsKeyId"])
	for _, name := range []string{"edge-web-acl-log", "global-keys-logs", "global-alerts-topic", "global-alarms-health-check-site"} {
		assert.Equal(t, "us-east-1", byName(t, g, name).Region, name)
	}
	assert.Equal(t, "eu-west-2", byName(t, g, "edge-alb").Region)
}

// The audit of a stack of few sections finds what those sections leave out, and nothing else.
func TestAuditOfSections(t *testing.T) {
	for name, c := range map[string]struct{ sections, want []string }{
		"load balancer": {[]string{"load balancer", "files", "web", "database", "backup", "audit"}, nil},
		"cloudfront":    {[]string{"cloudfront", "files", "web", "database", "backup", "audit"}, nil},
	} {
		for _, region := range []string{"us-east-1", "eu-west-2"} {
			t.Run(name+" in "+region, func(t *testing.T) {
				g, err := clinic(t, region, c.sections...)
				require.NoError(t, err)
				result, err := catalogue.Audit(g, policy.Options{})
				require.NoError(t, err)
				var found []string
				for _, f := range result.Violations(policy.Low) {
					found = append(found, f.Control.ID+" "+f.URN[strings.LastIndex(f.URN, "::")+2:]+": "+f.Message())
				}
				assert.Equal(t, c.want, found)
			})
		}
	}
}
