package cloud

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestATimeIsSplitIntoDays(t *testing.T) {
	now := time.Date(2026, 11, 21, 3, 0, 30, 0, time.UTC)
	minute := now.Truncate(time.Minute)
	assert.Equal(t, []span{{minute.Add(-3 * time.Hour), now}}, days(now.Add(-3*time.Hour), now))
	assert.Equal(t, []span{
		{minute.Add(-50 * time.Hour), minute.Add(-26 * time.Hour)},
		{minute.Add(-26 * time.Hour), minute.Add(-2 * time.Hour)},
		{minute.Add(-2 * time.Hour), now},
	}, days(now.Add(-50*time.Hour), now))
	assert.Empty(t, days(now.Add(time.Hour), now))

	for _, since := range []time.Duration{time.Minute, 23*time.Hour + 59*time.Minute + 45*time.Second, 24 * time.Hour, 24*time.Hour + time.Second, 48 * time.Hour, 15 * 24 * time.Hour, 400 * 24 * time.Hour} {
		parts := days(now.Add(-since), now)
		require.NotEmpty(t, parts, since)
		for i, part := range parts {
			// What CloudWatch counts: every minute that begins in the part, whose beginning it rounds down.
			readings := 0
			for at := part.from.Truncate(time.Minute); at.Before(part.to); at = at.Add(time.Minute) {
				readings++
			}
			assert.LessOrEqual(t, readings, 1440, "%s: %v", since, part)
			assert.Greater(t, readings, 0, "%s: %v", since, part)
			if i > 0 {
				assert.Equal(t, parts[i-1].to, part.from, "%s: a gap or the same twice", since)
			}
		}
		assert.Equal(t, now, parts[len(parts)-1].to, since)
		if since < kept {
			assert.False(t, parts[0].from.After(now.Add(-since)), since)
		}
		assert.False(t, parts[0].from.Before(now.Add(-kept)), "%s: nothing is given from so far back", since)
	}
}
