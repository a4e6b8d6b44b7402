package route53

import (
	"strings"

	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

const (
	cloudWatchMetric = "CLOUDWATCH_METRIC"
	putMetricData    = ":aws-sdk:cloudwatch:putMetricData"
	scheduleType     = "aws:scheduler/schedule:Schedule"
	// publishedWithin is how long a metric may be silent, in days: five minutes.
	publishedWithin = 5. / (24 * 60)
)

// switchIsPublished looks at health checks of alarms that keep their last known status, which is also what Route 53 does
// where nothing is said. AWS publishes its own metrics; any other has to be published by a schedule of the stack, in the
// alarm's region.
// https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html (InsufficientDataHealthStatus)
func switchIsPublished(s *inspect.Stack, report *policy.Report) {
	const (
		property = "insufficientDataHealthStatus"
		want     = "a schedule that publishes the alarm's metric at least every five minutes"
		fix      = "publish the metric by a schedule with the universal target cloudwatch:putMetricData, as components/dr does"
	)
	for _, r := range s.Of("aws:route53/healthCheck:HealthCheck") {
		kind, silent := r.At("type"), r.At(property)
		if !kind.Unknown() && kind.Text() != cloudWatchMetric {
			continue
		}
		if kind.Unknown() || silent.Unknown() {
			report.Undecided(r, property, want)
			continue
		}
		if !silent.Unset() && silent.Text() != "LastKnownStatus" {
			report.Pass(r)
			continue
		}
		alarm, named := alarmOf(s, r), r.At("cloudwatchAlarmName")
		switch {
		case alarm == nil && (named.Unknown() || named.HasReference()):
			continue // another stack's alarm, whose publisher is judged there
		case alarm == nil:
			report.Fail(r, property, "the last known status of alarm "+named.Show()+", which the stack does not make", want, fix)
		case alarm.At("namespace").Unknown() || alarm.At("metricName").Unknown() || alarm.At("dimensions").Unknown():
			report.Undecided(r, property, want)
		case strings.HasPrefix(alarm.At("namespace").Text(), "AWS/"):
			report.Pass(r)
		default:
			judgePublishers(s, report, r, alarm, property, want, fix)
		}
	}
}

// alarmOf is the stack's alarm that a health check names, in the region that it names.
func alarmOf(s *inspect.Stack, check *inspect.Resource) *inspect.Resource {
	named, region := check.At("cloudwatchAlarmName"), check.At("cloudwatchAlarmRegion")
	if alarm := s.Resolve(named, inspect.MetricAlarmType); alarm != nil {
		return alarm
	}
	for _, alarm := range s.Of(inspect.MetricAlarmType) {
		if name := alarm.At("name").Text(); name != "" && name == named.Text() && (region.Text() == "" || region.Text() == alarm.Region) {
			return alarm
		}
	}
	return nil
}

func judgePublishers(s *inspect.Stack, report *policy.Report, check, alarm *inspect.Resource, property, want, fix string) {
	undecided := false
	for _, schedule := range s.Of(scheduleType) {
		published, known := publishes(schedule, alarm)
		if published {
			report.Pass(check)
			return
		}
		undecided = undecided || !known
	}
	if undecided {
		report.Undecided(check, property, want)
		return
	}
	report.Fail(check, property, "the last known status of a metric that nothing in the stack publishes", want, fix)
}

// publishes says whether a schedule publishes an alarm's metric often enough; known is false where the plan does not tell.
func publishes(schedule, alarm *inspect.Resource) (published, known bool) {
	input := schedule.At("target.input")
	for _, value := range []inspect.Value{schedule.At("target.arn"), schedule.At("scheduleExpression"), schedule.At("state"), schedule.At("endDate"), input} {
		if value.Unknown() || value.Secret() {
			return false, false
		}
	}
	gap, ok := inspect.LongestGap(schedule.At("scheduleExpression").Text())
	document, read := input.JSON()
	if !ok || !read || gap > publishedWithin || schedule.Region != alarm.Region || !strings.HasSuffix(schedule.At("target.arn").Text(), putMetricData) ||
		schedule.At("state").Text() == "DISABLED" || !schedule.At("endDate").Unset() || document.At("Namespace").Text() != alarm.At("namespace").Text() {
		return false, true
	}
	for _, datum := range document.At("MetricData").List() {
		if datum.At("MetricName").Text() == alarm.At("metricName").Text() && sameDimensions(datum.At("Dimensions"), alarm.At("dimensions")) {
			return true, true
		}
	}
	return false, true
}

// sameDimensions compares PutMetricData's list of names and values with an alarm's map.
func sameDimensions(list, table inspect.Value) bool {
	pairs := list.List()
	if len(pairs) != len(table.Keys()) {
		return false
	}
	for _, pair := range pairs {
		name := pair.At("Name").Text()
		if name == "" || table.Step(name).Text() != pair.At("Value").Text() {
			return false
		}
	}
	return true
}
