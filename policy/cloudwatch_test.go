package policy

import (
	"strings"

	"github.com/carebase/carebase/graph"
)

// watched is a trail with its log group, a metric filter on that, and an alarm on the filter's metric.
type watched struct {
	trail, group, filter, alarm in
	more                        []*graph.Resource
}

func (w watched) stack() []*graph.Resource {
	return append([]*graph.Resource{
		res(trailType, "trail", changed(in{"cloudWatchLogsGroupArn": ref(logGroupType, "trail-log", "arn") + ":*"}, w.trail)),
		res(logGroupType, "trail-log", changed(in{"name": "/app/trail"}, w.group)),
		res(metricFilterType, "filter", changed(in{
			"logGroupName": ref(logGroupType, "trail-log", "name"), "pattern": "{ $.x = 1 }",
			"metricTransformation": in{"namespace": "app", "name": "changes", "value": "1"},
		}, w.filter)),
		res(metricAlarmType, "alarm", changed(in{
			"namespace": "app", "metricName": "changes", "statistic": "Sum", "comparisonOperator": "GreaterThanOrEqualToThreshold",
			"threshold": 1, "evaluationPeriods": 1, "period": 300, "alarmActions": []any{"arn:x"},
		}, w.alarm)),
	}, w.more...)
}

func matching(pattern string, w watched) []*graph.Resource {
	w.filter = changed(w.filter, in{"pattern": pattern})
	return w.stack()
}

// eventNames is a pattern of calls by name.
func eventNames(names ...string) string {
	return "{ ($.eventName = " + strings.Join(names, ") || ($.eventName = ") + ") }"
}

// sightingFixture breaks the pair of filter and alarm in every way. Parts are names of events that only together are
// all; one of none is a sighting of a single event.
func sightingFixture(pattern string, parts []string, satisfied ...example) fixture {
	transformation := func(changes in) watched {
		return watched{filter: in{"metricTransformation": changed(in{"namespace": "app", "name": "changes", "value": "1"}, changes)}}
	}
	alarm := func(changes in) watched { return watched{alarm: changes} }
	f := fixture{
		satisfied: append(satisfied,
			example{about: "as it should be", resources: matching(pattern, watched{})},
			example{about: "above nothing", resources: matching(pattern, alarm(in{"comparisonOperator": "GreaterThanThreshold", "threshold": 0}))},
			example{about: "one period of three", resources: matching(pattern, alarm(in{"evaluationPeriods": 3, "datapointsToAlarm": 1}))},
			example{about: "how many there were", resources: matching(pattern, alarm(in{"statistic": "SampleCount"}))},
			example{about: "the most there were", resources: matching(pattern, alarm(in{"statistic": "Maximum"}))},
			example{about: "metric maths", resources: matching(pattern, alarm(in{"namespace": nil, "metricName": nil, "metricQueries": []any{
				in{"id": "m", "metric": in{"namespace": "app", "metricName": "changes", "stat": "Sum"}}, in{"id": "e", "expression": "m * 2"},
			}}))},
			example{about: "an alarm whose metric is the filter's, not known yet", resources: matching(pattern, watched{
				alarm: in{"metricName": "others"}, more: []*graph.Resource{waitsFor(res(metricAlarmType, "later", in{
					"namespace": "app", "metricName": unknown, "statistic": "Sum", "comparisonOperator": "GreaterThanThreshold", "threshold": 0,
				}), "metricName", urnOf(metricFilterType, "filter"))},
			})},
			example{about: "group by its name", resources: matching(pattern, watched{filter: in{"logGroupName": "/app/trail"}})},
			example{about: "trail by a literal ARN", resources: matching(pattern, watched{trail: in{
				"cloudWatchLogsGroupArn": "arn:aws:logs:us-east-1:111122223333:log-group:/app/trail:*",
			}})},
			example{about: "a group that is elsewhere", resources: matching(pattern, watched{
				trail:  in{"cloudWatchLogsGroupArn": "arn:aws:logs:us-east-1:111122223333:log-group:/central/trail:*"},
				filter: in{"logGroupName": "/central/trail"},
			})},
			example{about: "another stack's trail", resources: []*graph.Resource{
				res(metricFilterType, "filter", in{"logGroupName": "/central/trail", "pattern": pattern, "metricTransformation": in{"namespace": "app", "name": "changes", "value": "1"}}),
				res(metricAlarmType, "alarm", in{"namespace": "app", "metricName": "changes", "statistic": "Sum", "comparisonOperator": "GreaterThanThreshold", "threshold": 0, "evaluationPeriods": 1}),
			}},
			example{about: "a second alarm that never rings", resources: matching(pattern, watched{more: []*graph.Resource{
				res(metricAlarmType, "deaf", in{"namespace": "app", "metricName": "changes", "statistic": "Sum", "comparisonOperator": "LessThanThreshold", "threshold": 1}),
			}})},
			example{about: "a second filter without alarm", resources: matching(pattern, watched{more: []*graph.Resource{
				res(metricFilterType, "more", in{"logGroupName": "/app/trail", "pattern": pattern, "metricTransformation": in{"namespace": "app", "name": "unheard"}}),
			}})}),
		violated: []example{
			{about: "nothing", property: "LogMetricFilter", resources: []*graph.Resource{}},
			{about: "a filter for something else", property: "LogMetricFilter", resources: matching(`{ $.eventName = "StopLogging" }`, watched{})},
			{about: "a filter for everything", property: "LogMetricFilter", resources: matching(`{ $.eventName = * }`, watched{})},
			{about: "a filter for something else on a group not known yet", property: "LogMetricFilter", resources: matching(`{ $.eventName = "StopLogging" }`, watched{filter: in{"logGroupName": unknown}})},
			{about: "an alarm on another filter's metric, not known yet", property: "metricTransformation", resources: matching(pattern, watched{
				alarm: in{"metricName": "others"}, more: []*graph.Resource{
					res(metricFilterType, "other", in{"logGroupName": "/other"}),
					waitsFor(res(metricAlarmType, "later", in{"namespace": "app", "metricName": unknown}), "metricName", urnOf(metricFilterType, "other")),
				},
			})},
			{about: "a filter that is no JSON pattern", property: "LogMetricFilter", resources: matching("ConsoleLogin Root CreateRoute", watched{})},
			{about: "narrowed", property: "LogMetricFilter", resources: matching("{ ("+pattern[1:len(pattern)-1]+`) && ($.awsRegion = "eu-west-1") }`, watched{})},
			{about: "on another group of the stack", property: "LogMetricFilter", resources: matching(pattern, watched{
				filter: in{"logGroupName": ref(logGroupType, "other", "name")}, more: []*graph.Resource{res(logGroupType, "other", in{})},
			})},
			{about: "on a group elsewhere, where the trail is here", property: "LogMetricFilter", resources: matching(pattern, watched{filter: in{"logGroupName": "/central/trail"}})},
			{about: "on a group of the stack that no trail writes to", property: "LogMetricFilter", resources: matching(pattern, watched{trail: in{"cloudWatchLogsGroupArn": nil}})},
			{about: "on a group of that name in another region", property: "LogMetricFilter", resources: matching(pattern, watched{trail: in{
				"cloudWatchLogsGroupArn": "arn:aws:logs:us-west-2:111122223333:log-group:/app/trail:*",
			}})},
			{about: "no alarm on the metric", property: "metricTransformation", resources: matching(pattern, alarm(in{"metricName": "others"}))},
			{about: "an alarm in another namespace", property: "metricTransformation", resources: matching(pattern, alarm(in{"namespace": "others"}))},
			{about: "an alarm on a dimension", property: "metricTransformation", resources: matching(pattern, alarm(in{"dimensions": in{"User": "root"}}))},
			{about: "metric maths of another metric", property: "metricTransformation", resources: matching(pattern, alarm(in{"metricName": nil, "metricQueries": []any{in{"id": "m", "metric": in{"namespace": "app", "metricName": "others"}}}}))},
			{about: "a metric by user", property: "metricTransformation", resources: matching(pattern, transformation(in{"dimensions": in{"User": "$.userIdentity.arn"}}))},
			{about: "an alarm in another region", property: "metricTransformation", resources: matching(pattern, watched{
				alarm: in{"metricName": "others"}, more: []*graph.Resource{inRegion("us-west-2", res(metricAlarmType, "far", in{
					"namespace": "app", "metricName": "changes", "statistic": "Sum", "comparisonOperator": "GreaterThanThreshold", "threshold": 0,
				}))},
			})},
			{about: "a threshold that is never reached", property: "threshold", resources: matching(pattern, alarm(in{"threshold": 1000}))},
			{about: "no threshold", property: "threshold", resources: matching(pattern, alarm(in{"threshold": nil}))},
			{about: "below", property: "threshold", resources: matching(pattern, alarm(in{"comparisonOperator": "LessThanThreshold"}))},
			{about: "three periods in a row", property: "threshold", resources: matching(pattern, alarm(in{"evaluationPeriods": 3}))},
			{about: "nothing counted", property: "threshold", resources: matching(pattern, transformation(in{"value": "0"}))},
		},
		undecided: []example{
			{about: "pattern not known", resources: watched{filter: in{"pattern": unknown}}.stack()},
			{about: "group not known", resources: matching(pattern, watched{filter: in{"logGroupName": unknown}})},
			{about: "trail's group not known", resources: matching(pattern, watched{trail: in{"cloudWatchLogsGroupArn": unknown}})},
			{about: "alarm's metric not known", resources: matching(pattern, alarm(in{"metricName": unknown}))},
			{about: "threshold not known", resources: matching(pattern, alarm(in{"threshold": unknown}))},
		},
	}
	if len(parts) < 2 {
		return f
	}
	for i, missing := range parts {
		var others []string
		others = append(append(others, parts[:i]...), parts[i+1:]...)
		f.violated = append(f.violated, example{about: "without " + missing, property: "pattern", resources: matching(eventNames(others...), watched{})})
	}
	f.violated = append(f.violated, example{
		about: "all at once", property: "LogMetricFilter",
		resources: matching("{ ($.eventName = "+strings.Join(parts, ") && ($.eventName = ")+") }", watched{}),
	})
	f.violated = append(f.violated, example{about: "not at the first", property: "threshold", resources: matching(pattern, alarm(in{"comparisonOperator": "GreaterThanThreshold"}))})
	f.satisfied = append(f.satisfied, example{about: "in two filters", resources: matching(eventNames(parts[0]), watched{more: []*graph.Resource{
		res(metricFilterType, "rest", in{"logGroupName": "/app/trail", "pattern": eventNames(parts[1:]...), "metricTransformation": in{"namespace": "app", "name": "changes", "value": "1"}}),
	}})})
	return f
}

func networkFixture(names ...string) fixture {
	return sightingFixture(eventNames(names...), names, example{about: "with its source, quoted", resources: matching(
		`{($.eventSource="ec2.amazonaws.com") && (`+strings.Trim(eventNames(names...), "{ }")+`)}`, watched{},
	)})
}

func alarmWith(inputs in) *graph.Resource { return res(metricAlarmType, "alarm", inputs) }

var cloudwatchFixtures = map[string]fixture{
	"CW-1": {
		satisfied: []example{
			{about: "a topic", resources: []*graph.Resource{alarmWith(in{"alarmActions": []any{ref("aws:sns/topic:Topic", "topic", "arn")}})}},
			{about: "a topic not known yet", resources: []*graph.Resource{alarmWith(in{"alarmActions": []any{unknown}, "actionsEnabled": true})}},
			{about: "by a composite alarm", resources: []*graph.Resource{
				alarmWith(in{}), res(compositeAlarmType, "both", in{"alarmRule": "ALARM(" + ref(metricAlarmType, "alarm", "name") + ")", "alarmActions": []any{"arn:x"}}),
			}},
			{about: "by a composite alarm, not known yet", resources: []*graph.Resource{
				alarmWith(in{}), waitsFor(res(compositeAlarmType, "both", in{"alarmRule": unknown, "alarmActions": []any{"arn:x"}}), "alarmRule", urnOf(metricAlarmType, "alarm")),
			}},
			{about: "by a composite alarm, named", resources: []*graph.Resource{
				alarmWith(in{"name": "cpu"}), res(metricAlarmType, "memory", in{"name": "memory"}),
				res(compositeAlarmType, "both", in{"alarmRule": `ALARM("cpu") OR ALARM(arn:aws:cloudwatch:us-east-1:111122223333:alarm:memory)`, "alarmActions": []any{"arn:x"}}),
			}},
		},
		violated: []example{
			{about: "none", property: "alarmActions", resources: []*graph.Resource{alarmWith(in{"okActions": []any{"arn:x"}})}},
			{about: "an empty list", property: "alarmActions", resources: []*graph.Resource{alarmWith(in{"alarmActions": []any{}})}},
			{about: "an empty action", property: "alarmActions", resources: []*graph.Resource{alarmWith(in{"alarmActions": []any{""}})}},
			{about: "muted", property: "actionsEnabled", resources: []*graph.Resource{alarmWith(in{"alarmActions": []any{"arn:x"}, "actionsEnabled": false})}},
			{about: "a composite alarm without", property: "alarmActions", resources: []*graph.Resource{
				alarmWith(in{"name": "cpu"}), res(compositeAlarmType, "both", in{"alarmRule": "ALARM(cpu)"}),
			}},
			{about: "a composite alarm of others", property: "alarmActions", resources: []*graph.Resource{
				alarmWith(in{"name": "cpu"}), res(compositeAlarmType, "both", in{"alarmRule": "ALARM(memory)", "alarmActions": []any{"arn:x"}}),
			}},
		},
		undecided: []example{
			{about: "not known", resources: []*graph.Resource{alarmWith(in{"alarmActions": unknown})}},
			{about: "muted or not", resources: []*graph.Resource{alarmWith(in{"alarmActions": []any{"arn:x"}, "actionsEnabled": unknown})}},
		},
	},
	"CW-2": {
		satisfied: []example{{about: "a key of the stack", resources: []*graph.Resource{res(logGroupType, "log", in{"kmsKeyId": ref(keyType, "logs", "arn")})}}},
		violated: []example{
			{about: "none", property: "kmsKeyId", resources: []*graph.Resource{res(logGroupType, "log", in{})}},
			{about: "empty", property: "kmsKeyId", resources: []*graph.Resource{res(logGroupType, "log", in{"kmsKeyId": ""})}},
			{about: "AWS's", property: "kmsKeyId", resources: []*graph.Resource{res(logGroupType, "log", in{"kmsKeyId": "arn:aws:kms:us-east-1:111122223333:alias/aws/logs"})}},
		},
		undecided: []example{{about: "not known", resources: []*graph.Resource{res(logGroupType, "log", in{"kmsKeyId": unknown})}}},
	},
	"CW-3": {
		satisfied: []example{
			{about: "a year", resources: []*graph.Resource{res(logGroupType, "log", in{"retentionInDays": 365})}},
			{about: "six years", resources: []*graph.Resource{res(logGroupType, "log", in{"retentionInDays": 2192}), res(logGroupType, "passing", in{"logGroupClass": "DELIVERY"})}},
		},
		violated: []example{
			{about: "not set", property: "retentionInDays", resources: []*graph.Resource{res(logGroupType, "log", in{})}},
			{about: "for ever", property: "retentionInDays", resources: []*graph.Resource{res(logGroupType, "log", in{"retentionInDays": 0})}},
			{about: "half a year", property: "retentionInDays", resources: []*graph.Resource{res(logGroupType, "log", in{"retentionInDays": 180})}},
		},
		undecided: []example{{about: "not known", resources: []*graph.Resource{res(logGroupType, "log", in{"retentionInDays": unknown})}}},
	},
	"CW-4": sightingFixture(`{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }`, nil,
		example{about: "the third in five minutes", resources: matching(`{($.eventName="ConsoleLogin") && ($.responseElements.ConsoleLogin="Failure")}`, watched{alarm: in{"threshold": 3}})}),
	"CW-5": sightingFixture(`{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType !="AwsServiceEvent"}`, nil,
		example{about: "by a pattern", resources: matching(`{ $.userIdentity.type = Roo* }`, watched{})}),
	"CW-6": networkFixture("CreateNetworkAcl", "CreateNetworkAclEntry", "DeleteNetworkAcl", "DeleteNetworkAclEntry",
		"ReplaceNetworkAclEntry", "ReplaceNetworkAclAssociation"),
	"CW-7": networkFixture("CreateCustomerGateway", "DeleteCustomerGateway", "AttachInternetGateway", "CreateInternetGateway",
		"DeleteInternetGateway", "DetachInternetGateway"),
	"CW-8": networkFixture("CreateRoute", "CreateRouteTable", "ReplaceRoute", "ReplaceRouteTableAssociation",
		"DeleteRouteTable", "DeleteRoute", "DisassociateRouteTable"),
	"CW-9": networkFixture("CreateVpc", "DeleteVpc", "ModifyVpcAttribute", "AcceptVpcPeeringConnection",
		"CreateVpcPeeringConnection", "DeleteVpcPeeringConnection", "RejectVpcPeeringConnection"),
}
