package policy

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/graph"
)

// fixtures shows for every control what satisfies it and what violates it. Each service's file adds its own.
var fixtures = merge(
	vpcFixtures,
	ec2Fixtures,
	acmFixtures,
	route53Fixtures,
	switchFixtures,
	wafv2Fixtures,
	cloudfrontFixtures,
	rdsFixtures,
	databaseCareFixtures,
	sqsFixtures,
	snsFixtures,
	lambdaFixtures,
	noticeFixtures,
	ecrFixtures,
	ecsFixtures,
	ecsHealthFixtures,
	elasticacheFixtures,
	albFixtures,
	transitFixtures,
	s3Fixtures,
	kmsFixtures,
	secretsmanagerFixtures,
	cloudwatchFixtures,
	cloudtrailFixtures,
	backupFixtures,
	iamFixtures,
	detectionFixtures,
	treeFixtures,
)

// A fixture of one control.
type fixture struct {
	satisfied []example
	violated  []example
	undecided []example
}

// An example is a small stack. Where it violates, property is what the finding names.
type example struct {
	about     string
	property  string
	resources []*graph.Resource
}

// in are a resource's inputs: plain Go values, references made with ref, unknown, or secret(...).
type in = map[string]any

// unknown is a value that is not known yet and cannot be a reference.
var unknown = resource.MakeComputed(resource.NewProperty(""))

func secret(v any) resource.PropertyValue { return resource.MakeSecret(resource.NewPropertyValue(v)) }

// asJSON is a text that holds the value as JSON.
func asJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// urnOf is the URN that res gives a resource.
func urnOf(typ, name string) string { return "urn:pulumi:prod::test::" + typ + "::" + name }

// ref refers to a property of the resource of that type and name, as a plan does.
func ref(typ, name, property string) string {
	return graph.Reference{URN: urnOf(typ, name), Property: property}.Token()
}

// res makes a resource on the regional provider.
func res(typ, name string, inputs in) *graph.Resource {
	r := &graph.Resource{
		URN: urnOf(typ, name), Type: typ, Name: name, Custom: true,
		Parent: rootURN, Provider: providerURN, Region: "us-east-1",
		Inputs:               resource.FromResourcePropertyMap(resource.NewPropertyMapFromMap(inputs)),
		PropertyDependencies: map[string][]string{},
	}
	r.Outputs = r.Inputs
	for key, value := range r.Inputs.All {
		var on []string
		walk(value, func(v property.Value) {
			if v.IsString() {
				for _, reference := range graph.References(v.AsString()) {
					on = append(on, reference.URN)
				}
			}
		})
		if len(on) > 0 {
			r.PropertyDependencies[key] = slices.Compact(slices.Sorted(slices.Values(on)))
		}
	}
	return r
}

// inRegion moves a resource's example to another region.
func inRegion(region string, r *graph.Resource) *graph.Resource {
	r.Region = region
	return r
}

// protected marks a resource as protected from deletion and kept when the stack goes.
func protected(r *graph.Resource) *graph.Resource {
	r.Protect, r.RetainOnDelete = true, true
	return r
}

const (
	rootURN     = "urn:pulumi:prod::test::pulumi:pulumi:Stack::test-prod"
	providerURN = "urn:pulumi:prod::test::pulumi:providers:aws::regional"
)

// stackOf is a production stack with PHI that has the resources.
func stackOf(resources ...*graph.Resource) *graph.Graph {
	provider := res("pulumi:providers:aws", "regional", in{
		"region": "us-east-1",
		"defaultTags": in{"tags": in{
			"DataClassification": "phi", "Environment": "prod", "Owner": "platform", "Project": "test",
		}},
	})
	provider.Provider = ""
	all := append([]*graph.Resource{{URN: rootURN, Type: graph.StackType, Name: "test-prod"}, provider}, resources...)
	return graph.New("test", "prod", all)
}

func merge(sets ...map[string]fixture) map[string]fixture {
	all := map[string]fixture{}
	for _, set := range sets {
		maps.Copy(all, set)
	}
	return all
}

func TestEveryControlIsSatisfiedAndViolatedByAnExample(t *testing.T) {
	for _, control := range Catalogue() {
		t.Run(control.ID, func(t *testing.T) {
			f, ok := fixtures[control.ID]
			require.True(t, ok, "the control has no fixture")
			require.NotEmpty(t, f.satisfied, "nothing shows what satisfies it")
			require.NotEmpty(t, f.violated, "nothing shows what violates it")
			for _, e := range f.satisfied {
				result := auditOne(t, control, e)
				assert.Equalf(t, Compliant.String(), result.Controls[0].Outcome.String(), "%s: %v", e.about, result.Findings)
			}
			for _, e := range f.violated {
				result := auditOne(t, control, e)
				assert.Equalf(t, NonCompliant.String(), result.Controls[0].Outcome.String(), "%s: %v", e.about, result.Findings)
				assert.Truef(t, slices.ContainsFunc(result.Violations(Low), func(f Finding) bool { return f.Property == e.property }),
					"%s: no finding names the property %q: %v", e.about, e.property, result.Findings)
				for _, f := range result.Findings {
					assert.NotEmptyf(t, f.Fix, "%s: it does not say how to fix it", e.about)
					assert.NotEmptyf(t, f.Want, "%s: it does not say what is wanted", e.about)
					assert.NotEmptyf(t, f.Got, "%s: it does not say what is there", e.about)
				}
			}
			for _, e := range f.undecided {
				result := auditOne(t, control, e)
				assert.Equalf(t, Undecidable.String(), result.Controls[0].Outcome.String(), "%s: %v", e.about, result.Findings)
			}
		})
	}
	for id := range fixtures {
		assert.NotNilf(t, Lookup(id), "there is a fixture for %s, but no such control", id)
	}
}

func auditOne(t *testing.T, control *Control, e example) *Result {
	t.Helper()
	result, err := Audit(stackOf(e.resources...), Options{Controls: []string{control.ID}})
	require.NoError(t, err)
	require.Len(t, result.Controls, 1)
	return result
}

func TestControlsOfResourcesDoNotApplyWithoutThem(t *testing.T) {
	for _, control := range Catalogue() {
		if control.Kind == Presence {
			continue
		}
		result := auditOne(t, control, example{})
		assert.Equalf(t, NotApplicable.String(), result.Controls[0].Outcome.String(), "%s on an empty stack", control.ID)
	}
}

func TestCatalogueIsWellFormed(t *testing.T) {
	seen := map[string]bool{}
	for _, control := range Catalogue() {
		assert.Falsef(t, seen[control.ID], "%s is there twice", control.ID)
		seen[control.ID] = true
		assert.NotEmptyf(t, control.Title, "%s has no title", control.ID)
		assert.NotEmptyf(t, control.Why, "%s does not say why", control.ID)
		assert.NotEmptyf(t, control.Service, "%s has no service", control.ID)
		assert.NotEmptyf(t, control.Citations, "%s cites nothing", control.ID)
		assert.Containsf(t, severityNames, control.Severity, "%s has no severity", control.ID)
		for _, citation := range control.Citations {
			assert.Truef(t, strings.HasPrefix(citation, "164."), "%s cites %q", control.ID, citation)
		}
	}
}
