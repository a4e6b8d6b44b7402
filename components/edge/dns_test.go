package edge_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/componenttest"
)

const recordType = "aws:route53/record:Record"

func TestZoneCreated(t *testing.T) {
	g := planned(t, production())
	inputs(t, g, "aws:route53/zone:Zone", "edge-zone", map[string]any{
		"name": "careconnect.health", "comment": "Public names of careconnect.health",
	})
	inputs(t, g, recordType, "edge-caa", map[string]any{
		"zoneId": "${edge-zone.zoneId}", "name": "careconnect.health", "type": "CAA", "ttl": 3600.0,
		"records": []any{`0 issue "amazon.com"`, `0 issuewild "amazon.com"`}, "allowOverwrite": true,
	})
}

// A zone that comes back has other name servers: it is protected where the settings say so.
func TestZoneIsProtected(t *testing.T) {
	for _, protect := range []bool{true, false} {
		args := production()
		args.DeletionProtection = protect
		zone := componenttest.Find(t, planned(t, args), "aws:route53/zone:Zone", "edge-zone")
		assert.Equal(t, protect, zone.Protect)
	}
}

func TestZoneGiven(t *testing.T) {
	g := planned(t, development())
	assert.Empty(t, g.OfType("aws:route53/zone:Zone"))
	for _, r := range g.OfType(recordType) {
		assert.Equal(t, "Z123", componenttest.Input(t, r, "zoneId"), r.Name)
		assert.NotEqual(t, "CAA", componenttest.Input(t, r, "type"), "what its owner lets issue is not ours to say")
		if r.Name != "edge-certificate-record" {
			assert.Equal(t, false, componenttest.Input(t, r, "allowOverwrite"), "another system's record would be taken: %s", r.Name)
		}
	}
}

func TestEveryNameLeadsToCloudFront(t *testing.T) {
	want := map[string]map[string]any{}
	for name, host := range map[string]string{
		"edge-record": "careconnect.health", "edge-record-www": "www.careconnect.health", "edge-record-api": "api.careconnect.health",
	} {
		for suffix, kind := range map[string]string{"-a": "A", "-aaaa": "AAAA"} {
			want[name+suffix] = map[string]any{
				"zoneId": "${edge-zone.zoneId}", "name": host, "type": kind,
				"aliases": []any{map[string]any{
					"name": "${edge-cdn.domainName}", "zoneId": "${edge-cdn.hostedZoneId}", "evaluateTargetHealth": false,
				}},
				"allowOverwrite": true,
			}
		}
	}
	got := map[string]map[string]any{}
	for _, r := range planned(t, production()).OfType(recordType) {
		if componenttest.Input(t, r, "aliases") != nil {
			got[r.Name] = componenttest.Input(t, r, "").(map[string]any)
		}
	}
	assert.Equal(t, want, got)
}
