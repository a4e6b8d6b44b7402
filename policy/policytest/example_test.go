package policytest_test

import (
	"fmt"
	"testing"

	"github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/catalogue"
	"github.com/carebase/carebase/policy/inspect"
	"github.com/carebase/carebase/policy/policytest"
)

const streamType = "aws:kinesis/stream:Stream"

// streams are controls of a team's own.
var streams = []*policy.Control{
	{
		ID: "OWN-KINESIS-1", Service: "Kinesis", Kind: policy.Property, Severity: policy.High,
		Title:     "Streams encrypted with the account's own key",
		Citations: []string{"164.312(a)(2)(iv)"},
		Analogy:   true,
		Why:       "Records of a stream hold patient data for as long as the stream keeps them.",
		Check: policy.Each([]string{streamType},
			policy.IsOneOf("encryptionType", "set encryptionType: KMS", "KMS"),
			policy.CustomerKey("kmsKeyId", "name a key of your own")),
	},
}

// The examples say what satisfies the control and what violates it.
var streamFixtures = map[string]policytest.Fixture{
	"OWN-KINESIS-1": {
		Satisfied: []policytest.Example{
			{About: "under a key of its own", Resources: graphtest.Resources(
				graphtest.Resource(streamType, "events", graphtest.Inputs{"encryptionType": "KMS", "kmsKeyId": "arn:aws:kms:us-east-1:123456789012:key/1"}))},
		},
		Violated: []policytest.Example{
			{About: "not encrypted", Property: "encryptionType", Resources: graphtest.Resources(graphtest.Resource(streamType, "events", graphtest.Inputs{}))},
			{About: "under AWS's key", Property: "kmsKeyId", Resources: graphtest.Resources(
				graphtest.Resource(streamType, "events", graphtest.Inputs{"encryptionType": "KMS", "kmsKeyId": "alias/aws/kinesis"}))},
		},
	},
}

// One call tests all controls of a package.
func TestStreams(t *testing.T) { policytest.Run(t, streams, streamFixtures) }

// A team audits a stack with the catalogue and with controls of its own together.
func Example() {
	g := graphtest.Stack(graphtest.Resource(streamType, "events", graphtest.Inputs{"encryptionType": "NONE"}))
	controls := append(catalogue.Controls(), streams...)
	result, err := policy.Audit(inspect.NewStack(g), controls, policy.Options{Only: []string{"OWN-KINESIS-1"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, finding := range result.Violations(policy.High) {
		fmt.Println(finding.Property, "is", finding.Got)
	}
	// Output:
	// encryptionType is NONE
	// kmsKeyId is not set
}
