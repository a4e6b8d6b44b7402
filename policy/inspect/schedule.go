package inspect

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// LongestGap is the longest time between two runs of a schedule, in days: rate(12 hours), or AWS's cron of minutes,
// hours, days of the month, months, days of the week and years. ok is false for what is neither.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
func LongestGap(expression string) (days float64, ok bool) {
	if inner, found := strings.CutPrefix(expression, "rate("); found {
		return rate(strings.Fields(strings.TrimSuffix(inner, ")")))
	}
	fields := strings.Fields(strings.TrimSuffix(strings.TrimPrefix(expression, "cron("), ")"))
	if len(fields) != 6 {
		return 0, false
	}
	if fields[5] != "*" && fields[5] != "?" {
		return math.Inf(1), true // it ends
	}
	return cronGap(fields[2], fields[3], fields[4])
}

func rate(words []string) (days float64, ok bool) {
	if len(words) != 2 {
		return 0, false
	}
	n, err := strconv.ParseFloat(words[0], 64)
	each, known := map[string]float64{"minute": 1. / 24 / 60, "hour": 1. / 24, "day": 1}[strings.TrimSuffix(words[1], "s")]
	return n * each, err == nil && known && n > 0
}

// cronGap goes through the calendar day by day.
func cronGap(dayOfMonth, month, dayOfWeek string) (days float64, ok bool) {
	months, ok := admitted(month, 12, monthNames)
	onDay, known := dayRule(dayOfMonth, dayOfWeek)
	if !ok || !known {
		return 0, false
	}
	last, runs := 0, 0
	for i, day := range calendar() {
		if months[day.month] && onDay(day) {
			days = max(days, float64(i-last), 1)
			last = i
			runs++
		}
	}
	return days, runs > 1
}

// A date of the calendar. Weekdays are as in AWS's cron: 1 is Sunday. End is the month's last day.
type date struct{ month, day, weekday, end int }

// calendar has four years, a leap year among them.
var calendar = sync.OnceValue(func() []date {
	var dates []date
	for day := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() < 2028; day = day.AddDate(0, 0, 1) {
		end := day.AddDate(0, 1, -day.Day()).Day()
		dates = append(dates, date{month: int(day.Month()), day: day.Day(), weekday: int(day.Weekday()) + 1, end: end})
	}
	return dates
})

var (
	monthNames   = []string{"", "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}
	weekdayNames = []string{"", "SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}
)

// dayRule is true on the days that both fields admit. AWS has one of them as "?".
func dayRule(dayOfMonth, dayOfWeek string) (rule func(date) bool, ok bool) {
	which, nth, isNth := strings.Cut(dayOfWeek, "#") // MON#2: the second Monday
	which, isLast := strings.CutSuffix(which, "L")   // MONL: the last Monday, L: Saturday
	if isLast && which == "" {
		which, isLast = "SAT", false
	}
	weekdays, ok := admitted(which, 7, weekdayNames)
	atEnd := strings.HasPrefix(dayOfMonth, "L")                       // L, LW: the month's last day
	dates, known := admitted(strings.Trim(dayOfMonth, "LW"), 31, nil) // 15W: the weekday next to the 15th
	return func(d date) bool {
		inWeek := weekdays[d.weekday] && (!isNth || strconv.Itoa((d.day+6)/7) == nth) && (!isLast || d.day > d.end-7)
		if atEnd {
			return inWeek && d.day == d.end
		}
		return inWeek && dates[d.day]
	}, ok && (known || atEnd)
}

// admitted reads one field of a cron expression: *, ?, numbers or names from 1 to most, ranges, steps, lists of those.
func admitted(field string, most int, names []string) (values []bool, ok bool) {
	values = make([]bool, most+1)
	for _, part := range strings.Split(field, ",") {
		part, stepText, stepped := strings.Cut(part, "/")
		step := 1
		if stepped {
			step, _ = strconv.Atoi(stepText)
		}
		from, to, ranged := strings.Cut(part, "-")
		first, last := number(from, names), number(to, names)
		switch {
		case part == "*" || part == "?":
			first, last = 1, most
		case !ranged && stepped:
			last = most
		case !ranged:
			last = first
		}
		if step < 1 || first < 1 || last < 1 || first > most || last > most {
			return values, false
		}
		if last < first { // FRI-MON
			last += most
		}
		for i := first; i <= last; i += step {
			values[(i-1)%most+1] = true
		}
	}
	return values, true
}

func number(text string, names []string) int {
	if i := slices.Index(names, strings.ToUpper(text)); i > 0 {
		return i
	}
	n, _ := strconv.Atoi(text)
	return n
}
