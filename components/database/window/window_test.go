package window

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestWindowsAreRead(t *testing.T) {
	for text, minutes := range map[string]int{
		"03:00-04:00": 60, "23:30-00:30": 60, "00:00-23:59": 1439, "03:00-03:00": 0,
	} {
		w, err := Daily(text)
		require.NoError(t, err, text)
		assert.Equal(t, minutes, w.Minutes(), text)
	}
	for text, minutes := range map[string]int{
		"sun:04:00-sun:05:00": 60, "sun:23:30-mon:00:30": 60, "mon:00:00-tue:00:00": 1440, "tue:00:00-mon:00:00": 6 * 1440,
	} {
		w, err := Weekly(text)
		require.NoError(t, err, text)
		assert.Equal(t, minutes, w.Minutes(), text)
	}
}

func TestWhatIsNoWindowIsRefused(t *testing.T) {
	for _, text := range []string{"", "3:00-4:00", "03:00", "24:00-01:00", "03:60-04:00", "03:00-04:00 ", "sun:03:00-sun:04:00"} {
		_, err := Daily(text)
		assert.Error(t, err, text)
	}
	for _, text := range []string{"", "03:00-04:00", "Sun:04:00-Sun:05:00", "sun:4:00-sun:5:00", "xyz:04:00-sun:05:00", "sun:04:00-xyz:05:00"} {
		_, err := Weekly(text)
		assert.Error(t, err, text)
	}
}

func TestOverlap(t *testing.T) {
	for _, c := range []struct {
		daily, weekly string
		overlap       bool
	}{
		{"03:00-04:00", "sun:04:00-sun:05:00", false}, // one after the other, as in the guide
		{"04:00-05:00", "sun:03:00-sun:04:00", false},
		{"03:00-04:01", "sun:04:00-sun:05:00", true},
		{"23:30-00:30", "wed:00:00-wed:01:00", true},  // over midnight
		{"00:00-01:00", "sun:23:30-mon:00:30", true},  // over the week's end
		{"12:00-13:00", "mon:00:00-tue:00:00", true},  // inside
		{"03:00-03:00", "sun:00:00-mon:00:00", false}, // never open
	} {
		d, err := Daily(c.daily)
		require.NoError(t, err)
		w, err := Weekly(c.weekly)
		require.NoError(t, err)
		assert.Equal(t, c.overlap, d.Overlaps(w), "%s and %s", c.daily, c.weekly)
		assert.Equal(t, c.overlap, w.Overlaps(d), "%s and %s", c.weekly, c.daily)
	}
}

// Overlapping is having a minute of the week in common, counted one by one.
func TestOverlapIsACommonMinute(t *testing.T) {
	minuteOfDay := rapid.IntRange(0, day-1)
	clock := func(m int) string { return fmt.Sprintf("%02d:%02d", m/60, m%60) }
	rapid.Check(t, func(t *rapid.T) {
		d, err := Daily(clock(minuteOfDay.Draw(t, "from")) + "-" + clock(minuteOfDay.Draw(t, "to")))
		require.NoError(t, err)
		w, err := Weekly(rapid.SampledFrom(days).Draw(t, "first day") + ":" + clock(minuteOfDay.Draw(t, "from")) + "-" +
			rapid.SampledFrom(days).Draw(t, "last day") + ":" + clock(minuteOfDay.Draw(t, "to")))
		require.NoError(t, err)

		open := map[int]bool{}
		for _, start := range d.starts {
			for m := range d.minutes {
				open[(start+m)%week] = true
			}
		}
		common := false
		for m := range w.minutes {
			common = common || open[(w.starts[0]+m)%week]
		}
		require.Equal(t, common, d.Overlaps(w))
		require.Equal(t, common, w.Overlaps(d))
	})
}
