package limits

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestSchedule(t *testing.T) {
	for expression, want := range map[string]bool{
		"rate(1 minute)": true, "rate(1 hour)": true, "rate(1 day)": true, "rate(2 minutes)": true, "rate(10 hours)": true, "rate(90 days)": true,
		"cron(0 2 ? * SUN *)": true, "cron(0/15 8-17 ? * MON-FRI *)": true, "cron(0 6 1 * ? 2027)": true,
		"rate(1 minutes)": false, "rate(2 minute)": false, "rate(0 minutes)": false, "rate(1 week)": false, "rate( 1 hour)": false,
		"cron(0 2 * * SUN)": false, "0 2 ? * SUN *": false, "at(2027-01-01T00:00:00)": false, "": false, "cron(0 2 ? * SUN *) ": false,
	} {
		assert.Equal(t, want, Schedule(expression), expression)
	}
}
