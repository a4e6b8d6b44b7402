package route53

import (
	"maps"

	"github.com/carebase/carebase/graph"
	. "github.com/carebase/carebase/graph/graphtest"
	. "github.com/carebase/carebase/policy/policytest"
)

const (
	zoneType   = "aws:route53/zone:Zone"
	recordType = "aws:route53/record:Record"
)

var route53Fixtures = map[string]Fixture{
	"X-R53-HC": {
		Satisfied: []Example{
			{About: "a pair", Resources: []*graph.Resource{
				Resource(zoneType, "zone", Inputs{}), Resource(healthCheckType, "check", Inputs{}),
				failover("one", "PRIMARY", Inputs{"healthCheckId": Ref(healthCheckType, "check", "id")}),
				failover("two", "SECONDARY", Inputs{"name": "App.example.com.", "zoneId": Ref(zoneType, "zone", "id")}),
				Resource(recordType, "mail", Inputs{"zoneId": "Z1", "name": "example.com", "type": "MX"})}},
			{About: "a pair of aliases", Resources: []*graph.Resource{
				failover("one", "PRIMARY", Inputs{"aliases": []any{Inputs{"evaluateTargetHealth": true}}}), failover("two", "SECONDARY", Inputs{})}},
			{About: "a health check elsewhere", Resources: []*graph.Resource{failover("one", "PRIMARY", Inputs{"healthCheckId": "hc-1"}), failover("two", "SECONDARY", Inputs{})}},
		},
		Violated: []Example{
			{About: "no health check", Property: "healthCheckId", Resources: []*graph.Resource{failover("one", "PRIMARY", Inputs{}), failover("two", "SECONDARY", Inputs{})}},
			{About: "an alias that ignores its target's health", Property: "aliases[0].evaluateTargetHealth", Resources: []*graph.Resource{
				failover("one", "PRIMARY", Inputs{"aliases": []any{Inputs{"evaluateTargetHealth": false}}}), failover("two", "SECONDARY", Inputs{})}},
			{About: "a health check that is off", Property: "disabled", Resources: []*graph.Resource{
				Resource(healthCheckType, "check", Inputs{"disabled": true}),
				failover("one", "PRIMARY", Inputs{"healthCheckId": Ref(healthCheckType, "check", "id")}), failover("two", "SECONDARY", Inputs{})}},
			{About: "no secondary", Property: "failoverRoutingPolicies", Resources: []*graph.Resource{failover("one", "PRIMARY", Inputs{"healthCheckId": "hc-1"})}},
			{About: "no primary", Property: "failoverRoutingPolicies", Resources: []*graph.Resource{failover("two", "SECONDARY", Inputs{})}},
			{About: "a secondary of another name", Property: "failoverRoutingPolicies", Resources: []*graph.Resource{
				failover("one", "PRIMARY", Inputs{"healthCheckId": "hc-1"}), failover("two", "SECONDARY", Inputs{"name": "www.example.com"})}},
			{About: "a secondary of another type", Property: "failoverRoutingPolicies", Resources: []*graph.Resource{
				failover("one", "PRIMARY", Inputs{"healthCheckId": "hc-1"}), failover("two", "SECONDARY", Inputs{"type": "AAAA"})}},
			{About: "a secondary in another zone", Property: "failoverRoutingPolicies", Resources: []*graph.Resource{
				Resource(zoneType, "other", Inputs{}),
				failover("one", "PRIMARY", Inputs{"healthCheckId": "hc-1"}), failover("two", "SECONDARY", Inputs{"zoneId": Ref(zoneType, "other", "zoneId")})}},
		},
		Undecided: []Example{
			{About: "side not known", Resources: []*graph.Resource{
				Resource(recordType, "one", Inputs{"zoneId": "Z1", "name": "app.example.com", "type": "A", "failoverRoutingPolicies": Unknown})}},
			{About: "the other side not known", Resources: []*graph.Resource{
				failover("one", "PRIMARY", Inputs{"healthCheckId": "hc-1"}), failover("two", "", Inputs{"failoverRoutingPolicies": []any{Inputs{"type": Unknown}}})}},
			{About: "health check not known", Resources: []*graph.Resource{failover("one", "PRIMARY", Inputs{"healthCheckId": Unknown}), failover("two", "SECONDARY", Inputs{})}},
			{About: "name not known", Resources: []*graph.Resource{failover("one", "PRIMARY", Inputs{"healthCheckId": "hc-1", "name": Unknown}), failover("two", "SECONDARY", Inputs{"name": Unknown})}},
		},
	},
}

// failover is one side of a pair.
func failover(name, side string, more Inputs) *graph.Resource {
	inputs := Inputs{
		"zoneId": Ref(zoneType, "zone", "zoneId"), "name": "app.example.com", "type": "A",
		"failoverRoutingPolicies": []any{Inputs{"type": side}}, "setIdentifier": name,
	}
	maps.Copy(inputs, more)
	return Resource(recordType, name, inputs)
}
