package main

import (
	"context"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/policyx"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/catalogue"
)

// packOf makes the pack for a stack with that configuration.
func packOf(t *testing.T, config map[string]string) (policyx.PolicyPack, error) {
	t.Helper()
	ctx, err := pulumi.NewContext(context.Background(), pulumi.RunInfo{
		Project: "care", Stack: "prod", Config: config, Mocks: noCloud{},
	})
	require.NoError(t, err)
	t.Cleanup(func() { _ = ctx.Close() })
	return newPack(ctx)
}

type noCloud struct{ pulumi.MockResourceMonitor }

// reported collects violations.
type reported []string

func (r *reported) ReportViolation(message, urn string) { *r = append(*r, urn+" "+message) }

func find(t *testing.T, pack policyx.PolicyPack, id string) policyx.Policy {
	t.Helper()
	for _, p := range pack.Policies() {
		if p.Name() == id {
			return p
		}
	}
	require.Failf(t, "no policy", "%s", id)
	return nil
}

const (
	databaseURN = "urn:pulumi:prod::care::aws:rds/instance:Instance::db"
	vpcURN      = "urn:pulumi:prod::care::aws:ec2/vpc:Vpc::vpc"
)

func resource(urn, typ, name string, inputs map[string]property.Value) policyx.AnalyzerResource {
	return policyx.AnalyzerResource{
		Type: typ, URN: urn, Name: name, Properties: property.NewMap(inputs),
		Provider: policyx.AnalyzerProviderResource{
			Type: "pulumi:providers:aws", URN: "urn:pulumi:prod::care::pulumi:providers:aws::regional", Name: "regional",
			Properties: property.NewMap(map[string]property.Value{
				"region":      property.New("us-east-1"),
				"defaultTags": property.New(`{"tags":{"DataClassification":"phi","Environment":"prod"}}`),
			}),
		},
	}
}

func database(inputs map[string]property.Value) policyx.AnalyzerResource {
	return resource(databaseURN, "aws:rds/instance:Instance", "db", inputs)
}

func judge(t *testing.T, pack policyx.PolicyPack, id string, resources ...policyx.AnalyzerResource) reported {
	t.Helper()
	var found reported
	switch p := find(t, pack, id).(type) {
	case policyx.ResourceValidationPolicy:
		for _, r := range resources {
			require.NoError(t, p.Validate(context.Background(), policyx.ResourceValidationArgs{Manager: &found, Resource: r}))
		}
	case policyx.StackValidationPolicy:
		require.NoError(t, p.Validate(context.Background(), policyx.StackValidationArgs{Manager: &found, Resources: resources}))
	}
	return found
}

func TestEveryControlIsAPolicyOfItsOwn(t *testing.T) {
	pack, err := packOf(t, nil)
	require.NoError(t, err)
	assert.Len(t, pack.Policies(), len(catalogue.Controls()))
	for _, control := range catalogue.Controls() {
		_, onResources := find(t, pack, control.ID).(policyx.ResourceValidationPolicy)
		assert.Equal(t, control.Kind == policy.Property, onResources, control.ID)
		assert.NotEmpty(t, find(t, pack, control.ID).Description(), control.ID)
	}
}

func TestViolationsStopStacksWithPHIOnly(t *testing.T) {
	for phi, want := range map[string]policyx.EnforcementLevel{
		"": policyx.EnforcementLevelMandatory, "true": policyx.EnforcementLevelMandatory, "false": policyx.EnforcementLevelAdvisory,
	} {
		pack, err := packOf(t, map[string]string{"care:phi": phi})
		require.NoError(t, err)
		for _, p := range pack.Policies() {
			assert.Equalf(t, want, p.EnforcementLevel(), "phi %q: %s", phi, p.Name())
		}
	}
}

func TestAResourceIsJudgedAloneAndInTheAuditsWords(t *testing.T) {
	pack, err := packOf(t, nil)
	require.NoError(t, err)
	open := database(map[string]property.Value{"publiclyAccessible": property.New(true)})
	found := judge(t, pack, "RDS-5", open)
	require.Len(t, found, 1)
	graphs := graphs{project: "care", stack: "prod"}
	said := catalogue.Lookup("RDS-5").Run(graphs.one(open))[0]
	assert.Equal(t, databaseURN+" "+said.Message(), found[0])

	assert.Empty(t, judge(t, pack, "RDS-5", database(map[string]property.Value{"publiclyAccessible": property.New(false)})))
	assert.Empty(t, judge(t, pack, "RDS-5", database(map[string]property.Value{"publiclyAccessible": property.New(property.Computed)})),
		"what is not known yet is judged when it is")
}

func TestAStackIsJudgedWhole(t *testing.T) {
	pack, err := packOf(t, nil)
	require.NoError(t, err)
	vpc := resource(vpcURN, "aws:ec2/vpc:Vpc", "vpc", nil)
	assert.Len(t, judge(t, pack, "VPC-1", vpc), 1)
	log := resource("urn:pulumi:prod::care::aws:ec2/flowLog:FlowLog::log", "aws:ec2/flowLog:FlowLog", "log", map[string]property.Value{
		"vpcId": property.New(property.Computed), "trafficType": property.New("ALL"), "logDestination": property.New("arn:x"),
	})
	log.PropertyDependencies = map[string][]string{"vpcId": {vpcURN}}
	assert.Empty(t, judge(t, pack, "VPC-1", vpc, log), "in a preview the VPC's id is not known, but whose it is")
}

func TestExceptionsOfTheSettingsHold(t *testing.T) {
	exception := `[{"control":"RDS-5","resource":"db","reason":"it serves synthetic data to the public","owner":"SRE lead","expires":"2999-01-01"}]`
	pack, err := packOf(t, map[string]string{"care:exceptions": exception})
	require.NoError(t, err)
	open := database(map[string]property.Value{"publiclyAccessible": property.New(true)})
	assert.Empty(t, judge(t, pack, "RDS-5", open))

	expired, err := packOf(t, map[string]string{"care:exceptions": `[{"control":"RDS-5","resource":"db","reason":"it serves synthetic data to the public","owner":"SRE lead","expires":"2001-01-01"}]`})
	require.NoError(t, err)
	assert.Len(t, judge(t, expired, "RDS-5", open), 1, "an expired exception covers nothing")

	_, err = packOf(t, map[string]string{"care:exceptions": "text"})
	assert.ErrorContains(t, err, "care:exceptions")
}
