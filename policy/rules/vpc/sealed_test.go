package vpc

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/graph"
	. "github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/policy"
	. "github.com/carebase/carebase/policy/policytest"
)

// Pulumi seals a whole list of rules if one member of it is secret.
func TestSealedRulesAreUndecidable(t *testing.T) {
	seal := func(r *graph.Resource, key string) *graph.Resource {
		r.Inputs = r.Inputs.Set(key, property.New(graph.Secret).WithSecret(true))
		return r
	}
	open := Inputs{"ipProtocol": "tcp", "fromPort": 0, "toPort": 65535, "cidrIpv4": "0.0.0.0/0"}
	for _, id := range []string{"VPC-5", "VPC-6", "VPC-7"} {
		for about, r := range map[string]*graph.Resource{
			"list":     seal(Resource("aws:ec2/securityGroup:SecurityGroup", "group", Inputs{}), "ingress"),
			"range":    seal(Resource("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "rule", open), "cidrIpv4"),
			"protocol": seal(Resource("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "rule", open), "ipProtocol"),
		} {
			result := Audit(t, policy.Lookup(Controls, id), Example{Resources: Resources(r)})
			assert.Equal(t, policy.Undecidable.String(), result.Controls[0].Outcome.String(), "%s: sealed %s", id, about)
		}
	}
}
