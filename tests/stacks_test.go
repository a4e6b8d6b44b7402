// Package tests holds what spans components: the stacks as they are in Pulumi.<stack>.yaml.
package tests

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/workspace"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/plan"
	"github.com/carebase/carebase/plan/report"
	"github.com/carebase/carebase/stacks"
	"github.com/carebase/carebase/stacks/settings"
	"github.com/carebase/carebase/stacks/settings/decode"
)

var update = flag.Bool("update", false, "rewrite the golden plans in testdata")

const repository = ".."

// A system is the folder of a project with its stacks.
type system string

const (
	// current is the system whose settings are in this repository. Golden plans, controls and rules of all stacks are tested on it.
	current system = repository
	// frozen is the system of the fixtures: a copy of the settings that no team changes. Tests that expect literal values of the
	// settings, such as the name of a service, run on it.
	frozen system = repository + "/internal/testdata/careconnect"
)

// all are the stacks of the current system: one for each Pulumi.<stack>.yaml.
var all = stacksIn(current)

// frozenPrimaries are the stacks of the frozen system that are one composition, and frozenStacks are all of its stacks.
var (
	frozenPrimaries = []string{"local", "dev", "staging", "prod"}
	frozenStacks    = append(slices.Clone(frozenPrimaries), "dr")
)

// withPHI are the stacks of the frozen system in which patients' data may be.
var withPHI = []string{"prod", "dr"}

func stacksIn(s system) []string {
	files, err := filepath.Glob(filepath.Join(string(s), "Pulumi.*.yaml"))
	if err != nil || len(files) == 0 {
		panic(fmt.Sprintf("%s has no Pulumi.<stack>.yaml: %v", s, err))
	}
	var found []string
	for _, file := range files {
		found = append(found, strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "Pulumi."), ".yaml"))
	}
	return found
}

// settings returns the settings of a stack of the system.
func (s system) settings(t testing.TB, stack string) *settings.Settings {
	t.Helper()
	p, err := plan.Load(string(s), stack)
	require.NoError(t, err)
	decoded, err := settings.Decode(stack, decode.Config{Project: p.Project, Values: p.Config, Encrypted: p.Secrets, File: p.File})
	require.NoError(t, err)
	return decoded
}

// program returns the program of a stack of the system with the stack's configuration.
func (s system) program(t testing.TB, stack string) plan.Program {
	t.Helper()
	p, err := plan.Load(string(s), stack)
	require.NoError(t, err)
	p.Run = stacks.Program(decode.Config{Project: p.Project, Values: p.Config, Encrypted: p.Secrets})
	p.StackOutputs = stacks.PrimaryOutputs(s.settings(t, stack))
	return p
}

// planned returns the plan of a stack of the system.
func (s system) planned(t testing.TB, stack string) *graph.Graph {
	t.Helper()
	g, err := plan.Run(s.program(t, stack))
	require.NoError(t, err)
	return g
}

func settingsOf(t testing.TB, stack string) *settings.Settings { return current.settings(t, stack) }

func program(t testing.TB, stack string) plan.Program { return current.program(t, stack) }

func planned(t testing.TB, stack string) *graph.Graph { return current.planned(t, stack) }

// The golden plans are read in review: a difference in them is what a change does to a stack.
func TestGoldenPlans(t *testing.T) {
	for _, stack := range all {
		t.Run(stack, func(t *testing.T) {
			var text bytes.Buffer
			require.NoError(t, report.Write(&text, planned(t, stack), report.Options{Inputs: true}))
			path := filepath.Join("testdata", stack+".plan.txt")
			if *update {
				require.NoError(t, os.WriteFile(path, text.Bytes(), 0o644))
			}
			want, err := os.ReadFile(path)
			require.NoError(t, err)
			if got := text.String(); got != string(want) {
				t.Fatalf("the plan changed; if it is meant, run: go test ./tests -run TestGoldenPlans -update\n%s",
					firstDifference(string(want), got))
			}
		})
	}
}

// firstDifference shows the first lines that differ, and where they are; a whole plan would hide them.
func firstDifference(want, got string) string {
	before, after := strings.Split(want, "\n"), strings.Split(got, "\n")
	at := 0
	for at < len(before) && at < len(after) && before[at] == after[at] {
		at++
	}
	show := func(lines []string) string { return strings.Join(lines[max(0, at-3):min(len(lines), at+6)], "\n") }
	return fmt.Sprintf("from line %d, golden:\n%s\nnow:\n%s", at+1, show(before), show(after))
}

func TestPlansAreTheSameToTheByteAlsoInParallel(t *testing.T) {
	want := map[string]string{}
	for _, stack := range all {
		text, err := planned(t, stack).JSON()
		require.NoError(t, err)
		want[stack] = string(text)
	}
	var wait sync.WaitGroup
	for range 4 {
		for _, stack := range all {
			p := program(t, stack)
			wait.Go(func() {
				g, err := plan.Run(p)
				if assert.NoError(t, err) {
					text, err := g.JSON()
					assert.NoError(t, err)
					assert.Equal(t, want[stack], string(text), "two plans of %s differ", stack)
				}
			})
		}
	}
	wait.Wait()
}

// A date in an input makes a difference at every preview.
func TestNoInputHoldsTheTime(t *testing.T) {
	stamp := regexp.MustCompile(`20\d\d-?[01]\d-?[0-3]\dT?[0-2]\d`)
	for _, stack := range all {
		text, err := planned(t, stack).JSON()
		require.NoError(t, err)
		assert.Empty(t, stamp.FindAllString(string(text), -1), stack)
	}
}

// global are the types of resources that belong to us-east-1 wherever the stack is.
var global = []string{
	"aws:acm/certificate:Certificate", "aws:acm/certificateValidation:CertificateValidation",
	"aws:cloudwatch/logDelivery:LogDelivery", "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination",
	"aws:cloudwatch/logDeliverySource:LogDeliverySource", "aws:cloudwatch/logGroup:LogGroup",
	"aws:wafv2/webAcl:WebAcl", "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
}

func TestEveryResourceHasAProviderOfTheStack(t *testing.T) {
	for _, stack := range all {
		g := planned(t, stack)
		for _, r := range g.Resources {
			if !r.Custom || r.IsProvider() || r.Type == "pulumi:pulumi:StackReference" {
				continue
			}
			provider := g.Lookup(r.Provider)
			if !assert.NotNilf(t, provider, "%s: %s is on a default provider", stack, r.URN) {
				continue
			}
			assert.Containsf(t, []string{"regional", "global", "recovery"}, provider.Name, "%s: %s", stack, r.URN)
			if provider.Name == "global" {
				assert.Containsf(t, global, r.Type, "%s: %s has no business in us-east-1", stack, r.URN)
			}
			assert.NotEmptyf(t, r.Region, "%s: %s", stack, r.URN)
		}
		for _, provider := range g.OfType("pulumi:providers:aws") {
			inputs := provider.Readable()
			assert.Len(t, inputs["allowedAccountIds"], 1, "%s could land in another account", stack)
			tags := inputs["defaultTags"].(map[string]any)["tags"].(map[string]any)
			assert.Equal(t, stack, tags["Environment"])
			assert.Subset(t, slices.Collect(maps.Keys(tags)), []string{"Project", "Owner", "DataClassification", "ManagedBy"})
		}
	}
}

func TestDefaultProvidersAreDisabled(t *testing.T) {
	for _, stack := range all {
		assert.Equal(t, `["*"]`, program(t, stack).Config["pulumi:disable-default-providers"])
	}
}

func TestEverythingIsInAComponentAndNamedAfterIt(t *testing.T) {
	for _, stack := range all {
		g := planned(t, stack)
		seen := map[string]string{}
		for _, r := range g.Resources {
			if r.Type == graph.StackType || r.IsProvider() || r.Type == "pulumi:pulumi:StackReference" {
				continue
			}
			assert.Emptyf(t, seen[r.Name], "%s: %s and %s share a name", stack, r.URN, seen[r.Name])
			seen[r.Name] = r.URN
			parent := g.Lookup(r.Parent)
			require.NotNil(t, parent, r.URN)
			if parent.Type == graph.StackType {
				assert.Falsef(t, r.Custom, "%s: %s is in no component", stack, r.URN)
				continue
			}
			assert.Truef(t, strings.HasPrefix(r.Name, parent.Name+"-"), "%s: %s", stack, r.URN)
		}
	}
}

// switched has, for each setting that decides how many resources of a kind a stack has, a pattern of their names.
var switched = map[string]*regexp.Regexp{
	"network.availabilityZones":  regexp.MustCompile(`-us-[a-z]+-\d[a-f]$`),
	"network.nat":                regexp.MustCompile(`^alarms-nat-`),
	"cache.nodes":                regexp.MustCompile(`^alarms-cache-(\d+-|failover$)`),
	"backup.restoreTest":         regexp.MustCompile(`^backup-restore-test`),
	"audit.securityHub":          regexp.MustCompile(`^audit-(security-hub(-|$)|rule-securityhub-enabled$)`),
	"audit.blockPublicSnapshots": regexp.MustCompile(`^audit-public-snapshots$`),
	"protection":                 regexp.MustCompile(`^(recovery(-|$)|backup-copy-failed|audit-break-glass-use-(alarm|filter)|alarms-replication-[a-z]+-failed$)`),
	"protection.replica":         regexp.MustCompile(`^(secrets-db-master-password(-.*)?|alarms-database-(slot-lag|transaction-logs))$`),
	"protection, traffic":        regexp.MustCompile(`^(edge-(alb-checkers|alb-from-checkers|alb-web-acl.*|endpoint-check|origin-(check|record|own-record)|services-origin)|alarms-health-check-origin|backend-(on|tg|probe-rule))$`),
	"protection.images":          regexp.MustCompile(`^recovery-images`),
}

// The environments are one composition: what differs between them is what a setting switches.
func TestEnvironmentsDifferInSettingsOnly(t *testing.T) {
	resources := func(stack string) map[string]string {
		found := map[string]string{}
	resources:
		for _, r := range frozen.planned(t, stack).Resources {
			for _, names := range switched {
				if r.Type == graph.StackType || names.MatchString(r.Name) {
					continue resources
				}
			}
			found[r.Name] = r.Type
		}
		return found
	}
	prod := resources("prod")
	for _, stack := range []string{"local", "dev", "staging"} {
		assert.Equal(t, prod, resources(stack), "%s and prod", stack)
	}
	for setting, names := range switched {
		assert.Truef(t, slices.ContainsFunc(frozen.planned(t, "prod").Resources, func(r *graph.Resource) bool { return names.MatchString(r.Name) }),
			"%s switches nothing in prod", setting)
	}
}

// reach is who may open a connection to whom on which port, as the security groups say.
func reach(t *testing.T, g *graph.Graph, typ, direction string) []string {
	t.Helper()
	var edges []string
	for _, r := range g.OfType(typ) {
		inputs := r.Readable()
		other := ""
		for _, key := range []string{"referencedSecurityGroupId", "prefixListId", "cidrIpv4", "cidrIpv6"} {
			if inputs[key] != nil {
				require.Empty(t, other, "%s names two peers", r.URN)
				other = fmt.Sprint(inputs[key])
			}
		}
		require.Equal(t, "tcp", inputs["ipProtocol"], r.URN)
		require.Equal(t, inputs["fromPort"], inputs["toPort"], r.URN)
		edges = append(edges, fmt.Sprintf("%s %s %s %v", inputs["securityGroupId"], direction, other, inputs["toPort"]))
	}
	slices.Sort(edges)
	return edges
}

func TestOnePathFromTheInternetToTheData(t *testing.T) {
	for _, stack := range frozenStacks {
		g, set := frozen.planned(t, stack), frozen.settings(t, stack)
		in := []string{
			"${backend-tasks.id} from ${edge-alb-security-group.id} 8080",
			"${cache-security-group.id} from ${backend-tasks.id} 6379",
			"${database-security-group.id} from ${backend-tasks.id} 5432",
			"${edge-alb-security-group.id} from ${getManagedPrefixList(com.amazonaws.global.cloudfront.origin-facing).id} 443",
			"${network-endpoints.id} from ${backend-tasks.id} 443",
		}
		out := []string{
			"${backend-tasks.id} to ${cache-security-group.id} 6379",
			"${backend-tasks.id} to ${database-security-group.id} 5432",
			"${backend-tasks.id} to ${network-endpoint-s3.prefixListId} 443",
			"${backend-tasks.id} to ${network-endpoints.id} 443",
			"${backend-tasks.id} to 0.0.0.0/0 443", // third parties; see internetEgress in the settings
			"${edge-alb-security-group.id} to ${backend-tasks.id} 8080",
		}
		if !set.IsRecovery() { // the replica has the roles of what it is a replica of
			in = append(in,
				"${database-security-group.id} from ${migrations-tasks.id} 5432",
				"${network-endpoints.id} from ${migrations-tasks.id} 443",
				"${database-security-group.id} from ${database-roles-tasks.id} 5432",
				"${network-endpoints.id} from ${database-roles-tasks.id} 443",
			)
			out = append(out,
				"${migrations-tasks.id} to ${database-security-group.id} 5432",
				"${migrations-tasks.id} to ${network-endpoint-s3.prefixListId} 443",
				"${migrations-tasks.id} to ${network-endpoints.id} 443",
				"${database-roles-tasks.id} to ${database-security-group.id} 5432",
				"${database-roles-tasks.id} to ${network-endpoint-s3.prefixListId} 443",
				"${database-roles-tasks.id} to ${network-endpoints.id} 443",
			)
		}
		if set.Protected() || set.IsRecovery() { // the load balancer is asked for its health by name
			in = append(in, fmt.Sprintf("${edge-alb-checkers.id} from ${getManagedPrefixList(com.amazonaws.%s.route53-healthchecks).id} 443", set.Region))
		}
		if set.IsRecovery() { // the canary asks for the site
			out = append(out, "${canary-access.id} to 0.0.0.0/0 443")
		}
		slices.Sort(in)
		slices.Sort(out)
		assert.Equal(t, in, reach(t, g, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "from"), "%s: who may come in", stack)
		assert.Equal(t, out, reach(t, g, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "to"), "%s: who may go where", stack)
		for _, group := range g.OfType("aws:ec2/securityGroup:SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup") {
			for _, key := range []string{"ingress", "egress"} {
				assert.Emptyf(t, group.Readable()[key], "%s: %s has rules of its own", stack, group.URN)
			}
		}
		assert.Empty(t, g.OfType("aws:ec2/securityGroupRule:SecurityGroupRule"))
		guarded(t, stack, g)
	}
}

// guarded asserts that whoever reaches a load balancer that faces the internet must prove that it is CloudFront: the web
// ACL lets nothing else pass but one probe, and every rule that forwards requires the token or is for that probe.
func guarded(t *testing.T, stack string, g *graph.Graph) {
	t.Helper()
	for _, balancer := range g.OfType("aws:lb/loadBalancer:LoadBalancer") {
		if balancer.Readable()["internal"] == true {
			continue
		}
		rules := g.OfType("aws:lb/listenerRule:ListenerRule")
		require.NotEmpty(t, rules, stack)
		probes := 0
		for _, rule := range rules {
			conditions := fmt.Sprint(rule.Readable()["conditions"])
			if strings.Contains(conditions, "x-origin-token") {
				continue
			}
			probes++
			assert.Regexpf(t, `origin-(primary|recovery)\.`, conditions, "%s: %s forwards what has proved nothing", stack, rule.Name)
			assert.Containsf(t, conditions, "GET", "%s: %s", stack, rule.Name)
		}
		assert.Equal(t, 1, probes, stack)
		blocking := 0
		for _, acl := range g.OfType("aws:wafv2/webAcl:WebAcl") {
			if inputs := acl.Readable(); inputs["scope"] == "REGIONAL" {
				blocking++
				assert.Equal(t, map[string]any{"block": map[string]any{}}, inputs["defaultAction"], "%s: %s", stack, acl.Name)
			}
		}
		assert.Equal(t, 1, blocking, "%s: nothing guards the load balancer", stack)
	}
}

// Data stores are in the isolated tier, services and the load balancer in the private one.
func TestTiers(t *testing.T) {
	for _, stack := range all {
		g := planned(t, stack)
		front := "private" // CloudFront comes by a VPC origin; where the origin is a name it comes by the internet
		if s := settingsOf(t, stack); s.Protected() || s.IsRecovery() {
			front = "public"
		}
		for typ, want := range map[string]struct{ path, tier string }{
			"aws:rds/subnetGroup:SubnetGroup":         {"subnetIds", "isolated"},
			"aws:elasticache/subnetGroup:SubnetGroup": {"subnetIds", "isolated"},
			"aws:lb/loadBalancer:LoadBalancer":        {"subnets", front},
		} {
			for _, r := range g.OfType(typ) {
				subnets, ok := r.Readable()[want.path].([]any)
				require.True(t, ok, r.URN)
				require.GreaterOrEqual(t, len(subnets), 2, r.URN)
				for _, subnet := range subnets {
					assert.Containsf(t, subnet, "${network-"+want.tier+"-", "%s: %s", stack, r.URN)
				}
			}
		}
	}
}

// What holds data is protected and kept exactly where the settings say so.
func TestDataIsProtectedInProduction(t *testing.T) {
	for _, stack := range frozenStacks {
		g := frozen.planned(t, stack)
		for _, r := range g.OfType("aws:rds/instance:Instance", "aws:s3/bucket:Bucket", "aws:kms/key:Key",
			"aws:elasticache/replicationGroup:ReplicationGroup", "aws:secretsmanager/secret:Secret") {
			assert.Equalf(t, slices.Contains(withPHI, stack), r.Protect, "%s: %s", stack, r.URN)
			assert.NotEqualf(t, slices.Contains(withPHI, stack), r.Readable()["forceDestroy"], "%s: %s", stack, r.URN)
		}
	}
}

func TestNetworksOfTheEnvironmentsDoNotOverlap(t *testing.T) {
	ranges := map[string]netip.Prefix{}
	for _, stack := range all {
		vpc := planned(t, stack).OfType("aws:ec2/vpc:Vpc")
		require.Len(t, vpc, 1)
		cidr, err := netip.ParsePrefix(vpc[0].Readable()["cidrBlock"].(string))
		require.NoError(t, err)
		for other, taken := range ranges {
			assert.Falsef(t, cidr.Overlaps(taken), "%s overlaps %s", stack, other)
		}
		ranges[stack] = cidr
	}
}

// The project file declares every setting, with a type and a description, and nothing else.
func TestProjectDeclaresEverySetting(t *testing.T) {
	project, err := workspace.LoadProject(filepath.Join(repository, "Pulumi.yaml"))
	require.NoError(t, err)
	assert.Equal(t, "infra/", project.Main)
	assert.Equal(t, "go", project.Runtime.Name())
	declared := map[string]bool{}
	for key, config := range project.Config {
		if strings.Contains(key, ":") {
			continue
		}
		declared[key] = true
		assert.NotEmptyf(t, config.Description, "%s has no description", key)
		assert.Truef(t, config.IsExplicitlyTyped(), "%s has no type", key)
	}
	for _, key := range settings.Keys() {
		assert.Truef(t, declared[key], "the setting %s is not in Pulumi.yaml", key)
		delete(declared, key)
	}
	assert.Empty(t, declared, "Pulumi.yaml declares what is no setting")
}

// AWS Config's role is made once per account, by whatever used Config first: IAM refuses to make it again. A stack of an
// account that has it takes it as it is, and differs in nothing else.
func TestConfigTakesARoleThatExists(t *testing.T) {
	for _, stack := range frozenPrimaries {
		p := frozen.program(t, stack)
		config := maps.Clone(p.Config)
		config["careconnect:audit"] = strings.Replace(config["careconnect:audit"], `"config":true`, `"config":true,"configRoleExists":true`, 1)
		require.NotEqual(t, p.Config["careconnect:audit"], config["careconnect:audit"])
		p.Config = config
		p.Run = stacks.Program(decode.Config{Project: "careconnect", Values: config, Encrypted: p.Secrets})
		g, err := plan.Run(p)
		require.NoError(t, err)

		before := frozen.planned(t, stack)
		assert.Len(t, before.OfType("aws:iam/serviceLinkedRole:ServiceLinkedRole"), 1, stack)
		assert.Empty(t, g.OfType("aws:iam/serviceLinkedRole:ServiceLinkedRole"), stack)
		assert.Len(t, g.Resources, len(before.Resources)-1, stack)
		assert.Equal(t, map[string][]string{"audit-config-recorder": {"roleArn"}}, touched(t, g, before), stack)
		assert.Equal(t, "arn:aws:iam::"+frozen.settings(t, stack).AccountID+":role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig",
			byName(t, g, "audit-config-recorder").Readable()["roleArn"], stack)
	}
}

// Secrets reach containers by reference, and nothing else in a plan is secret in plain text.
func TestContainersGetSecretsByReference(t *testing.T) {
	for _, stack := range all {
		for _, r := range planned(t, stack).OfType("aws:ecs/taskDefinition:TaskDefinition") {
			var containers []struct {
				Environment []struct{ Name, Value string }
				Secrets     []struct{ Name, ValueFrom string }
			}
			require.NoError(t, json.Unmarshal([]byte(r.Readable()["containerDefinitions"].(string)), &containers))
			for _, container := range containers {
				require.NotEmpty(t, container.Secrets, r.URN)
				for _, secret := range container.Secrets {
					assert.Regexpf(t, `^\$\{([^}]+\.(arn|masterUserSecrets\[0\]\.secretArn)|primary\.outputs\.recovery\.secretArns\.[a-z-]+)\}`, secret.ValueFrom, "%s: %s", stack, r.URN)
				}
				for _, variable := range container.Environment {
					assert.NotRegexpf(t, `(?i)password|secret|token`, variable.Name, "%s: %s", stack, r.URN)
				}
			}
		}
	}
}
