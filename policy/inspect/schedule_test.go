package inspect

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestLongestGap(t *testing.T) {
	for expression, want := range map[string]float64{
		"cron(0 6 * * ? *)":          1,
		"cron(0 6 ? * * *)":          1,
		"cron(0/15 * * * ? *)":       1,
		"cron(0 6,18 ? * SUN-SAT *)": 1,
		"cron(0 6 ? * 1-7 *)":        1,
		"cron(0 6 ? * MON-FRI *)":    3,
		"cron(0 6 ? * FRI-MON *)":    4,
		"cron(0 6 ? * SUN *)":        7,
		"cron(0 6 ? * L *)":          7,
		"cron(0 6 1,15 * ? *)":       17,
		"cron(0 6 1/2 * ? *)":        2,
		"cron(0 6 1 * ? *)":          31,
		"cron(0 6 L * ? *)":          31,
		"cron(0 6 LW * ? *)":         31,
		"cron(0 6 15W * ? *)":        31,
		"cron(0 6 31 * ? *)":         61,
		"cron(0 6 ? * 2#1 *)":        35,
		"cron(0 6 ? * MONL *)":       35,
		"cron(0 6 1 1/3 ? *)":        92,
		"cron(0 6 1 JAN,JUL ? *)":    184,
		"cron(0 6 1 JAN ? *)":        366,
		"cron(0 6 29 2 ? *)":         math.NaN(),
		"cron(0 6 31 2 ? *)":         math.NaN(),
		"cron(0 6 1 * ? 2026)":       math.Inf(1),
		"rate(12 hours)":             0.5,
		"rate(1 day)":                1,
		"rate(90 days)":              90,
		"rate(90 minutes)":           1. / 16,
		"rate(0 days)":               math.NaN(),
		"rate(2 weeks)":              math.NaN(),
		"rate(days)":                 math.NaN(),
		"cron(0 6 * * *)":            math.NaN(),
		"cron(0 6 32 * ? *)":         math.NaN(),
		"cron(0 6 1 FOO ? *)":        math.NaN(),
		"cron(0 6 1,32 * ? *)":       math.NaN(),
		"cron(0 6 ? * FOO *)":        math.NaN(),
		"cron(0 6 1/0 * ? *)":        math.NaN(),
		"daily":                      math.NaN(),
		"":                           math.NaN(),
	} {
		days, ok := LongestGap(expression)
		if math.IsNaN(want) {
			assert.Falsef(t, ok, "%q: %g days", expression, days)
			continue
		}
		assert.Truef(t, ok, "%q cannot be read", expression)
		assert.InDeltaf(t, want, days, 1e-9, "%q", expression)
	}
}
