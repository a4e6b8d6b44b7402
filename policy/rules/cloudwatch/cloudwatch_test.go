package cloudwatch

import (
	"strings"

	"github.com/carebase/carebase/graph"
	. "github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/policy/inspect"
	. "github.com/carebase/carebase/policy/policytest"
	"github.com/carebase/carebase/policy/rules/internal/examples"
)

// watched is a trail with its log group, a metric filter on that, and an alarm on the filter's metric.
type watched struct {
	trail, group, filter, alarm Inputs
	more                        []*graph.Resource
}

func (w watched) stack() []*graph.Resource {
	return append([]*graph.Resource{
		Resource(inspect.TrailType, "trail", examples.Changed(Inputs{"cloudWatchLogsGroupArn": Ref(inspect.LogGroupType, "trail-log", "arn") + ":*"}, w.trail)),
		Resource(inspect.LogGroupType, "trail-log", examples.Changed(Inputs{"name": "/app/trail"}, w.group)),
		Resource(metricFilterType, "filter", examples.Changed(Inputs{
			"logGroupName": Ref(inspect.LogGroupType, "trail-log", "name"), "pattern": "{ $.x = 1 }",
			"metricTransformation": Inputs{"namespace": "app", "name": "changes", "value": "1"},
		}, w.filter)),
		Resource(inspect.MetricAlarmType, "alarm", examples.Changed(Inputs{
			"namespace": "app", "metricName": "changes", "statistic": "Sum", "comparisonOperator": "GreaterThanOrEqualToThreshold",
			"threshold": 1, "evaluationPeriods": 1, "period": 300, "alarmActions": []any{"arn:x"},
		}, w.alarm)),
	}, w.more...)
}

func matching(pattern string, w watched) []*graph.Resource {
	w.filter = examples.Changed(w.filter, Inputs{"pattern": pattern})
	return w.stack()
}

// eventNames is a pattern of calls by name.
func eventNames(names ...string) string {
	return "{ ($.eventName = " + strings.Join(names, ") || ($.eventName = ") + ") }"
}

// monitoredFixture breaks the pair of filter and alarm in every way. Parts are names of events that only together are
// all; one of none is a sighting of a single event.
func monitoredFixture(pattern string, parts []string, satisfied ...Example) Fixture {
	transformation := func(changes Inputs) watched {
		return watched{filter: Inputs{"metricTransformation": examples.Changed(Inputs{"namespace": "app", "name": "changes", "value": "1"}, changes)}}
	}
	alarm := func(changes Inputs) watched { return watched{alarm: changes} }
	f := Fixture{
		Satisfied: append(satisfied,
			Example{About: "as it should be", Resources: matching(pattern, watched{})},
			Example{About: "above nothing", Resources: matching(pattern, alarm(Inputs{"comparisonOperator": "GreaterThanThreshold", "threshold": 0}))},
			Example{About: "one period of three", Resources: matching(pattern, alarm(Inputs{"evaluationPeriods": 3, "datapointsToAlarm": 1}))},
			Example{About: "how many there were", Resources: matching(pattern, alarm(Inputs{"statistic": "SampleCount"}))},
			Example{About: "the most there were", Resources: matching(pattern, alarm(Inputs{"statistic": "Maximum"}))},
			Example{About: "metric maths", Resources: matching(pattern, alarm(Inputs{"namespace": nil, "metricName": nil, "metricQueries": []any{
				Inputs{"id": "m", "metric": Inputs{"namespace": "app", "metricName": "changes", "stat": "Sum"}}, Inputs{"id": "e", "expression": "m * 2"},
			}}))},
			Example{About: "an alarm whose metric is the filter's, not known yet", Resources: matching(pattern, watched{
				alarm: Inputs{"metricName": "others"}, more: []*graph.Resource{DependingOn(Resource(inspect.MetricAlarmType, "later", Inputs{
					"namespace": "app", "metricName": Unknown, "statistic": "Sum", "comparisonOperator": "GreaterThanThreshold", "threshold": 0,
				}), "metricName", URN(metricFilterType, "filter"))},
			})},
			Example{About: "group by its name", Resources: matching(pattern, watched{filter: Inputs{"logGroupName": "/app/trail"}})},
			Example{About: "trail by a literal ARN", Resources: matching(pattern, watched{trail: Inputs{
				"cloudWatchLogsGroupArn": "arn:aws:logs:us-east-1:111122223333:log-group:/app/trail:*",
			}})},
			Example{About: "a group that is elsewhere", Resources: matching(pattern, watched{
				trail:  Inputs{"cloudWatchLogsGroupArn": "arn:aws:logs:us-east-1:111122223333:log-group:/central/trail:*"},
				filter: Inputs{"logGroupName": "/central/trail"},
			})},
			Example{About: "another stack's trail", Resources: []*graph.Resource{
				Resource(metricFilterType, "filter", Inputs{"logGroupName": "/central/trail", "pattern": pattern, "metricTransformation": Inputs{"namespace": "app", "name": "changes", "value": "1"}}),
				Resource(inspect.MetricAlarmType, "alarm", Inputs{"namespace": "app", "metricName": "changes", "statistic": "Sum", "comparisonOperator": "GreaterThanThreshold", "threshold": 0, "evaluationPeriods": 1}),
			}},
			Example{About: "a second alarm that never rings", Resources: matching(pattern, watched{more: []*graph.Resource{
				Resource(inspect.MetricAlarmType, "deaf", Inputs{"namespace": "app", "metricName": "changes", "statistic": "Sum", "comparisonOperator": "LessThanThreshold", "threshold": 1}),
			}})},
			Example{About: "a second filter without alarm", Resources: matching(pattern, watched{more: []*graph.Resource{
				Resource(metricFilterType, "more", Inputs{"logGroupName": "/app/trail", "pattern": pattern, "metricTransformation": Inputs{"namespace": "app", "name": "unheard"}}),
			}})}),
		Violated: []Example{
			{About: "nothing", Property: "LogMetricFilter", Resources: []*graph.Resource{}},
			{About: "a filter for something else", Property: "LogMetricFilter", Resources: matching(`{ $.eventName = "StopLogging" }`, watched{})},
			{About: "a filter for everything", Property: "LogMetricFilter", Resources: matching(`{ $.eventName = * }`, watched{})},
			{About: "a filter for something else on a group not known yet", Property: "LogMetricFilter", Resources: matching(`{ $.eventName = "StopLogging" }`, watched{filter: Inputs{"logGroupName": Unknown}})},
			{About: "an alarm on another filter's metric, not known yet", Property: "metricTransformation", Resources: matching(pattern, watched{
				alarm: Inputs{"metricName": "others"}, more: []*graph.Resource{
					Resource(metricFilterType, "other", Inputs{"logGroupName": "/other"}),
					DependingOn(Resource(inspect.MetricAlarmType, "later", Inputs{"namespace": "app", "metricName": Unknown}), "metricName", URN(metricFilterType, "other")),
				},
			})},
			{About: "a filter that is no JSON pattern", Property: "LogMetricFilter", Resources: matching("ConsoleLogin Root CreateRoute", watched{})},
			{About: "narrowed", Property: "LogMetricFilter", Resources: matching("{ ("+pattern[1:len(pattern)-1]+`) && ($.awsRegion = "eu-west-1") }`, watched{})},
			{About: "on another group of the stack", Property: "LogMetricFilter", Resources: matching(pattern, watched{
				filter: Inputs{"logGroupName": Ref(inspect.LogGroupType, "other", "name")}, more: []*graph.Resource{Resource(inspect.LogGroupType, "other", Inputs{})},
			})},
			{About: "on a group elsewhere, where the trail is here", Property: "LogMetricFilter", Resources: matching(pattern, watched{filter: Inputs{"logGroupName": "/central/trail"}})},
			{About: "on a group of the stack that no trail writes to", Property: "LogMetricFilter", Resources: matching(pattern, watched{trail: Inputs{"cloudWatchLogsGroupArn": nil}})},
			{About: "on a group of that name in another region", Property: "LogMetricFilter", Resources: matching(pattern, watched{trail: Inputs{
				"cloudWatchLogsGroupArn": "arn:aws:logs:us-west-2:111122223333:log-group:/app/trail:*",
			}})},
			{About: "no alarm on the metric", Property: "metricTransformation", Resources: matching(pattern, alarm(Inputs{"metricName": "others"}))},
			{About: "an alarm in another namespace", Property: "metricTransformation", Resources: matching(pattern, alarm(Inputs{"namespace": "others"}))},
			{About: "an alarm on a dimension", Property: "metricTransformation", Resources: matching(pattern, alarm(Inputs{"dimensions": Inputs{"User": "root"}}))},
			{About: "metric maths of another metric", Property: "metricTransformation", Resources: matching(pattern, alarm(Inputs{"metricName": nil, "metricQueries": []any{Inputs{"id": "m", "metric": Inputs{"namespace": "app", "metricName": "others"}}}}))},
			{About: "a metric by user", Property: "metricTransformation", Resources: matching(pattern, transformation(Inputs{"dimensions": Inputs{"User": "$.userIdentity.arn"}}))},
			{About: "an alarm in another region", Property: "metricTransformation", Resources: matching(pattern, watched{
				alarm: Inputs{"metricName": "others"}, more: []*graph.Resource{InRegion("us-west-2", Resource(inspect.MetricAlarmType, "far", Inputs{
					"namespace": "app", "metricName": "changes", "statistic": "Sum", "comparisonOperator": "GreaterThanThreshold", "threshold": 0,
				}))},
			})},
			{About: "a threshold that is never reached", Property: "threshold", Resources: matching(pattern, alarm(Inputs{"threshold": 1000}))},
			{About: "no threshold", Property: "threshold", Resources: matching(pattern, alarm(Inputs{"threshold": nil}))},
			{About: "below", Property: "threshold", Resources: matching(pattern, alarm(Inputs{"comparisonOperator": "LessThanThreshold"}))},
			{About: "three periods in a row", Property: "threshold", Resources: matching(pattern, alarm(Inputs{"evaluationPeriods": 3}))},
			{About: "nothing counted", Property: "threshold", Resources: matching(pattern, transformation(Inputs{"value": "0"}))},
		},
		Undecided: []Example{
			{About: "pattern not known", Resources: watched{filter: Inputs{"pattern": Unknown}}.stack()},
			{About: "group not known", Resources: matching(pattern, watched{filter: Inputs{"logGroupName": Unknown}})},
			{About: "trail's group not known", Resources: matching(pattern, watched{trail: Inputs{"cloudWatchLogsGroupArn": Unknown}})},
			{About: "alarm's metric not known", Resources: matching(pattern, alarm(Inputs{"metricName": Unknown}))},
			{About: "threshold not known", Resources: matching(pattern, alarm(Inputs{"threshold": Unknown}))},
		},
	}
	if len(parts) < 2 {
		return f
	}
	for i, missing := range parts {
		var others []string
		others = append(append(others, parts[:i]...), parts[i+1:]...)
		f.Violated = append(f.Violated, Example{About: "without " + missing, Property: "pattern", Resources: matching(eventNames(others...), watched{})})
	}
	f.Violated = append(f.Violated, Example{
		About: "all at once", Property: "LogMetricFilter",
		Resources: matching("{ ($.eventName = "+strings.Join(parts, ") && ($.eventName = ")+") }", watched{}),
	})
	f.Violated = append(f.Violated, Example{About: "not at the first", Property: "threshold", Resources: matching(pattern, alarm(Inputs{"comparisonOperator": "GreaterThanThreshold"}))})
	f.Satisfied = append(f.Satisfied, Example{About: "in two filters", Resources: matching(eventNames(parts[0]), watched{more: []*graph.Resource{
		Resource(metricFilterType, "rest", Inputs{"logGroupName": "/app/trail", "pattern": eventNames(parts[1:]...), "metricTransformation": Inputs{"namespace": "app", "name": "changes", "value": "1"}}),
	}})})
	return f
}

func networkFixture(names ...string) Fixture {
	return monitoredFixture(eventNames(names...), names, Example{About: "with its source, quoted", Resources: matching(
		`{($.eventSource="ec2.amazonaws.com") && (`+strings.Trim(eventNames(names...), "{ }")+`)}`, watched{},
	)})
}

func alarmWith(inputs Inputs) *graph.Resource {
	return Resource(inspect.MetricAlarmType, "alarm", inputs)
}

var cloudwatchFixtures = map[string]Fixture{
	"CW-1": {
		Satisfied: []Example{
			{About: "a topic", Resources: []*graph.Resource{alarmWith(Inputs{"alarmActions": []any{Ref("aws:sns/topic:Topic", "topic", "arn")}})}},
			{About: "a topic not known yet", Resources: []*graph.Resource{alarmWith(Inputs{"alarmActions": []any{Unknown}, "actionsEnabled": true})}},
			{About: "by a composite alarm", Resources: []*graph.Resource{
				alarmWith(Inputs{}), Resource(compositeAlarmType, "both", Inputs{"alarmRule": "ALARM(" + Ref(inspect.MetricAlarmType, "alarm", "name") + ")", "alarmActions": []any{"arn:x"}}),
			}},
			{About: "by a composite alarm, not known yet", Resources: []*graph.Resource{
				alarmWith(Inputs{}), DependingOn(Resource(compositeAlarmType, "both", Inputs{"alarmRule": Unknown, "alarmActions": []any{"arn:x"}}), "alarmRule", URN(inspect.MetricAlarmType, "alarm")),
			}},
			{About: "by a composite alarm, named", Resources: []*graph.Resource{
				alarmWith(Inputs{"name": "cpu"}), Resource(inspect.MetricAlarmType, "memory", Inputs{"name": "memory"}),
				Resource(compositeAlarmType, "both", Inputs{"alarmRule": `ALARM("cpu") OR ALARM(arn:aws:cloudwatch:us-east-1:111122223333:alarm:memory)`, "alarmActions": []any{"arn:x"}}),
			}},
		},
		Violated: []Example{
			{About: "none", Property: "alarmActions", Resources: []*graph.Resource{alarmWith(Inputs{"okActions": []any{"arn:x"}})}},
			{About: "an empty list", Property: "alarmActions", Resources: []*graph.Resource{alarmWith(Inputs{"alarmActions": []any{}})}},
			{About: "an empty action", Property: "alarmActions", Resources: []*graph.Resource{alarmWith(Inputs{"alarmActions": []any{""}})}},
			{About: "muted", Property: "actionsEnabled", Resources: []*graph.Resource{alarmWith(Inputs{"alarmActions": []any{"arn:x"}, "actionsEnabled": false})}},
			{About: "a composite alarm without", Property: "alarmActions", Resources: []*graph.Resource{
				alarmWith(Inputs{"name": "cpu"}), Resource(compositeAlarmType, "both", Inputs{"alarmRule": "ALARM(cpu)"}),
			}},
			{About: "a composite alarm of others", Property: "alarmActions", Resources: []*graph.Resource{
				alarmWith(Inputs{"name": "cpu"}), Resource(compositeAlarmType, "both", Inputs{"alarmRule": "ALARM(memory)", "alarmActions": []any{"arn:x"}}),
			}},
		},
		Undecided: []Example{
			{About: "not known", Resources: []*graph.Resource{alarmWith(Inputs{"alarmActions": Unknown})}},
			{About: "muted or not", Resources: []*graph.Resource{alarmWith(Inputs{"alarmActions": []any{"arn:x"}, "actionsEnabled": Unknown})}},
		},
	},
	"CW-2": {
		Satisfied: []Example{{About: "a key of the stack", Resources: []*graph.Resource{Resource(inspect.LogGroupType, "log", Inputs{"kmsKeyId": Ref(inspect.KeyType, "logs", "arn")})}}},
		Violated: []Example{
			{About: "none", Property: "kmsKeyId", Resources: []*graph.Resource{Resource(inspect.LogGroupType, "log", Inputs{})}},
			{About: "empty", Property: "kmsKeyId", Resources: []*graph.Resource{Resource(inspect.LogGroupType, "log", Inputs{"kmsKeyId": ""})}},
			{About: "AWS's", Property: "kmsKeyId", Resources: []*graph.Resource{Resource(inspect.LogGroupType, "log", Inputs{"kmsKeyId": "arn:aws:kms:us-east-1:111122223333:alias/aws/logs"})}},
		},
		Undecided: []Example{{About: "not known", Resources: []*graph.Resource{Resource(inspect.LogGroupType, "log", Inputs{"kmsKeyId": Unknown})}}},
	},
	"CW-3": {
		Satisfied: []Example{
			{About: "a year", Resources: []*graph.Resource{Resource(inspect.LogGroupType, "log", Inputs{"retentionInDays": 365})}},
			{About: "six years", Resources: []*graph.Resource{Resource(inspect.LogGroupType, "log", Inputs{"retentionInDays": 2192}), Resource(inspect.LogGroupType, "passing", Inputs{"logGroupClass": "DELIVERY"})}},
		},
		Violated: []Example{
			{About: "not set", Property: "retentionInDays", Resources: []*graph.Resource{Resource(inspect.LogGroupType, "log", Inputs{})}},
			{About: "for ever", Property: "retentionInDays", Resources: []*graph.Resource{Resource(inspect.LogGroupType, "log", Inputs{"retentionInDays": 0})}},
			{About: "half a year", Property: "retentionInDays", Resources: []*graph.Resource{Resource(inspect.LogGroupType, "log", Inputs{"retentionInDays": 180})}},
		},
		Undecided: []Example{{About: "not known", Resources: []*graph.Resource{Resource(inspect.LogGroupType, "log", Inputs{"retentionInDays": Unknown})}}},
	},
	"CW-4": monitoredFixture(`{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }`, nil,
		Example{About: "the third in five minutes", Resources: matching(`{($.eventName="ConsoleLogin") && ($.responseElements.ConsoleLogin="Failure")}`, watched{alarm: Inputs{"threshold": 3}})}),
	"CW-5": monitoredFixture(`{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType !="AwsServiceEvent"}`, nil,
		Example{About: "by a pattern", Resources: matching(`{ $.userIdentity.type = Roo* }`, watched{})}),
	"CW-6": networkFixture("CreateNetworkAcl", "CreateNetworkAclEntry", "DeleteNetworkAcl", "DeleteNetworkAclEntry",
		"ReplaceNetworkAclEntry", "ReplaceNetworkAclAssociation"),
	"CW-7": networkFixture("CreateCustomerGateway", "DeleteCustomerGateway", "AttachInternetGateway", "CreateInternetGateway",
		"DeleteInternetGateway", "DetachInternetGateway"),
	"CW-8": networkFixture("CreateRoute", "CreateRouteTable", "ReplaceRoute", "ReplaceRouteTableAssociation",
		"DeleteRouteTable", "DeleteRoute", "DisassociateRouteTable"),
	"CW-9": networkFixture("CreateVpc", "DeleteVpc", "ModifyVpcAttribute", "AcceptVpcPeeringConnection",
		"CreateVpcPeeringConnection", "DeleteVpcPeeringConnection", "RejectVpcPeeringConnection"),
}
