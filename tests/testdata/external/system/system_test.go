package system_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/componenttest"
	"github.com/carebase/carebase/graph"
	"github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/policy/policytest"
	"github.com/carebase/carebase/stacks/stackstest"

	"clinic.example.com/infrastructure/system"
)

func TestControls(t *testing.T) {
	policytest.Run(t, system.Controls, map[string]policytest.Fixture{
		"OWN-JOURNAL": {
			Satisfied: []policytest.Example{{About: "a month", Resources: group(30)}},
			Violated:  []policytest.Example{{About: "a week", Property: "retentionInDays", Resources: group(7)}},
		},
	})
}

func group(days float64) []*graph.Resource {
	return graphtest.Resources(graphtest.Resource("aws:cloudwatch/logGroup:LogGroup", "group", graphtest.Inputs{"retentionInDays": days}))
}

func TestJournalIsEncryptedUnderTheStacksKey(t *testing.T) {
	g := stackstest.Plan(t, "..", "dev", system.Extend)
	group := componenttest.Find(t, g, "aws:cloudwatch/logGroup:LogGroup", "journal-group")
	assert.Equal(t, "${keys-logs.arn}", componenttest.Input(t, group, "kmsKeyId"))
	assert.Equal(t, 30.0, componenttest.Input(t, group, "retentionInDays"))
}
