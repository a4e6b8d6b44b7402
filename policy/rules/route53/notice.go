package route53

import (
	"slices"

	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

const (
	healthCheckType = "aws:route53/healthCheck:HealthCheck"
)

// healthChecksHeard wants for each health check an alarm with an action, on the check itself or on a calculated check that
// it is a part of. A check that follows an alarm of CloudWatch is heard by that alarm's actions (CW-1). Route 53's metrics
// are in us-east-1, and alarms see their own region only: a stack elsewhere has a canary with an alarm instead.
func healthChecksHeard(s *inspect.Stack, report *policy.Report) {
	const want = "an alarm on AWS/Route53 HealthCheckStatus, of the check or of a calculated check that it is a part of"
	for _, check := range s.Of(healthCheckType) {
		switch {
		case check.At("type").Text() == "CLOUDWATCH_METRIC", checkHeard(s, check):
			report.Pass(check)
		case inspect.RegionOf(check) != "us-east-1" && hasCanary(s):
			report.Pass(check)
		default:
			report.Fail(check, "healthCheckId", "watched by no alarm", want,
				"name it among the System's HealthChecks of components/observability, in us-east-1; elsewhere add a Canary")
		}
	}
}

func checkHeard(s *inspect.Stack, check *inspect.Resource) bool {
	isHeard := func(alarm *inspect.Resource) bool {
		return alarm.At("metricName").Text() == "HealthCheckStatus" && alarm.At("namespace").Text() == "AWS/Route53" && acts(alarm)
	}
	if slices.ContainsFunc(s.Pointing(check, inspect.MetricAlarmType, "dimensions"), isHeard) {
		return true
	}
	return slices.ContainsFunc(s.Pointing(check, healthCheckType, "childHealthchecks"), func(parent *inspect.Resource) bool { return checkHeard(s, parent) })
}

// acts is true for an alarm that tells somebody when it goes off.
func acts(r *inspect.Resource) bool {
	actions := r.At("alarmActions")
	return !r.At("actionsEnabled").False() && (actions.Unknown() || slices.ContainsFunc(actions.List(), func(action inspect.Value) bool {
		return action.Unknown() || !action.Unset()
	}))
}

// hasCanary is true for a stack with an alarm on what a canary publishes, which goes off when the canary is silent, too.
func hasCanary(s *inspect.Stack) bool {
	return slices.ContainsFunc(s.Of(inspect.MetricAlarmType), func(alarm *inspect.Resource) bool {
		return slices.Contains([]string{"Carebase/Canary", "CloudWatchSynthetics"}, alarm.At("namespace").Text()) &&
			alarm.At("treatMissingData").Text() == "breaching" && acts(alarm)
	})
}
