package edge_test

import (
	"testing"

	"github.com/carebase/carebase/components/edge"
)

// A checker that is turned away would count the site as down.
func TestHealthCheck(t *testing.T) {
	us := []any{"us-east-1", "us-west-1", "us-west-2"}
	all := append(us[:3:3], "eu-west-1", "ap-southeast-1", "ap-southeast-2", "ap-northeast-1", "sa-east-1")
	for what, c := range map[string]struct {
		change  func(*edge.Args)
		regions []any
	}{
		"from the countries let in":      {func(*edge.Args) {}, us},
		"from everywhere":                {func(a *edge.Args) { a.AllowedCountries = nil }, all},
		"not from a country turned away": {func(a *edge.Args) { a.AllowedCountries, a.BlockedCountries = nil, []string{"US"} }, all[3:]},
		"from both lists taken together": {func(a *edge.Args) { a.AllowedCountries = append(a.AllowedCountries, "IE", "BR") }, append(us[:3:3], "eu-west-1", "sa-east-1")},
	} {
		t.Run(what, func(t *testing.T) {
			args := production()
			c.change(args)
			inputs(t, planned(t, args), "aws:route53/healthCheck:HealthCheck", "edge-health-check", map[string]any{
				"type": "HTTPS", "fqdn": "careconnect.health", "port": 443.0, "resourcePath": "/actuator/health", "enableSni": true,
				"requestInterval": 30.0, "failureThreshold": 3.0, "measureLatency": true, "regions": c.regions,
				"tags": map[string]any{"Name": "edge-health-check"},
			})
		})
	}
}
