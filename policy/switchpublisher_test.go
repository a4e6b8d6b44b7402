package policy

import (
	"maps"

	"github.com/carebase/carebase/graph"
)

var switchFixtures = map[string]fixture{
	"X-R53-LAST": {
		satisfied: []example{
			{about: "published every minute", resources: []*graph.Resource{lastKnown(in{}), switchAlarm(in{}), publisher(in{}, in{})}},
			{about: "the alarm by its name", resources: []*graph.Resource{
				lastKnown(in{"cloudwatchAlarmName": "switch", "cloudwatchAlarmRegion": "us-east-1"}), switchAlarm(in{}), publisher(in{}, in{})}},
			{about: "a metric of AWS", resources: []*graph.Resource{lastKnown(in{}), switchAlarm(in{"namespace": "AWS/ApplicationELB"})}},
			{about: "silence is unhealthy", resources: []*graph.Resource{lastKnown(in{"insufficientDataHealthStatus": "Unhealthy"}), switchAlarm(in{})}},
		},
		violated: []example{
			{about: "nobody publishes", property: "insufficientDataHealthStatus", resources: []*graph.Resource{lastKnown(in{}), switchAlarm(in{})}},
			{about: "what AWS does where nothing is said", property: "insufficientDataHealthStatus", resources: []*graph.Resource{
				lastKnown(in{"insufficientDataHealthStatus": nil}), switchAlarm(in{})}},
			{about: "an alarm that nobody knows", property: "insufficientDataHealthStatus", resources: []*graph.Resource{
				lastKnown(in{"cloudwatchAlarmName": "elsewhere"}), publisher(in{}, in{})}},
			{about: "once an hour", property: "insufficientDataHealthStatus", resources: []*graph.Resource{lastKnown(in{}), switchAlarm(in{}), publisher(in{"scheduleExpression": "rate(1 hour)"}, in{})}},
			{about: "disabled", property: "insufficientDataHealthStatus", resources: []*graph.Resource{lastKnown(in{}), switchAlarm(in{}), publisher(in{"state": "DISABLED"}, in{})}},
			{about: "that ends", property: "insufficientDataHealthStatus", resources: []*graph.Resource{lastKnown(in{}), switchAlarm(in{}), publisher(in{"endDate": "2027-01-01T00:00:00Z"}, in{})}},
			{about: "another namespace", property: "insufficientDataHealthStatus", resources: []*graph.Resource{lastKnown(in{}), switchAlarm(in{}), publisher(in{}, in{"Namespace": "Other"})}},
			{about: "another metric", property: "insufficientDataHealthStatus", resources: []*graph.Resource{
				lastKnown(in{}), switchAlarm(in{"metricName": "Other"}), publisher(in{}, in{})}},
			{about: "another stack's dimension", property: "insufficientDataHealthStatus", resources: []*graph.Resource{
				lastKnown(in{}), switchAlarm(in{"dimensions": in{"Stack": "staging"}}), publisher(in{}, in{})}},
			{about: "in another region", property: "insufficientDataHealthStatus", resources: []*graph.Resource{
				lastKnown(in{}), switchAlarm(in{}), inRegion("us-west-2", publisher(in{}, in{}))}},
			{about: "another target", property: "insufficientDataHealthStatus", resources: []*graph.Resource{lastKnown(in{}), switchAlarm(in{}),
				publisher(in{"target": in{"arn": "arn:aws:sqs:us-east-1:123456789012:queue", "input": publishing(in{})}}, in{})}},
		},
		undecided: []example{
			{about: "metric not known", resources: []*graph.Resource{lastKnown(in{}), switchAlarm(in{"namespace": unknown}), publisher(in{}, in{})}},
			{about: "input not known", resources: []*graph.Resource{lastKnown(in{}), switchAlarm(in{}),
				publisher(in{"target": in{"arn": "arn:aws:scheduler:::aws-sdk:cloudwatch:putMetricData", "input": unknown}}, in{})}},
		},
	},
}

func changedBy(inputs, more in) in {
	maps.Copy(inputs, more)
	maps.DeleteFunc(inputs, func(_ string, value any) bool { return value == nil })
	return inputs
}

func lastKnown(more in) *graph.Resource {
	return res(healthCheckType, "switch", changedBy(in{
		"type": "CLOUDWATCH_METRIC", "insufficientDataHealthStatus": "LastKnownStatus", "cloudwatchAlarmName": ref(metricAlarmType, "switch", "name"),
	}, more))
}

func switchAlarm(more in) *graph.Resource {
	return res(metricAlarmType, "switch", changedBy(in{
		"name": "switch", "namespace": "Carebase/Recovery", "metricName": "FailoverSwitch", "dimensions": in{"Stack": "prod"},
	}, more))
}

func publishing(more in) string {
	return asJSON(changedBy(in{
		"Namespace":  "Carebase/Recovery",
		"MetricData": []any{in{"MetricName": "FailoverSwitch", "Dimensions": []any{in{"Name": "Stack", "Value": "prod"}}, "Value": 0}},
	}, more))
}

func publisher(more, input in) *graph.Resource {
	return res(scheduleType, "switch", changedBy(in{
		"scheduleExpression": "rate(1 minute)", "state": "ENABLED",
		"target": in{"arn": "arn:aws:scheduler:::aws-sdk:cloudwatch:putMetricData", "input": publishing(input)},
	}, more))
}
