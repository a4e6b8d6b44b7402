package route53

import (
	"github.com/carebase/carebase/graph"
	. "github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/policy/inspect"
	. "github.com/carebase/carebase/policy/policytest"
	"github.com/carebase/carebase/policy/rules/internal/examples"
)

// checkAlarm is an alarm on a health check's status.
func checkAlarm(check string, changes Inputs) *graph.Resource {
	return Resource(inspect.MetricAlarmType, "alarm-"+check, examples.Changed(Inputs{
		"namespace": "AWS/Route53", "metricName": "HealthCheckStatus", "dimensions": Inputs{"HealthCheckId": Ref(healthCheckType, check, "id")},
		"alarmActions": []any{"arn:x"},
	}, changes))
}

func healthCheck(name, typ string, children ...string) *graph.Resource {
	inputs := Inputs{"type": typ}
	if len(children) > 0 {
		ids := []any{}
		for _, child := range children {
			ids = append(ids, Ref(healthCheckType, child, "id"))
		}
		inputs["childHealthchecks"] = ids
	}
	return Resource(healthCheckType, name, inputs)
}

var (
	canaryAlarm = InRegion("us-west-2", Resource(inspect.MetricAlarmType, "canary", Inputs{"namespace": "Carebase/Canary", "treatMissingData": "breaching", "alarmActions": []any{"arn:x"}}))
)

var noticeFixtures = map[string]Fixture{
	"X-NOTICE-CHECK": {
		Satisfied: []Example{
			{About: "an alarm", Resources: Resources(healthCheck("site", "HTTPS"), checkAlarm("site", Inputs{}))},
			{About: "part of a calculated check with an alarm", Resources: Resources(
				healthCheck("endpoint", "HTTPS"), healthCheck("origin", "CALCULATED", "endpoint"), checkAlarm("origin", Inputs{}))},
			{About: "follows an alarm", Resources: Resources(healthCheck("switch", "CLOUDWATCH_METRIC"))},
			{About: "elsewhere, with a canary", Resources: Resources(InRegion("us-west-2", healthCheck("site", "HTTPS")), canaryAlarm)},
		},
		Violated: []Example{
			{About: "no alarm", Property: "healthCheckId", Resources: Resources(healthCheck("site", "HTTPS"))},
			{About: "an alarm that tells nobody", Property: "healthCheckId", Resources: Resources(
				healthCheck("site", "HTTPS"), checkAlarm("site", Inputs{"alarmActions": []any{}}))},
			{About: "an alarm that is muted", Property: "healthCheckId", Resources: Resources(
				healthCheck("site", "HTTPS"), checkAlarm("site", Inputs{"actionsEnabled": false}))},
			{About: "an alarm on the latency", Property: "healthCheckId", Resources: Resources(
				healthCheck("site", "HTTPS"), checkAlarm("site", Inputs{"metricName": "TimeToFirstByte"}))},
			{About: "part of a calculated check without alarm", Property: "healthCheckId", Resources: Resources(
				healthCheck("endpoint", "HTTPS"), healthCheck("origin", "CALCULATED", "endpoint"))},
			{About: "in us-east-1, with a canary elsewhere", Property: "healthCheckId", Resources: Resources(healthCheck("site", "HTTPS"), canaryAlarm)},
			{About: "elsewhere, with a canary that may be silent", Property: "healthCheckId", Resources: Resources(
				InRegion("us-west-2", healthCheck("site", "HTTPS")),
				InRegion("us-west-2", Resource(inspect.MetricAlarmType, "canary", Inputs{"namespace": "Carebase/Canary", "treatMissingData": "ignore", "alarmActions": []any{"arn:x"}})))},
			{About: "elsewhere, without a canary", Property: "healthCheckId", Resources: Resources(InRegion("us-west-2", healthCheck("site", "HTTPS")))},
		},
	},
}
