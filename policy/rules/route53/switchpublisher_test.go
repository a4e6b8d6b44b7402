package route53

import (
	"maps"

	"github.com/carebase/carebase/graph"
	. "github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/policy/inspect"
	. "github.com/carebase/carebase/policy/policytest"
)

var switchFixtures = map[string]Fixture{
	"X-R53-LAST": {
		Satisfied: []Example{
			{About: "published every minute", Resources: []*graph.Resource{lastKnown(Inputs{}), switchAlarm(Inputs{}), publisher(Inputs{}, Inputs{})}},
			{About: "the alarm by its name", Resources: []*graph.Resource{
				lastKnown(Inputs{"cloudwatchAlarmName": "switch", "cloudwatchAlarmRegion": "us-east-1"}), switchAlarm(Inputs{}), publisher(Inputs{}, Inputs{})}},
			{About: "a metric of AWS", Resources: []*graph.Resource{lastKnown(Inputs{}), switchAlarm(Inputs{"namespace": "AWS/ApplicationELB"})}},
			{About: "silence is unhealthy", Resources: []*graph.Resource{lastKnown(Inputs{"insufficientDataHealthStatus": "Unhealthy"}), switchAlarm(Inputs{})}},
		},
		Violated: []Example{
			{About: "nobody publishes", Property: "insufficientDataHealthStatus", Resources: []*graph.Resource{lastKnown(Inputs{}), switchAlarm(Inputs{})}},
			{About: "what AWS does where nothing is said", Property: "insufficientDataHealthStatus", Resources: []*graph.Resource{
				lastKnown(Inputs{"insufficientDataHealthStatus": nil}), switchAlarm(Inputs{})}},
			{About: "an alarm that nobody knows", Property: "insufficientDataHealthStatus", Resources: []*graph.Resource{
				lastKnown(Inputs{"cloudwatchAlarmName": "elsewhere"}), publisher(Inputs{}, Inputs{})}},
			{About: "once an hour", Property: "insufficientDataHealthStatus", Resources: []*graph.Resource{lastKnown(Inputs{}), switchAlarm(Inputs{}), publisher(Inputs{"scheduleExpression": "rate(1 hour)"}, Inputs{})}},
			{About: "disabled", Property: "insufficientDataHealthStatus", Resources: []*graph.Resource{lastKnown(Inputs{}), switchAlarm(Inputs{}), publisher(Inputs{"state": "DISABLED"}, Inputs{})}},
			{About: "that ends", Property: "insufficientDataHealthStatus", Resources: []*graph.Resource{lastKnown(Inputs{}), switchAlarm(Inputs{}), publisher(Inputs{"endDate": "2027-01-01T00:00:00Z"}, Inputs{})}},
			{About: "another namespace", Property: "insufficientDataHealthStatus", Resources: []*graph.Resource{lastKnown(Inputs{}), switchAlarm(Inputs{}), publisher(Inputs{}, Inputs{"Namespace": "Other"})}},
			{About: "another metric", Property: "insufficientDataHealthStatus", Resources: []*graph.Resource{
				lastKnown(Inputs{}), switchAlarm(Inputs{"metricName": "Other"}), publisher(Inputs{}, Inputs{})}},
			{About: "another stack's dimension", Property: "insufficientDataHealthStatus", Resources: []*graph.Resource{
				lastKnown(Inputs{}), switchAlarm(Inputs{"dimensions": Inputs{"Stack": "staging"}}), publisher(Inputs{}, Inputs{})}},
			{About: "in another region", Property: "insufficientDataHealthStatus", Resources: []*graph.Resource{
				lastKnown(Inputs{}), switchAlarm(Inputs{}), InRegion("us-west-2", publisher(Inputs{}, Inputs{}))}},
			{About: "another target", Property: "insufficientDataHealthStatus", Resources: []*graph.Resource{lastKnown(Inputs{}), switchAlarm(Inputs{}),
				publisher(Inputs{"target": Inputs{"arn": "arn:aws:sqs:us-east-1:123456789012:queue", "input": publishing(Inputs{})}}, Inputs{})}},
		},
		Undecided: []Example{
			{About: "metric not known", Resources: []*graph.Resource{lastKnown(Inputs{}), switchAlarm(Inputs{"namespace": Unknown}), publisher(Inputs{}, Inputs{})}},
			{About: "input not known", Resources: []*graph.Resource{lastKnown(Inputs{}), switchAlarm(Inputs{}),
				publisher(Inputs{"target": Inputs{"arn": "arn:aws:scheduler:::aws-sdk:cloudwatch:putMetricData", "input": Unknown}}, Inputs{})}},
		},
	},
}

func changedBy(inputs, more Inputs) Inputs {
	maps.Copy(inputs, more)
	maps.DeleteFunc(inputs, func(_ string, value any) bool { return value == nil })
	return inputs
}

func lastKnown(more Inputs) *graph.Resource {
	return Resource(healthCheckType, "switch", changedBy(Inputs{
		"type": "CLOUDWATCH_METRIC", "insufficientDataHealthStatus": "LastKnownStatus", "cloudwatchAlarmName": Ref(inspect.MetricAlarmType, "switch", "name"),
	}, more))
}

func switchAlarm(more Inputs) *graph.Resource {
	return Resource(inspect.MetricAlarmType, "switch", changedBy(Inputs{
		"name": "switch", "namespace": "Carebase/Recovery", "metricName": "FailoverSwitch", "dimensions": Inputs{"Stack": "prod"},
	}, more))
}

func publishing(more Inputs) string {
	return JSON(changedBy(Inputs{
		"Namespace":  "Carebase/Recovery",
		"MetricData": []any{Inputs{"MetricName": "FailoverSwitch", "Dimensions": []any{Inputs{"Name": "Stack", "Value": "prod"}}, "Value": 0}},
	}, more))
}

func publisher(more, input Inputs) *graph.Resource {
	return Resource(scheduleType, "switch", changedBy(Inputs{
		"scheduleExpression": "rate(1 minute)", "state": "ENABLED",
		"target": Inputs{"arn": "arn:aws:scheduler:::aws-sdk:cloudwatch:putMetricData", "input": publishing(input)},
	}, more))
}
