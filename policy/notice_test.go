package policy

import "github.com/carebase/carebase/graph"

// checkAlarm is an alarm on a health check's status.
func checkAlarm(check string, changes in) *graph.Resource {
	return res(metricAlarmType, "alarm-"+check, changed(in{
		"namespace": "AWS/Route53", "metricName": "HealthCheckStatus", "dimensions": in{"HealthCheckId": ref(healthCheckType, check, "id")},
		"alarmActions": []any{"arn:x"},
	}, changes))
}

func healthCheck(name, typ string, children ...string) *graph.Resource {
	inputs := in{"type": typ}
	if len(children) > 0 {
		ids := []any{}
		for _, child := range children {
			ids = append(ids, ref(healthCheckType, child, "id"))
		}
		inputs["childHealthchecks"] = ids
	}
	return res(healthCheckType, name, inputs)
}

func deploymentRule(changes in) *graph.Resource {
	return res(eventRuleType, "failed", changed(in{"eventPattern": asJSON(in{
		"source": []any{"aws.ecs"}, "detail-type": []any{"ECS Deployment State Change"},
		"detail": in{"eventName": []any{"SERVICE_DEPLOYMENT_FAILED"}},
	})}, changes))
}

var (
	ecsService    = res("aws:ecs/service:Service", "backend", in{})
	ruleTarget    = res(eventTargetType, "target", in{"rule": ref(eventRuleType, "failed", "name"), "arn": "arn:x"})
	topicAlarm    = res(metricAlarmType, "alarm", in{"alarmActions": []any{ref(topicType, "topic", "arn")}})
	canaryAlarm   = inRegion("us-west-2", res(metricAlarmType, "canary", in{"namespace": "Carebase/Canary", "treatMissingData": "breaching", "alarmActions": []any{"arn:x"}}))
	subscription  = res(subscriptionType, "mail", in{"topic": ref(topicType, "topic", "arn"), "protocol": "email"})
	taggedBudget  = res(budgetType, "budget", in{"notifications": []any{in{"threshold": 90}}, "costFilters": []any{in{"name": "TagKeyValue", "values": []any{"user:Environment$prod"}}}})
	accountBudget = res(budgetType, "budget", in{"notifications": []any{in{"threshold": 90}}, "costFilters": []any{in{"name": "LinkedAccount", "values": []any{"123456789012"}}}})
)

var noticeFixtures = map[string]fixture{
	"X-NOTICE-CHECK": {
		satisfied: []example{
			{about: "an alarm", resources: these(healthCheck("site", "HTTPS"), checkAlarm("site", in{}))},
			{about: "part of a calculated check with an alarm", resources: these(
				healthCheck("endpoint", "HTTPS"), healthCheck("origin", "CALCULATED", "endpoint"), checkAlarm("origin", in{}))},
			{about: "follows an alarm", resources: these(healthCheck("switch", "CLOUDWATCH_METRIC"))},
			{about: "elsewhere, with a canary", resources: these(inRegion("us-west-2", healthCheck("site", "HTTPS")), canaryAlarm)},
		},
		violated: []example{
			{about: "no alarm", property: "healthCheckId", resources: these(healthCheck("site", "HTTPS"))},
			{about: "an alarm that tells nobody", property: "healthCheckId", resources: these(
				healthCheck("site", "HTTPS"), checkAlarm("site", in{"alarmActions": []any{}}))},
			{about: "an alarm that is muted", property: "healthCheckId", resources: these(
				healthCheck("site", "HTTPS"), checkAlarm("site", in{"actionsEnabled": false}))},
			{about: "an alarm on the latency", property: "healthCheckId", resources: these(
				healthCheck("site", "HTTPS"), checkAlarm("site", in{"metricName": "TimeToFirstByte"}))},
			{about: "part of a calculated check without alarm", property: "healthCheckId", resources: these(
				healthCheck("endpoint", "HTTPS"), healthCheck("origin", "CALCULATED", "endpoint"))},
			{about: "in us-east-1, with a canary elsewhere", property: "healthCheckId", resources: these(healthCheck("site", "HTTPS"), canaryAlarm)},
			{about: "elsewhere, with a canary that may be silent", property: "healthCheckId", resources: these(
				inRegion("us-west-2", healthCheck("site", "HTTPS")),
				inRegion("us-west-2", res(metricAlarmType, "canary", in{"namespace": "Carebase/Canary", "treatMissingData": "ignore", "alarmActions": []any{"arn:x"}})))},
			{about: "elsewhere, without a canary", property: "healthCheckId", resources: these(inRegion("us-west-2", healthCheck("site", "HTTPS")))},
		},
	},
	"X-NOTICE-TOPIC": {
		satisfied: []example{
			{about: "somebody", resources: these(res(topicType, "topic", in{}), topicAlarm, subscription)},
		},
		violated: []example{
			{about: "nobody", property: "subscriptions", resources: these(res(topicType, "topic", in{}), topicAlarm)},
			{about: "nobody hears of events", property: "subscriptions", resources: these(res(topicType, "topic", in{}),
				res(eventTargetType, "target", in{"arn": ref(topicType, "topic", "arn")}))},
			{about: "nobody hears of the database", property: "subscriptions", resources: these(res(topicType, "topic", in{}),
				res("aws:rds/eventSubscription:EventSubscription", "events", in{"snsTopic": ref(topicType, "topic", "arn")}))},
		},
	},
	"X-NOTICE-RELEASE": {
		satisfied: []example{
			{about: "a rule with a target", resources: these(ecsService, deploymentRule(in{}), ruleTarget)},
		},
		violated: []example{
			{about: "no rule", property: "deploymentCircuitBreaker", resources: these(ecsService)},
			{about: "a rule without target", property: "deploymentCircuitBreaker", resources: these(ecsService, deploymentRule(in{}))},
			{about: "a rule that is off", property: "deploymentCircuitBreaker", resources: these(ecsService, deploymentRule(in{"state": "DISABLED"}), ruleTarget)},
			{about: "another event", property: "deploymentCircuitBreaker", resources: these(ecsService,
				deploymentRule(in{"eventPattern": asJSON(in{"detail-type": []any{"ECS Task State Change"}})}), ruleTarget)},
			{about: "a rule in another region", property: "deploymentCircuitBreaker", resources: these(ecsService,
				inRegion("us-west-2", deploymentRule(in{})), ruleTarget)},
		},
		undecided: []example{{about: "not known", resources: these(ecsService, deploymentRule(in{"eventPattern": unknown}), ruleTarget)}},
	},
	"X-NOTICE-BUDGET": {
		satisfied: []example{
			{about: "by account", resources: these(accountBudget)},
			{about: "everything", resources: these(res(budgetType, "budget", in{"notifications": []any{in{"threshold": 90}}}))},
			{about: "by a tag that is activated", resources: these(taggedBudget,
				res(allocationTagType, "tag", in{"tagKey": "Environment", "status": "Active"}))},
		},
		violated: []example{
			{about: "no notifications", property: "notifications", resources: these(res(budgetType, "budget", in{}))},
			{about: "by tag", property: "costFilters", resources: these(taggedBudget)},
			{about: "by a tag that is not activated", property: "costFilters", resources: these(taggedBudget,
				res(allocationTagType, "tag", in{"tagKey": "Environment", "status": "Inactive"}))},
		},
	},
}
