package tests

import (
	"regexp"
	"slices"

	"github.com/carebase/carebase/graph"
)

var noticeConstraints = []constraint{
	{"aws:cloudwatch/metricAlarm:MetricAlarm", "name", text(1, 255, ascii), "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"},
	{"aws:cloudwatch/metricAlarm:MetricAlarm", "alarmDescription", text(0, 1024, ascii), "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"},
	{"aws:cloudwatch/metricAlarm:MetricAlarm", "period", alarmPeriod, "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"},
	{"aws:cloudwatch/metricAlarm:MetricAlarm", "metricQueries[].metric.period", alarmPeriod, "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricStat.html"},
	{"aws:cloudwatch/metricAlarm:MetricAlarm", "metricQueries", count(1, 20), "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"},
	{"aws:cloudwatch/metricAlarm:MetricAlarm", "metricQueries[].id", text(1, 255, `^[a-z][A-Za-z0-9_]*$`), "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html"},
	{"aws:cloudwatch/metricAlarm:MetricAlarm", "metricQueries[].expression", text(1, 2048, ascii), "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html"},
	{"aws:cloudwatch/metricAlarm:MetricAlarm", "evaluationPeriods", inRange(1, 2147483647), "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"},
	{"aws:cloudwatch/metricAlarm:MetricAlarm", "namespace", text(1, 255, `^[^:][ -~]*$`), "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"},
	{"aws:cloudwatch/metricAlarm:MetricAlarm", "metricName", text(1, 255, ascii), "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"},
	{"aws:cloudwatch/metricAlarm:MetricAlarm", "dimensions", count(1, 30), "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"},
	{"aws:cloudwatch/metricAlarm:MetricAlarm", "alarmActions", count(0, 5), "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"},
	{"aws:cloudwatch/metricAlarm:MetricAlarm", "okActions", count(0, 5), "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"},
	{"aws:cloudwatch/metricAlarm:MetricAlarm", "statistic", oneOf("SampleCount", "Average", "Sum", "Minimum", "Maximum"), "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"},
	{"aws:cloudwatch/metricAlarm:MetricAlarm", "extendedStatistic", text(1, 32, `^(p(\d{1,2}(\.\d{0,10})?|100)|(IQM|TM|TC|TS|WM|PR)(\(.*\))?)$`), "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"},
	{"aws:cloudwatch/metricAlarm:MetricAlarm", "comparisonOperator", oneOf("GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanThreshold", "LessThanOrEqualToThreshold", "LessThanLowerOrGreaterThanUpperThreshold", "LessThanLowerThreshold", "GreaterThanUpperThreshold"), "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"},
	{"aws:cloudwatch/metricAlarm:MetricAlarm", "treatMissingData", oneOf("breaching", "notBreaching", "ignore", "missing"), "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"},
	{"aws:cloudwatch/metricAlarm:MetricAlarm", "evaluateLowSampleCountPercentiles", oneOf("evaluate", "ignore"), "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"},
	{"aws:cloudwatch/dashboard:Dashboard", "dashboardName", text(1, 255, `^[A-Za-z0-9_-]+$`), "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html"},
	// 1 MB; the document with ARNs in it.
	{"aws:cloudwatch/dashboard:Dashboard", "dashboardBody", document(1 << 20), "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html"},

	{"aws:cloudwatch/eventRule:EventRule", "name", text(1, 64, `^[.\-_A-Za-z0-9]+$`), "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html"},
	{"aws:cloudwatch/eventRule:EventRule", "description", text(0, 512, ascii), "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html"},
	// 2,048 characters by default.
	{"aws:cloudwatch/eventRule:EventRule", "eventPattern", document(2048), "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html"},
	{"aws:cloudwatch/eventTarget:EventTarget", "inputTransformer.inputPaths", count(0, 100), "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_InputTransformer.html"},
	{"aws:cloudwatch/eventTarget:EventTarget", "inputTransformer.inputTemplate", text(1, 8192, `(?s).`), "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_InputTransformer.html"},

	{"aws:lambda/function:Function", "name", text(1, 64, `^[A-Za-z0-9_-]+$`), "https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html"},
	{"aws:lambda/function:Function", "description", text(0, 256, ascii), "https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html"},
	{"aws:lambda/function:Function", "timeout", inRange(1, 900), "https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html"},
	{"aws:lambda/function:Function", "memorySize", inRange(128, 10240), "https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html"},
	{"aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", "maximumRetryAttempts", inRange(0, 2), "https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html"},
	{"aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", "maximumEventAgeInSeconds", inRange(60, 21600), "https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html"},
	{"aws:lambda/permission:Permission", "action", text(1, 128, `^(lambda:[*]|lambda:[a-zA-Z]+|[*])$`), "https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html"},
	{"aws:lambda/permission:Permission", "principal", text(1, 256, `^[^\s]+$`), "https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html"},
	{"aws:scheduler/schedule:Schedule", "name", text(1, 64, `^[0-9A-Za-z_.-]+$`), "https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html"},
	{"aws:scheduler/schedule:Schedule", "description", text(0, 512, ascii), "https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html"},

	{"aws:sns/topic:Topic", "name", text(1, 256, `^[A-Za-z0-9_-]+(\.fifo)?$`), "https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html"},
	{"aws:sns/topicPolicy:TopicPolicy", "policy", document(30720), "https://docs.aws.amazon.com/general/latest/gr/sns.html"},
	{"aws:sns/topicSubscription:TopicSubscription", "protocol", oneOf("http", "https", "email", "email-json", "sms", "sqs", "application", "lambda", "firehose"), "https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html"},

	{"aws:budgets/budget:Budget", "name", text(1, 100, `^[^:\\]+$`), "https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Budget.html"},
	{"aws:budgets/budget:Budget", "budgetType", oneOf("USAGE", "COST", "RI_UTILIZATION", "RI_COVERAGE", "SAVINGS_PLANS_UTILIZATION", "SAVINGS_PLANS_COVERAGE"), "https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Budget.html"},
	{"aws:budgets/budget:Budget", "timeUnit", oneOf("DAILY", "MONTHLY", "QUARTERLY", "ANNUALLY", "CUSTOM"), "https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Budget.html"},
	{"aws:budgets/budget:Budget", "limitAmount", inRange(0.01, 1e12), "https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Spend.html"},
	{"aws:budgets/budget:Budget", "notifications", count(0, 5), "https://docs.aws.amazon.com/cost-management/latest/userguide/management-limits.html"},
	{"aws:budgets/budget:Budget", "notifications[].threshold", inRange(0, 15000000000000), "https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Notification.html"},
	{"aws:budgets/budget:Budget", "notifications[].notificationType", oneOf("ACTUAL", "FORECASTED"), "https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Notification.html"},
	{"aws:budgets/budget:Budget", "notifications[].comparisonOperator", oneOf("GREATER_THAN", "LESS_THAN", "EQUAL_TO"), "https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Notification.html"},
	{"aws:budgets/budget:Budget", "notifications[].thresholdType", oneOf("PERCENTAGE", "ABSOLUTE_VALUE"), "https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Notification.html"},
	{"aws:budgets/budget:Budget", "notifications[].subscriberEmailAddresses", count(0, 10), "https://docs.aws.amazon.com/cost-management/latest/userguide/management-limits.html"},
	{"aws:budgets/budget:Budget", "notifications[].subscriberSnsTopicArns", count(0, 1), "https://docs.aws.amazon.com/cost-management/latest/userguide/management-limits.html"},
}

// alarmPeriod accepts seconds: 10, 20, 30, or minutes up to a day.
var alarmPeriod = rule{
	says: "10, 20, 30, or a multiple of 60 up to 86,400",
	accepts: func(v any) bool {
		n, ok := number(v)
		return ok && (n == 10 || n == 20 || n == 30 || n >= 60 && n <= 86400 && int(n)%60 == 0)
	},
	refused: func(any) []any { return []any{0.0, 45.0, 90.0, 86460.0} },
}

// alarmSpan is what an alarm looks back at, in seconds, and the longest of its periods.
func alarmSpan(in map[string]any) (span, period float64) {
	for _, at := range slices.Concat(places(in, "period"), places(in, "metricQueries[].metric.period")) {
		seconds, _ := number(at.value)
		period = max(period, seconds)
	}
	periods, _ := number(in["evaluationPeriods"])
	return period * periods, period
}

var noticeRelations = []relation{
	{
		resourceType: "aws:cloudwatch/metricAlarm:MetricAlarm", says: "an alarm looks back a day at most, a week where its period is an hour or more",
		source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html",
		holds: func(in map[string]any) bool {
			span, period := alarmSpan(in)
			if period >= 3600 {
				return span <= 7*86400
			}
			return span <= 86400
		},
		breaks: func(in map[string]any) { in["evaluationPeriods"] = 10081.0 },
	},
	{
		resourceType: "aws:cloudwatch/metricAlarm:MetricAlarm", says: "a metric with period and one statistic, or queries",
		source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html",
		holds: func(in map[string]any) bool {
			if in["metricQueries"] != nil {
				return present(in, "metricName", "namespace", "period", "statistic", "extendedStatistic", "dimensions") == 0
			}
			return present(in, "metricName", "namespace", "period") == 3 && present(in, "statistic", "extendedStatistic") == 1
		},
		breaks: func(in map[string]any) { in["statistic"], in["extendedStatistic"] = "Average", "p95" },
	},
	{
		resourceType: "aws:cloudwatch/metricAlarm:MetricAlarm", says: "one query of an alarm returns data, at most ten are metrics, and no id is there twice",
		source:   "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Create-alarm-on-metric-math-expression.html",
		concerns: func(in map[string]any) bool { return in["metricQueries"] != nil },
		holds: func(in map[string]any) bool {
			returned := 0
			for _, at := range places(in, "metricQueries[].returnData") {
				if at.value == true {
					returned++
				}
			}
			return returned == 1 && len(places(in, "metricQueries[].metric")) <= 10 && unique(in, "metricQueries[].id")
		},
		breaks: func(in map[string]any) {
			for _, at := range places(in, "metricQueries[]") {
				at.value.(map[string]any)["returnData"] = true
			}
			in["metricQueries"] = append(in["metricQueries"].([]any), map[string]any{"returnData": true})
		},
	},
	{
		resourceType: "aws:cloudwatch/metricAlarm:MetricAlarm", says: "no more data points are asked for than there are periods",
		source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html",
		holds: func(in map[string]any) bool {
			points, ok := number(in["datapointsToAlarm"])
			periods, _ := number(in["evaluationPeriods"])
			return !ok || points <= periods && points >= 1
		},
		breaks: func(in map[string]any) { in["datapointsToAlarm"] = 10081.0 },
	},
	{
		resourceType: "aws:cloudwatch/metricAlarm:MetricAlarm", says: "a percentile says what few samples mean, nothing else does",
		source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html",
		holds: func(in map[string]any) bool {
			return in["evaluateLowSampleCountPercentiles"] == nil || in["extendedStatistic"] != nil
		},
		breaks: func(in map[string]any) {
			in["evaluateLowSampleCountPercentiles"] = "ignore"
			delete(in, "extendedStatistic")
		},
	},
	{
		resourceType: "aws:cloudwatch/eventRule:EventRule", says: "a rule has a pattern or a schedule",
		source: "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html",
		holds:  func(in map[string]any) bool { return present(in, "eventPattern", "scheduleExpression") >= 1 },
		breaks: func(in map[string]any) { delete(in, "eventPattern"); delete(in, "scheduleExpression") },
	},
	{
		resourceType: "aws:cloudwatch/eventTarget:EventTarget", says: "a target takes the event as it is, a text, a path or a transformer; a template names paths that there are",
		source: "https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html",
		holds: func(in map[string]any) bool {
			paths := place0(in, "inputTransformer.inputPaths")
			for _, name := range regexp.MustCompile(`<(\w+)>`).FindAllStringSubmatch(textOf(place0(in, "inputTransformer.inputTemplate")), -1) {
				if known, _ := paths.(map[string]any); known[name[1]] == nil {
					return false
				}
			}
			return present(in, "input", "inputPath", "inputTransformer") <= 1
		},
		breaks: func(in map[string]any) { in["input"], in["inputPath"] = "{}", "$.detail" },
	},
	{
		resourceType: "aws:budgets/budget:Budget", says: "each notification reaches somebody, and no two are the same",
		source: "https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_NotificationWithSubscribers.html",
		holds: func(in map[string]any) bool {
			seen := map[string]bool{}
			for _, at := range places(in, "notifications[]") {
				n := at.value.(map[string]any)
				key := textOf([]any{n["notificationType"], n["comparisonOperator"], n["threshold"], n["thresholdType"]})
				if seen[key] || present(n, "subscriberEmailAddresses", "subscriberSnsTopicArns") == 0 {
					return false
				}
				seen[key] = true
			}
			return true
		},
		breaks: func(in map[string]any) {
			in["notifications"] = append(in["notifications"].([]any), in["notifications"].([]any)[0])
		},
	},
	{
		resourceType: "aws:sns/topicSubscription:TopicSubscription", says: "the endpoint is one of the protocol",
		source: "https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html",
		holds: func(in map[string]any) bool {
			endpoint := textOf(in["endpoint"])
			if unknown(endpoint) {
				return true
			}
			form := map[any]string{"email": `^[^@\s]+@[^@\s]+$`, "https": `^https://\S+$`, "sqs": `^arn:aws:sqs:`, "lambda": `^arn:aws:lambda:`}[in["protocol"]]
			return form != "" && regexp.MustCompile(form).MatchString(endpoint)
		},
		breaks: func(in map[string]any) { in["endpoint"] = "nobody" },
	},
}

var noticeQuotas = []quota{
	{resourceType: "aws:cloudwatch/metricAlarm:MetricAlarm", most: 5000, source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html"},
	{resourceType: "aws:cloudwatch/metricAlarm:MetricAlarm", concerns: isNamed, per: "name", most: 1, source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"},
	{resourceType: "aws:cloudwatch/eventRule:EventRule", most: 300, source: "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html"},
	{resourceType: "aws:cloudwatch/eventTarget:EventTarget", per: "rule", most: 5, source: "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html"},
	{resourceType: "aws:cloudwatch/dashboard:Dashboard", most: 500, source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html"},
	{resourceType: "aws:sns/topic:Topic", most: 100000, source: "https://docs.aws.amazon.com/general/latest/gr/sns.html"},
}

func isNamed(r *graph.Resource) bool { return r.Readable()["name"] != nil }

var (
	relations = slices.Concat(networkRelations, dataRelations, serviceRelations, edgeRelations, auditRelations, noticeRelations)
	quotas    = slices.Concat(networkQuotas, dataQuotas, serviceQuotas, edgeQuotas, auditQuotas, noticeQuotas)
)

// unruled are the resource types of which AWS limits nothing that a program chooses: they tie others together or switch
// something on.
var unruled = map[string]string{
	"aws:acm/certificateValidation:CertificateValidation":      "waits for a certificate",
	"aws:cfg/recorderStatus:RecorderStatus":                    "on or off",
	"aws:ebs/defaultKmsKey:DefaultKmsKey":                      "names a key",
	"aws:ebs/encryptionByDefault:EncryptionByDefault":          "on or off",
	"aws:ec2/defaultRouteTable:DefaultRouteTable":              "is emptied",
	"aws:ec2/defaultSecurityGroup:DefaultSecurityGroup":        "is emptied",
	"aws:ec2/routeTableAssociation:RouteTableAssociation":      "ties two resources",
	"aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock": "on or off",
	"aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock":   "on or off",
	"aws:secretsmanager/secretVersion:SecretVersion":           "holds a secret, of which a plan knows nothing",
}
