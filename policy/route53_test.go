package policy

import (
	"maps"

	"github.com/carebase/carebase/graph"
)

const (
	zoneType   = "aws:route53/zone:Zone"
	recordType = "aws:route53/record:Record"
)

var route53Fixtures = map[string]fixture{
	"X-R53-HC": {
		satisfied: []example{
			{about: "a pair", resources: []*graph.Resource{
				res(zoneType, "zone", in{}), res(healthCheckType, "check", in{}),
				failover("one", "PRIMARY", in{"healthCheckId": ref(healthCheckType, "check", "id")}),
				failover("two", "SECONDARY", in{"name": "App.example.com.", "zoneId": ref(zoneType, "zone", "id")}),
				res(recordType, "mail", in{"zoneId": "Z1", "name": "example.com", "type": "MX"})}},
			{about: "a pair of aliases", resources: []*graph.Resource{
				failover("one", "PRIMARY", in{"aliases": []any{in{"evaluateTargetHealth": true}}}), failover("two", "SECONDARY", in{})}},
			{about: "a health check elsewhere", resources: []*graph.Resource{failover("one", "PRIMARY", in{"healthCheckId": "hc-1"}), failover("two", "SECONDARY", in{})}},
		},
		violated: []example{
			{about: "no health check", property: "healthCheckId", resources: []*graph.Resource{failover("one", "PRIMARY", in{}), failover("two", "SECONDARY", in{})}},
			{about: "an alias that ignores its target's health", property: "aliases[0].evaluateTargetHealth", resources: []*graph.Resource{
				failover("one", "PRIMARY", in{"aliases": []any{in{"evaluateTargetHealth": false}}}), failover("two", "SECONDARY", in{})}},
			{about: "a health check that is off", property: "disabled", resources: []*graph.Resource{
				res(healthCheckType, "check", in{"disabled": true}),
				failover("one", "PRIMARY", in{"healthCheckId": ref(healthCheckType, "check", "id")}), failover("two", "SECONDARY", in{})}},
			{about: "no secondary", property: "failoverRoutingPolicies", resources: []*graph.Resource{failover("one", "PRIMARY", in{"healthCheckId": "hc-1"})}},
			{about: "no primary", property: "failoverRoutingPolicies", resources: []*graph.Resource{failover("two", "SECONDARY", in{})}},
			{about: "a secondary of another name", property: "failoverRoutingPolicies", resources: []*graph.Resource{
				failover("one", "PRIMARY", in{"healthCheckId": "hc-1"}), failover("two", "SECONDARY", in{"name": "www.example.com"})}},
			{about: "a secondary of another type", property: "failoverRoutingPolicies", resources: []*graph.Resource{
				failover("one", "PRIMARY", in{"healthCheckId": "hc-1"}), failover("two", "SECONDARY", in{"type": "AAAA"})}},
			{about: "a secondary in another zone", property: "failoverRoutingPolicies", resources: []*graph.Resource{
				res(zoneType, "other", in{}),
				failover("one", "PRIMARY", in{"healthCheckId": "hc-1"}), failover("two", "SECONDARY", in{"zoneId": ref(zoneType, "other", "zoneId")})}},
		},
		undecided: []example{
			{about: "side not known", resources: []*graph.Resource{
				res(recordType, "one", in{"zoneId": "Z1", "name": "app.example.com", "type": "A", "failoverRoutingPolicies": unknown})}},
			{about: "the other side not known", resources: []*graph.Resource{
				failover("one", "PRIMARY", in{"healthCheckId": "hc-1"}), failover("two", "", in{"failoverRoutingPolicies": []any{in{"type": unknown}}})}},
			{about: "health check not known", resources: []*graph.Resource{failover("one", "PRIMARY", in{"healthCheckId": unknown}), failover("two", "SECONDARY", in{})}},
			{about: "name not known", resources: []*graph.Resource{failover("one", "PRIMARY", in{"healthCheckId": "hc-1", "name": unknown}), failover("two", "SECONDARY", in{"name": unknown})}},
		},
	},
}

// failover is one side of a pair.
func failover(name, side string, more in) *graph.Resource {
	inputs := in{
		"zoneId": ref(zoneType, "zone", "zoneId"), "name": "app.example.com", "type": "A",
		"failoverRoutingPolicies": []any{in{"type": side}}, "setIdentifier": name,
	}
	maps.Copy(inputs, more)
	return res(recordType, name, inputs)
}
