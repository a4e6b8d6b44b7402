// Package loggroup knows how long CloudWatch Logs can keep what is in a log group, for settings and components that
// refuse a number of days before AWS does. It registers nothing: each component makes its own log groups.
package loggroup

import (
	"fmt"
	"slices"
	"strings"
)

// retentionDays are the values of retentionInDays, in ascending order. "Never expire" has no number, and is not for
// log groups of ours.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
var retentionDays = []int{
	1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
}

// RetentionRule says in words what ValidRetention allows, for error messages.
var RetentionRule = "one of " + strings.ReplaceAll(strings.Trim(fmt.Sprint(retentionDays), "[]"), " ", ", ") +
	", the days CloudWatch Logs offers"

// RetentionDays are the numbers of days that CloudWatch Logs offers, in ascending order. 2192 is the six years of
// 45 CFR 164.316(b)(2)(i).
func RetentionDays() []int { return slices.Clone(retentionDays) }

// ValidRetention tells whether CloudWatch Logs can keep events for that many days.
func ValidRetention(days int) bool { return slices.Contains(retentionDays, days) }
