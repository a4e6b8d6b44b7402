package detection_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/components/observability/detection"
)

func TestDelayIsTheSumOfItsParts(t *testing.T) {
	var sum time.Duration
	for _, part := range detection.Parts() {
		assert.Positive(t, part.Length, part.What)
		assert.NotEmpty(t, part.What)
		assert.NotEmpty(t, part.Source, part.What)
		sum += part.Length
	}
	assert.Equal(t, sum, detection.Delay())
	assert.LessOrEqual(t, detection.Delay(), 10*time.Minute, "what objectives and docs/disaster-recovery.md promise")
}

// A simulation of every offset of the outage against the schedule: checks start somewhere within their minute, each fails
// after its time-out, and the alarm is evaluated on whole minutes.
func TestDelayHoldsForEveryOffset(t *testing.T) {
	step := 5 * time.Second
	for down := time.Duration(0); down < 2*time.Minute; down += step {
		for late := time.Duration(0); late < time.Minute; late += step {
			bad := map[int]bool{}
			counted := 0
			var told time.Duration
			for minute := 0; counted < detection.DatapointsToAlarm; minute++ {
				start := time.Duration(minute) * detection.CheckInterval
				if minute > 0 {
					start += late
				}
				if start < down {
					continue // the site still answered
				}
				failed := start + detection.CheckTimeout
				if period := int(failed / detection.Period); !bad[period] {
					bad[period], counted = true, counted+1
					told = time.Duration(period+1) * detection.Period
				}
			}
			assert.LessOrEqual(t, told-down, detection.Delay()-detection.MetricDelay-detection.EvaluationInterval-detection.Delivery,
				"down at %s, checks %s into their minute: without the metric's delay, the evaluation and the delivery", down, late)
		}
	}
}
