// Package window reads the backup, snapshot and maintenance windows of RDS and ElastiCache and tells whether two of
// them overlap, which AWS refuses. Times are UTC. It is pure: no AWS, no Pulumi.
package window

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
)

const (
	day  = 24 * 60 // minutes
	week = 7 * day
)

// days in the order in which minutes of the week are counted; AWS writes them in lower case, and any other case
// would differ from what it hands back.
var days = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

var (
	daily  = regexp.MustCompile(`^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$`)
	weekly = regexp.MustCompile(`^([a-z]{3}):([01]\d|2[0-3]):([0-5]\d)-([a-z]{3}):([01]\d|2[0-3]):([0-5]\d)$`)
)

// A Window is a span of time that comes back every day or every week.
type Window struct {
	starts  []int // minutes of the week: seven for a daily window, one for a weekly one
	minutes int
}

// Daily reads "hh:mm-hh:mm". A window may pass midnight.
func Daily(text string) (Window, error) {
	m := daily.FindStringSubmatch(text)
	if m == nil {
		return Window{}, fmt.Errorf("%q is not of the form hh:mm-hh:mm", text)
	}
	start, end := minute(m[1], m[2]), minute(m[3], m[4])
	w := Window{minutes: modulo(end-start, day)}
	for i := range days {
		w.starts = append(w.starts, i*day+start)
	}
	return w, nil
}

// Weekly reads "ddd:hh:mm-ddd:hh:mm", days as mon, tue, wed, thu, fri, sat, sun. A window may pass the week's end.
func Weekly(text string) (Window, error) {
	m := weekly.FindStringSubmatch(text)
	if m == nil {
		return Window{}, fmt.Errorf("%q is not of the form ddd:hh:mm-ddd:hh:mm", text)
	}
	from, to := slices.Index(days, m[1]), slices.Index(days, m[4])
	if from < 0 || to < 0 {
		return Window{}, fmt.Errorf("%q names a day that is none of %v", text, days)
	}
	start, end := from*day+minute(m[2], m[3]), to*day+minute(m[5], m[6])
	return Window{starts: []int{start}, minutes: modulo(end-start, week)}, nil
}

// Minutes is how long the window is open each time.
func (w Window) Minutes() int { return w.minutes }

// Overlaps is true where some minute belongs to both windows. One may end when the other begins.
func (w Window) Overlaps(other Window) bool {
	if w.minutes == 0 || other.minutes == 0 {
		return false
	}
	for _, a := range w.starts {
		for _, b := range other.starts {
			if modulo(b-a, week) < w.minutes || modulo(a-b, week) < other.minutes {
				return true
			}
		}
	}
	return false
}

func minute(hours, minutes string) int {
	h, _ := strconv.Atoi(hours) // digits, by the pattern
	m, _ := strconv.Atoi(minutes)
	return h*60 + m
}

// modulo is a mod n, never negative.
func modulo(a, n int) int { return (a%n + n) % n }
