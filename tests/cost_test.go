package tests

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/cost"
)

func costOf(t *testing.T, of system, stack string) *cost.Estimate {
	t.Helper()
	e, err := cost.New(of.planned(t, stack), cost.Options{Now: time.Date(2026, time.December, 1, 0, 0, 0, 0, time.UTC)})
	require.NoError(t, err)
	return e
}

// The sum by hand, with the prices on AWS's pages (docs/cost.md has the table with the pages). An hour's price is paid 730 times.
func TestProductionCostsWhatASumByHandSays(t *testing.T) {
	byHand := map[string]float64{
		"RDS":             2*730*0.225 + 100*0.23,             // db.r6g.large in two zones, 100 GB: 351.50
		"ElastiCache":     2 * 730 * 0.206,                    // two cache.r6g.large: 300.76
		"PrivateLink":     9 * 3 * 730 * 0.01,                 // nine endpoints in three zones: 197.10
		"VPC":             3*730*0.045 + 6*730*0.005,          // three NAT gateways, six addresses: 98.55 + 21.90
		"Fargate":         3 * 730 * (1*0.04048 + 2*0.004445), // three tasks of one vCPU and two GiB: 108.12
		"WAF":             2*5 + 8*1,                          // two web ACLs, eight rules
		"Load balancing":  730 * 0.0225,                       // 16.43
		"CloudWatch":      62*0.10 + 17*0.30 + 3,              // metrics of alarms, metrics of filters, a dashboard: 14.30
		"KMS":             10 * 1,                             // five keys in two regions
		"Route 53":        2*0.50 + 4*0.50 + 3*1,              // zones, health checks, options of health checks
		"Secrets Manager": 14 * 0.40,                          // seven secrets in two regions
		"GuardDuty":       2 * 1,                              // two vCPUs of the database
	}
	e := costOf(t, frozen, "prod")
	total := 0.0
	for _, service := range e.Services() {
		assert.InEpsilon(t, byHand[service.Service]+1, service.Baseline+1, 0.05, service.Service)
	}
	for _, usd := range byHand {
		total += usd
	}
	assert.InDelta(t, 1150, total, 1, "the sum in docs/cost.md")
	assert.InEpsilon(t, total, e.Baseline(), 0.05)
}

// Types that have no price yet. A new type must be given a price, be known to cost nothing, or be listed here.
func TestUnpricedTypesAreKnown(t *testing.T) {
	known := []string{"aws:guardduty/detectorFeature:DetectorFeature", "aws:inspector2/enabler:Enabler", "aws:rds/instance:Instance"}
	for _, stack := range all {
		e := costOf(t, current, stack)
		assert.Positive(t, e.Baseline(), stack)
		for _, u := range e.Unpriced {
			assert.Contains(t, known, u.Type, "%s: %s", stack, u.Reason)
		}
	}
}
