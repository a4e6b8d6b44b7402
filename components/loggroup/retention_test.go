package loggroup_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/components/loggroup"
)

// offered are written out after the reference of PutRetentionPolicy, to be compared with it.
var offered = []int{
	1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
}

func TestOnlyWhatCloudWatchOffersIsValid(t *testing.T) {
	assert.Equal(t, offered, loggroup.RetentionDays())
	for days := -1; days <= 4000; days++ {
		assert.Equal(t, slices.Contains(offered, days), loggroup.ValidRetention(days), days)
	}
}

func TestRuleNamesEveryPeriod(t *testing.T) {
	assert.Equal(t, "one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, "+
		"3288, 3653, the days CloudWatch Logs offers", loggroup.RetentionRule)
}

func TestNobodyChangesThePeriods(t *testing.T) {
	loggroup.RetentionDays()[0] = 0
	assert.Equal(t, offered, loggroup.RetentionDays())
	assert.False(t, loggroup.ValidRetention(0))
}
