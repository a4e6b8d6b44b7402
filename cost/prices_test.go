package cost

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var priceRegions = []string{"us-east-1", "us-west-2", "eu-west-2"}

func TestEveryItemHasAPriceInEveryRegion(t *testing.T) {
	table := Prices()
	for key := range table.prices {
		if key.region == global {
			continue
		}
		for _, region := range priceRegions {
			_, found := table.Lookup(key.service, key.item, region)
			assert.True(t, found, "%s %s has no price in %s", key.service, key.item, region)
		}
		assert.Contains(t, priceRegions, key.region)
	}
}

func TestEveryPriceNamesItsPage(t *testing.T) {
	for _, p := range Prices().prices {
		assert.Regexp(t, `^https://(aws\.amazon\.com/.*pricing|github\.com/cristim/)`, p.Page)
		assert.Greater(t, len(p.Read), 10, "%s %s: say where the number was read, or why there is no source", p.Service, p.Item)
		if !p.Verified {
			assert.True(t, p.Published.IsZero(), "%s %s: a price without a source has no day of publication", p.Service, p.Item)
		}
	}
}

// What several documents said of the same rows in 2026.
func TestPricesThatAreKnownFromElsewhere(t *testing.T) {
	for item, usd := range map[[3]string]float64{
		{"RDS", "db.r6g.large PostgreSQL", "us-east-1"}:        0.225,
		{"RDS", "db.t4g.micro PostgreSQL", "eu-west-2"}:        0.018,
		{"RDS", "db.t3.micro PostgreSQL", "eu-west-2"}:         0.021,
		{"ElastiCache", "cache.r6g.large Redis", "us-east-1"}:  0.206,
		{"ElastiCache", "cache.r6g.large Valkey", "us-west-2"}: 0.1648,
		{"EC2", "t4g.medium linux", "us-east-1"}:               0.0336,
		{"EC2", "t3.micro linux", "eu-west-2"}:                 0.0118,
	} {
		price, found := Prices().Lookup(item[0], item[1], item[2])
		require.True(t, found, item)
		assert.InDelta(t, usd, price.USD, 1e-9, item)
	}
}

func TestAMistakeInTheTableIsFound(t *testing.T) {
	const (
		header    = "service,item,unit,region,usd,page,checked,published,read,verified\n"
		row       = "VPC,nat,hour,us-east-1,0.045,https://x,2026-12-01,,somewhere,yes\n"
		instances = "service,class,engine,region,usd,vcpu,page,published\n"
	)
	for text, problem := range map[string]string{
		header + row + row: "prices.csv: line 3: VPC, nat in us-east-1 has two prices",
		header + strings.Replace(row, "0.045", "0", 1):          `prices.csv: line 2: usd is "0": write a number above 0`,
		header + strings.Replace(row, ",yes", ",maybe", 1):      `prices.csv: line 2: verified is "maybe": write yes or no`,
		header + strings.Replace(row, "2026-12-01", "12/01", 1): `prices.csv: line 2: checked: parsing time "12/01" as "2006-01-02": cannot parse "12/01" as "2006"`,
		header + strings.Replace(row, "https://x", "", 1):       "prices.csv: line 2: service, item, unit, region, page or read is empty",
		"service,item\n" + row:                                  "prices.csv: record on line 1: wrong number of fields",
		strings.Replace(header, "usd", "eur", 1) + row:          "prices.csv: the header is [service item unit region eur page checked published read verified], not [service item unit region usd page checked published read verified]",
	} {
		_, err := readTable(strings.NewReader(text), strings.NewReader(instances))
		assert.EqualError(t, err, problem)
	}
	_, err := readTable(strings.NewReader(header+row), strings.NewReader(instances+"RDS,db.x,PostgreSQL,us-east-1,1,many,https://x,2026-12-01\n"))
	assert.EqualError(t, err, `instances.csv: line 2: vcpu: strconv.ParseFloat: parsing "many": invalid syntax`)
	_, err = readTable(strings.NewReader(header+row), strings.NewReader(instances))
	assert.NoError(t, err)
}

func TestOldAndUnverifiedPricesAreNamed(t *testing.T) {
	gateway, inspector := resource("aws:ec2/natGateway:NatGateway", in{}), resource("aws:inspector2/enabler:Enabler", in{"resourceTypes": list{"ECR"}})
	write := func(now time.Time) string {
		var b strings.Builder
		e := estimate(t, Options{Now: now}, gateway, inspector)
		require.NoError(t, e.Write(&b, "text", Budget{}))
		return b.String()
	}
	published := time.Date(2026, time.September, 4, 0, 0, 0, 0, time.UTC) // of the NAT gateway's price
	assert.NotContains(t, write(published.AddDate(0, 0, 180)), "warning")
	assert.Contains(t, write(published.AddDate(0, 0, 181)), "warning: prices older than 180 days: 1, of VPC; the oldest is of 2026-09-04\n")
	assert.Contains(t, write(today), "* price without a source; check it on AWS's page:\n  no source was reached; an assumption that must be checked on the page:\n"+
		"    Inspector image in us-east-1: 0.09 USD per initial scan of an image, https://aws.amazon.com/inspector/pricing/\n")
}

func TestFreeAndPricedTypesAreApart(t *testing.T) {
	// A type in both has resources of both kinds: an endpoint is of a gateway or of interfaces.
	both := []string{
		"aws:accessanalyzer/analyzer:Analyzer", "aws:appautoscaling/policy:Policy", "aws:cloudtrail/trail:Trail", "aws:ec2/vpcEndpoint:VpcEndpoint",
		"aws:guardduty/detectorFeature:DetectorFeature",
	}
	for kind, reason := range free {
		assert.NotEmpty(t, reason, kind)
		if priced[kind] != nil {
			assert.Contains(t, both, kind)
		}
	}
}
