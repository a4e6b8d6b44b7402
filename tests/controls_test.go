package tests

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/plan/report"
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/catalogue"
	"github.com/carebase/carebase/policy/inspect"
	"github.com/carebase/carebase/policy/matrix"
)

// exceptions are those that the stack's settings state.
func exceptions(t testing.TB, stack string) []policy.Exception {
	t.Helper()
	return settingsOf(t, stack).Accepted()
}

// Every stack, every control: satisfied, not applicable, or excepted with a reason that has not expired.
func TestStacksSatisfyTheCatalogue(t *testing.T) {
	for _, stack := range all {
		g := planned(t, stack)
		result, err := catalogue.Audit(g, policy.Options{Exceptions: exceptions(t, stack), Now: time.Now()})
		require.NoError(t, err)
		assert.Equal(t, settingsOf(t, stack).PHI, result.PHI, "the audit took %s for what it is not", stack)
		assert.Equal(t, settingsOf(t, stack).PHI, result.Production, stack)
		assert.Empty(t, result.BadExceptions, stack)
		for _, control := range result.Controls {
			t.Run(stack+"/"+control.Control.ID, func(t *testing.T) {
				for _, f := range result.Findings {
					if f.Control == control.Control && f.Exception == nil {
						t.Errorf("%s: %s: %s", f.Outcome, f.URN, f.Message())
					}
				}
			})
		}
	}
}

// In production every control either holds of something or is about what the stack has none of.
func TestProductionHasWhatMostControlsAreAbout(t *testing.T) {
	result, err := catalogue.Audit(planned(t, "prod"), policy.Options{Now: time.Now()})
	require.NoError(t, err)
	outcomes := map[policy.Outcome]int{}
	for _, control := range result.Controls {
		outcomes[control.Outcome]++
	}
	assert.GreaterOrEqual(t, outcomes[policy.Compliant], 95)
	assert.Zero(t, outcomes[policy.Undecidable], "in a plan every value is known or a reference")
}

// The policy pack asks property controls about one resource at a time.
func TestPropertyControlsJudgeResourcesAlone(t *testing.T) {
	g := planned(t, "prod")
	result, err := catalogue.Audit(g, policy.Options{Now: time.Now()})
	require.NoError(t, err)
	violated := func(control *policy.Control, urn string) bool {
		return slices.ContainsFunc(result.Findings, func(f policy.Finding) bool { return f.Control == control && f.URN == urn })
	}
	for _, r := range g.Resources {
		alone := inspect.NewStack(graph.New(g.Project, g.Stack, slices.DeleteFunc([]*graph.Resource{
			g.Roots()[0], g.Lookup(r.Provider), r,
		}, func(r *graph.Resource) bool { return r == nil })))
		for _, control := range catalogue.Controls() {
			if control.Kind != policy.Property {
				continue
			}
			for _, f := range control.Run(alone) {
				assert.Truef(t, f.Outcome != policy.NonCompliant || violated(control, f.URN), "%s needs more than %s to judge it", control.ID, r.Name)
			}
		}
	}
}

// docs/controls.md is generated; a matrix that is out of date is worse than none.
func TestControlMatrix(t *testing.T) {
	g := planned(t, "prod")
	stack := inspect.NewStack(g)
	evidence := matrix.Evidence{}
	for _, control := range catalogue.Controls() {
		for _, f := range control.Run(stack) {
			if f.Outcome == policy.Compliant {
				evidence[control.ID] = append(evidence[control.ID], place(g, f.URN))
			}
		}
		slices.Sort(evidence[control.ID])
		evidence[control.ID] = slices.Compact(evidence[control.ID])
	}
	var text bytes.Buffer
	require.NoError(t, matrix.Write(&text, evidence))
	path := filepath.Join(repository, "docs", "controls.md")
	if *update {
		require.NoError(t, os.WriteFile(path, text.Bytes(), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	if got := text.String(); got != string(want) {
		t.Fatalf("docs/controls.md is stale; run: go test ./tests -run TestControlMatrix -update\n%s", firstDifference(string(want), got))
	}
}

// place says where a resource is: its component and its type.
func place(g *graph.Graph, urn string) string {
	r := g.Lookup(urn)
	if r == nil || r.Type == graph.StackType {
		return "the stack"
	}
	top := r
	for g.Lookup(top.Parent) != nil && g.Lookup(top.Parent).Type != graph.StackType {
		top = g.Lookup(top.Parent)
	}
	return fmt.Sprintf("%s: %s", top.Name, report.ShortType(r.Type))
}

// Mutations of production's plan: every input that some control looks at is removed, negated, emptied, widened. Each
// control that the plan satisfies must notice one of them, and a control that notices one must have looked at that
// input: no other.
func TestControlsNoticeWhatBreaksThem(t *testing.T) {
	for stack, least := range map[string]int{"prod": 1000, "dr": 600} {
		t.Run(stack, func(t *testing.T) { controlsNotice(t, planned(t, stack), least) })
	}
}

func controlsNotice(t *testing.T, g *graph.Graph, least int) {
	t.Helper()
	stack := inspect.NewStack(g)
	reads := map[string]map[string][]*policy.Control{} // by URN and input, who looks at it
	satisfied := map[*policy.Control]bool{}
	before := map[*policy.Control]int{}
	for _, control := range catalogue.Controls() {
		findings := control.Run(stack)
		before[control] = failures(findings)
		satisfied[control] = len(findings) > 0 && before[control] == 0
		for urn, inputs := range control.Reads(stack) {
			for _, input := range inputs {
				if reads[urn] == nil {
					reads[urn] = map[string][]*policy.Control{}
				}
				reads[urn][input] = append(reads[urn][input], control)
			}
		}
	}

	// Resources of a type are alike: a few of each tell as much as all.
	const alike = 2
	var mutations []mutation
	tried := map[string]int{}
	for _, urn := range slices.Sorted(maps.Keys(reads)) {
		r := g.Lookup(urn)
		for _, input := range slices.Sorted(maps.Keys(reads[urn])) {
			for _, m := range mutationsOf(r, input) {
				kind := r.Type + " " + input + " " + m.what
				if tried[kind]++; tried[kind] <= alike {
					mutations = append(mutations, m)
				}
			}
		}
	}
	mutations = append(mutations, compounds(g)...)
	for _, r := range g.Resources {
		if r.Protect || r.RetainOnDelete {
			mutations = append(mutations, mutation{urn: r.URN, what: "unprotected", change: func(r *graph.Resource) { r.Protect, r.RetainOnDelete = false, false }})
		}
	}
	require.Greater(t, len(mutations), least)

	var lock sync.Mutex
	noticed := map[*policy.Control]int{}
	var wait sync.WaitGroup
	work := make(chan mutation)
	for range 4 {
		wait.Go(func() {
			for m := range work {
				mutated := inspect.NewStack(m.apply(g))
				mutated.PHI, mutated.Production = stack.PHI, stack.Production
				for _, control := range catalogue.Controls() {
					if failures(control.Run(mutated)) <= before[control] {
						continue
					}
					lock.Lock()
					noticed[control]++
					lock.Unlock()
					if m.input != "" && !slices.Contains(reads[m.urn][m.input], control) {
						t.Errorf("%s reports %s, which it did not look at", control.ID, m)
					}
				}
			}
		})
	}
	for _, m := range mutations {
		work <- m
	}
	close(work)
	wait.Wait()

	killed, total := 0, 0
	for control, holds := range satisfied {
		if !holds {
			continue
		}
		total++
		if noticed[control] > 0 {
			killed++
		} else {
			t.Errorf("%s notices no mutation of what it looks at", control.ID)
		}
	}
	t.Logf("%d mutations; %d of %d satisfied controls noticed theirs", len(mutations), killed, total)
}

func failures(findings []policy.Finding) int {
	n := 0
	for _, f := range findings {
		if f.Outcome == policy.NonCompliant {
			n++
		}
	}
	return n
}

// A mutation of one resource; and, where that alone is harmless, the loss of others.
type mutation struct {
	urn, input, what string
	change           func(*graph.Resource)
	without          []*graph.Resource
}

func (m mutation) String() string { return fmt.Sprintf("%s: %s %s", m.urn, m.input, m.what) }

// apply returns the graph with the resource changed; the others are shared.
func (m mutation) apply(g *graph.Graph) *graph.Graph {
	resources := slices.Clone(g.Resources)
	for i, r := range resources {
		if r.URN == m.urn {
			changed := *r
			m.change(&changed)
			resources[i] = &changed
		}
	}
	resources = slices.DeleteFunc(resources, func(r *graph.Resource) bool { return slices.Contains(m.without, r) })
	return graph.New(g.Project, g.Stack, resources)
}

// compounds are mistakes that take two changes: each alone is harmless.
func compounds(g *graph.Graph) []mutation {
	var found []mutation
	for _, r := range g.OfType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule") {
		found = append(found, mutation{urn: r.URN, what: "opened to the internet on every port", change: func(r *graph.Resource) {
			r.Inputs = property.NewMap(map[string]property.Value{
				"securityGroupId": r.Inputs.Get("securityGroupId"), "ipProtocol": property.New("-1"), "cidrIpv4": property.New("0.0.0.0/0"),
			})
		}})
	}
	for _, r := range g.OfType("aws:ecs/service:Service") {
		found = append(found, mutation{urn: r.URN, what: "with shells, in a cluster that does not record them", change: func(r *graph.Resource) {
			r.Inputs = r.Inputs.Set("enableExecuteCommand", property.New(true)).Set("cluster", property.New("another"))
			r.PropertyDependencies = nil
		}})
	}
	for _, r := range g.OfType("aws:backup/vaultPolicy:VaultPolicy") {
		found = append(found, mutation{urn: r.URN, what: "allows deletion, and no lock", without: g.OfType("aws:backup/vaultLockConfiguration:VaultLockConfiguration"),
			change: func(r *graph.Resource) {
				r.Inputs = r.Inputs.Set("policy", property.New(`{"Version":"2012-10-17","Statement":[]}`))
			}})
	}
	gateway := g.OfType("aws:ec2/internetGateway:InternetGateway")
	for _, r := range g.OfType("aws:ec2/route:Route") {
		found = append(found, mutation{urn: r.URN, what: "to the internet gateway", change: func(r *graph.Resource) {
			r.Inputs = r.Inputs.Delete("natGatewayId").Set("gatewayId", property.New(graph.Reference{URN: gateway[0].URN, Property: "id"}.Token()))
		}})
	}
	return found
}

// mutationsOf breaks an input in the ways that its kind of value allows.
func mutationsOf(r *graph.Resource, input string) []mutation {
	set := func(what string, value property.Value) mutation {
		return mutation{urn: r.URN, input: input, what: what, change: func(r *graph.Resource) { r.Inputs = r.Inputs.Set(input, value) }}
	}
	value := r.Inputs.Get(input)
	found := []mutation{}
	if !value.IsNull() {
		found = append(found, mutation{urn: r.URN, input: input, what: "removed", change: func(r *graph.Resource) { r.Inputs = r.Inputs.Delete(input) }})
	}
	switch {
	case value.IsBool():
		found = append(found, set("negated", property.New(!value.AsBool())))
	case value.IsNumber():
		found = append(found, set("zero", property.New(0.0)), set("vast", property.New(1e9)))
	case value.IsString():
		found = append(found, set("other", property.New("mutated")), set("wide open", property.New("0.0.0.0/0")),
			set("policy for all", property.New(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}`)))
	case value.IsArray():
		found = append(found, set("emptied", property.New([]property.Value{})))
		found = append(found, inner(r, input, value)...)
	case value.IsMap():
		found = append(found, set("emptied", property.New(map[string]property.Value{})))
		found = append(found, inner(r, input, value)...)
	case value.IsNull():
		found = append(found, set("set to true", property.New(true)), set("set to anyone", property.New("0.0.0.0/0")))
	}
	return found
}

// inner breaks the values inside a list or a mapping, one at a time: booleans negated, the rest replaced.
func inner(r *graph.Resource, input string, value property.Value) []mutation {
	var found []mutation
	var visit func(at property.Value, rebuild func(property.Value) property.Value, path string)
	visit = func(at property.Value, rebuild func(property.Value) property.Value, path string) {
		put := func(what string, v property.Value) {
			found = append(found, mutation{urn: r.URN, input: input, what: path + " " + what, change: func(r *graph.Resource) {
				r.Inputs = r.Inputs.Set(input, rebuild(v))
			}})
		}
		switch {
		case at.IsBool():
			put("negated", property.New(!at.AsBool()))
		case at.IsNumber():
			put("zero", property.New(0.0))
		case at.IsString():
			put("other", property.New("mutated"))
		case at.IsArray():
			elements := at.AsArray().AsSlice()
			for i := range elements {
				visit(elements[i], func(v property.Value) property.Value {
					changed := slices.Clone(elements)
					changed[i] = v
					return rebuild(property.New(changed))
				}, fmt.Sprintf("%s[%d]", path, i))
			}
		case at.IsMap():
			for key, member := range at.AsMap().AllStable {
				visit(member, func(v property.Value) property.Value {
					return rebuild(property.New(at.AsMap().Set(key, v)))
				}, path+"."+key)
			}
		}
	}
	visit(value, func(v property.Value) property.Value { return v }, "")
	return found
}

// unexcepted are the controls that a plan violates and no exception covers.
func unexcepted(t *testing.T, g *graph.Graph, accepted []policy.Exception) []string {
	t.Helper()
	result, err := catalogue.Audit(g, policy.Options{Exceptions: accepted, Now: time.Now()})
	require.NoError(t, err)
	var ids []string
	for _, f := range result.Findings {
		if f.Outcome == policy.NonCompliant && f.Exception == nil {
			ids = append(ids, f.Control.ID)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// absent are the types without which the reasons of components/audit/deviations.go hold: what there is none of is not
// watched, and would have to be once there is.
var absent = map[string]string{
	"aws:ec2/instance:Instance":                  "Inspector.1, GuardDuty.13, EC2.57",
	"aws:ec2/launchTemplate:LaunchTemplate":      "Inspector.1, GuardDuty.13, EC2.57",
	"aws:eks/cluster:Cluster":                    "GuardDuty.5, GuardDuty.7",
	"aws:ssmincidents/responsePlan:ResponsePlan": "EC2.58, EC2.60",
}

func TestControlsAreSwitchedOffForAReasonThatHolds(t *testing.T) {
	for _, stack := range all {
		g := planned(t, stack)
		for typ, controls := range absent {
			assert.Emptyf(t, g.OfType(typ), "%s has what Security Hub's %s are about: take them out of components/audit/deviations.go and turn on what watches it", stack, controls)
		}
		deliveries := len(g.OfType("aws:cloudwatch/logDelivery:LogDelivery"))
		for _, distribution := range g.OfType("aws:cloudfront/distribution:Distribution") {
			assert.Positivef(t, deliveries, "%s: %s: CloudFront.5 is off because its log is delivered by standard logging v2", stack, distribution.Name)
			assert.Nil(t, distribution.Readable()["loggingConfig"], "legacy logging: then CloudFront.5 need not be off")
		}
	}
}

// Why a rule of AWS's conformance pack for HIPAA is not among the rules of components/audit.
const (
	byDesign      = "some of our resources fail it by design, as the design decisions say; its control tells them apart"
	bySettings    = "environments without PHI fail it by their settings; its control asks where PHI lives"
	checkedBefore = "every stack satisfies it, and its control checks it before anything is deployed"
	nothingHere   = "no stack has what it is about"
	ofPeople      = "about users, devices and procedures of the account, which no stack makes"
	byException   = "violated for a time, by an exception that says until when"
)

// rulesLeftOut are the rules that AWS Config is not given, each with the reason: a rule that is red for ever teaches people to
// look away.
var rulesLeftOut = map[string]string{
	"no-unrestricted-route-to-igw":   byDesign, // public subnets are those with such a route
	"s3-bucket-default-lock-enabled": byDesign, "s3-bucket-logging-enabled": byDesign, "s3-bucket-replication-enabled": byDesign,
	"s3-default-encryption-kms": byDesign, "s3-event-notifications-enabled": byDesign,

	"backup-plan-min-frequency-and-min-retention-check": bySettings, "elasticache-redis-cluster-automatic-backup-check": bySettings,
	"elb-deletion-protection-enabled": bySettings, "rds-multi-az-support": bySettings,

	"secretsmanager-rotation-enabled-check": byException,

	"acm-certificate-expiration-check": checkedBefore, "alb-http-to-https-redirection-check": checkedBefore, "alb-waf-enabled": checkedBefore,
	"cloud-trail-cloud-watch-logs-enabled": checkedBefore, "cloudtrail-enabled": checkedBefore, "cloudtrail-s3-dataevents-enabled": checkedBefore,
	"cloudwatch-alarm-action-check": checkedBefore, "ecs-task-definition-user-for-host-mode-check": checkedBefore, "elbv2-acm-certificate-required": checkedBefore,
	"iam-customer-policy-blocked-kms-actions": checkedBefore, "iam-inline-policy-blocked-kms-actions": checkedBefore,
	"iam-policy-no-statements-with-full-access": checkedBefore, "internet-gateway-authorized-vpc-only": checkedBefore,
	"rds-automatic-minor-version-upgrade-enabled": checkedBefore, "rds-enhanced-monitoring-enabled": checkedBefore, "rds-in-backup-plan": checkedBefore,
	"rds-snapshot-encrypted": checkedBefore, "restricted-common-ports": checkedBefore, "s3-bucket-acl-prohibited": checkedBefore,
	"s3-bucket-server-side-encryption-enabled": checkedBefore, "s3-version-lifecycle-policy-check": checkedBefore,
	"subnet-auto-assign-public-ip-disabled": checkedBefore, "vpc-sg-open-only-to-authorized-ports": checkedBefore, "wafv2-logging-enabled": checkedBefore,

	"ebs-in-backup-plan": nothingHere, "ec2-instance-managed-by-systems-manager": nothingHere, "ec2-instance-no-public-ip": nothingHere,
	"ec2-instance-profile-attached": nothingHere, "ec2-instances-in-vpc": nothingHere, "ec2-managedinstance-association-compliance-status-check": nothingHere,
	"ec2-managedinstance-patch-compliance-status-check": nothingHere, "ec2-resources-protected-by-backup-plan": nothingHere, "ec2-stopped-instance": nothingHere,
	"elb-acm-certificate-required": nothingHere, "elb-cross-zone-load-balancing-enabled": nothingHere, "elb-predefined-security-policy-ssl-check": nothingHere,
	"elb-tls-https-listeners-only": nothingHere, "ssm-document-not-public": nothingHere, "vpc-vpn-2-tunnels-up": nothingHere,

	"access-keys-rotated": ofPeople, "annual-risk-assessment-performed": ofPeople, "iam-user-mfa-enabled": ofPeople,
	"iam-user-no-policies-check": ofPeople, "iam-user-unused-credentials-check": ofPeople, "root-account-hardware-mfa-enabled": ofPeople,
}

// ruleNames are rules of the pack whose identifiers are not their names in capitals.
var ruleNames = map[string]string{
	"restricted-ssh": "INCOMING_SSH_DISABLED", "multi-region-cloudtrail-enabled": "MULTI_REGION_CLOUD_TRAIL_ENABLED",
}

// Every rule of the pack is turned on, about a service that nothing here uses, or left out for a reason.
func TestConfigRulesAreOnOrLeftOutForAReason(t *testing.T) {
	on := map[string]bool{}
	for _, rule := range planned(t, "prod").OfType("aws:cfg/rule:Rule") {
		on[rule.Readable()["source"].(map[string]any)["sourceIdentifier"].(string)] = true
	}
	catalogues, err := matrix.Catalogues()
	require.NoError(t, err)
	pack := catalogues["AWS Config"]
	require.Len(t, pack, 130)
	violated := map[string]bool{}
	for _, e := range exceptions(t, "prod") {
		violated[e.Control] = true
	}
	for rule, disposition := range pack {
		identifier, renamed := ruleNames[rule]
		if !renamed {
			identifier = strings.ToUpper(strings.ReplaceAll(rule, "-", "_"))
		}
		reason := rulesLeftOut[rule]
		switch {
		case on[identifier]:
			assert.Emptyf(t, reason, "%s is on, and in the list of those that are not", rule)
		case disposition.Reason == "not-applicable":
			assert.Emptyf(t, reason, "%s is about a service that nothing uses, as policy/matrix says", rule)
		default:
			assert.NotEmptyf(t, reason, "%s is neither on nor left out for a reason", rule)
		}
		if reason == byDesign || reason == bySettings || reason == checkedBefore || reason == byException {
			assert.NotEmptyf(t, disposition.Controls, "%s: no control checks it", rule)
		}
		if reason == byException {
			assert.Truef(t, slices.ContainsFunc(disposition.Controls, func(id string) bool { return violated[id] }), "%s: no exception in Pulumi.prod.yaml", rule)
		}
	}
	for rule := range rulesLeftOut {
		assert.Containsf(t, pack, rule, "%s is no rule of the pack", rule)
	}
}

// A report tells people to change the setting that a control names.
func TestControlsNameSettingsThatExist(t *testing.T) {
	reference, err := os.ReadFile(filepath.Join("..", "docs", "settings.md"))
	require.NoError(t, err)
	named := 0
	for _, control := range catalogue.Controls() {
		if control.Setting == "" {
			continue
		}
		named++
		assert.Containsf(t, string(reference), "`"+control.Setting+"`", "%s: there is no such setting", control.ID)
	}
	assert.NotZero(t, named)
}
