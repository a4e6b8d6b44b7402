package tests

import "strings"

var auditConstraints = []constraint{
	{"aws:cloudtrail/trail:Trail", "name", text(3, 128, `^[A-Za-z0-9]([._-]?[A-Za-z0-9])*$`), "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html"},
	{"aws:cloudtrail/trail:Trail", "advancedEventSelectors[].name", text(0, 1000, ascii), "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedEventSelector.html"},
	{"aws:cloudtrail/trail:Trail", "advancedEventSelectors[].fieldSelectors[].field", oneOf("readOnly", "eventSource", "eventName", "eventCategory", "eventType", "resources.type", "resources.ARN", "sessionCredentialFromConsole", "userIdentity.arn", "errorCode", "vpcEndpointId"), "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html"},
	{"aws:cfg/rule:Rule", "name", text(1, 128, ascii), "https://docs.aws.amazon.com/config/latest/APIReference/API_ConfigRule.html"},
	{"aws:cfg/rule:Rule", "source.owner", oneOf("AWS", "CUSTOM_LAMBDA", "CUSTOM_POLICY"), "https://docs.aws.amazon.com/config/latest/APIReference/API_Source.html"},
	{"aws:cfg/rule:Rule", "source.sourceIdentifier", text(1, 256, `^[A-Z0-9_]+$`), "https://docs.aws.amazon.com/config/latest/developerguide/managed-rules-by-aws-config.html"},
	{"aws:cfg/deliveryChannel:DeliveryChannel", "snapshotDeliveryProperties.deliveryFrequency", oneOf("One_Hour", "Three_Hours", "Six_Hours", "Twelve_Hours", "TwentyFour_Hours"), "https://docs.aws.amazon.com/config/latest/APIReference/API_ConfigSnapshotDeliveryProperties.html"},
	{"aws:guardduty/detector:Detector", "findingPublishingFrequency", oneOf("FIFTEEN_MINUTES", "ONE_HOUR", "SIX_HOURS"), "https://docs.aws.amazon.com/guardduty/latest/APIReference/API_CreateDetector.html"},
	{"aws:guardduty/detectorFeature:DetectorFeature", "name", oneOf("S3_DATA_EVENTS", "EKS_AUDIT_LOGS", "EBS_MALWARE_PROTECTION", "RDS_LOGIN_EVENTS", "EKS_RUNTIME_MONITORING", "LAMBDA_NETWORK_LOGS", "RUNTIME_MONITORING"), "https://docs.aws.amazon.com/guardduty/latest/APIReference/API_DetectorFeatureConfiguration.html"},
	{"aws:guardduty/detectorFeature:DetectorFeature", "status", oneOf("ENABLED", "DISABLED"), "https://docs.aws.amazon.com/guardduty/latest/APIReference/API_DetectorFeatureConfiguration.html"},
	{"aws:securityhub/account:Account", "controlFindingGenerator", oneOf("STANDARD_CONTROL", "SECURITY_CONTROL"), "https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_EnableSecurityHub.html"},
	{"aws:securityhub/standardsSubscription:StandardsSubscription", "standardsArn", text(1, 255, `^arn:aws:securityhub:([a-z0-9-]*::standards|::ruleset)/[a-z0-9-]+/v/\d+\.\d+\.\d+$`), "https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_StandardsSubscriptionRequest.html"},
	{"aws:securityhub/standardsControlAssociation:StandardsControlAssociation", "securityControlId", text(1, 64, `^[A-Za-z0-9]+\.\d+$`), "https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-controls-reference.html"},
	{"aws:securityhub/standardsControlAssociation:StandardsControlAssociation", "associationStatus", oneOf("ENABLED", "DISABLED"), "https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_StandardsControlAssociationUpdate.html"},
	// 255 characters: Security Hub's console takes no more.
	{"aws:securityhub/standardsControlAssociation:StandardsControlAssociation", "updatedReason", text(1, 255, ascii), "https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_StandardsControlAssociationUpdate.html"},
	{"aws:inspector2/enabler:Enabler", "accountIds[]", text(12, 12, `^\d{12}$`), "https://docs.aws.amazon.com/inspector/v2/APIReference/API_Enable.html"},
	{"aws:inspector2/enabler:Enabler", "resourceTypes", oneOf("EC2", "ECR", "LAMBDA", "LAMBDA_CODE", "CODE_REPOSITORY"), "https://docs.aws.amazon.com/inspector/v2/APIReference/API_Enable.html"},
	{"aws:accessanalyzer/analyzer:Analyzer", "analyzerName", text(1, 255, `^[A-Za-z][A-Za-z0-9_.-]*$`), "https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CreateAnalyzer.html"},
	{"aws:accessanalyzer/analyzer:Analyzer", "type", oneOf("ACCOUNT", "ORGANIZATION", "ACCOUNT_UNUSED_ACCESS", "ORGANIZATION_UNUSED_ACCESS", "ACCOUNT_INTERNAL_ACCESS", "ORGANIZATION_INTERNAL_ACCESS"), "https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CreateAnalyzer.html"},

	{"aws:cloudwatch/logGroup:LogGroup", "name", text(1, 512, `^[A-Za-z0-9_./#-]+$`), "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateLogGroup.html"},
	{"aws:cloudwatch/logGroup:LogGroup", "retentionInDays", oneOf(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653), "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html"},
	{"aws:cloudwatch/logMetricFilter:LogMetricFilter", "pattern", text(0, 1024, ascii), "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html"},
	{"aws:cloudwatch/logMetricFilter:LogMetricFilter", "name", text(1, 512, `^[^:*]+$`), "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html"},
	{"aws:cloudwatch/logMetricFilter:LogMetricFilter", "metricTransformation.name", text(1, 255, `^[^:*$]+$`), "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_MetricTransformation.html"},
	{"aws:cloudwatch/logMetricFilter:LogMetricFilter", "metricTransformation.namespace", text(1, 255, `^[^:*$]+$`), "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_MetricTransformation.html"},
	{"aws:cloudwatch/logMetricFilter:LogMetricFilter", "metricTransformation.value", text(1, 100, ascii), "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_MetricTransformation.html"},
	{"aws:cloudwatch/logDeliverySource:LogDeliverySource", "name", text(1, 60, `^[\w-]+$`), "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutDeliverySource.html"},
	{"aws:cloudwatch/logDeliverySource:LogDeliverySource", "logType", text(1, 255, `^[\w-]+$`), "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutDeliverySource.html"},
	{"aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination", "name", text(1, 60, `^[\w-]+$`), "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutDeliveryDestination.html"},
	{"aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination", "outputFormat", oneOf("json", "plain", "w3c", "raw", "parquet"), "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutDeliveryDestination.html"},
	{"aws:cloudwatch/logDelivery:LogDelivery", "recordFields", count(0, 128), "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateDelivery.html"},
	{"aws:cloudwatch/logDelivery:LogDelivery", "recordFields[]", text(1, 64, ascii), "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_CreateDelivery.html"},
}

var auditRelations = []relation{
	{
		resourceType: "aws:cloudtrail/trail:Trail", says: "a trail has event selectors of one kind; each names its category once",
		source: "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html",
		holds: func(in map[string]any) bool {
			for _, at := range places(in, "advancedEventSelectors[]") {
				categories := 0
				for _, field := range places(at.value.(map[string]any), "fieldSelectors[].field") {
					if field.value == "eventCategory" {
						categories++
					}
				}
				if categories != 1 {
					return false
				}
			}
			return present(in, "advancedEventSelectors", "eventSelectors") <= 1
		},
		breaks: func(in map[string]any) { in["eventSelectors"], in["advancedEventSelectors"] = []any{}, []any{} },
	},
	{
		resourceType: "aws:cloudtrail/trail:Trail", says: "500 values in all conditions of all selectors",
		source: "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html",
		holds: func(in map[string]any) bool {
			values := 0
			for _, at := range places(in, "advancedEventSelectors[].fieldSelectors[]") {
				for key, value := range at.value.(map[string]any) {
					if list, ok := value.([]any); ok && key != "field" {
						values += len(list)
					}
				}
			}
			return values <= 500
		},
		breaks: func(in map[string]any) {
			field := places(in, "advancedEventSelectors[].fieldSelectors[]")[0].value.(map[string]any)
			field["equals"] = make([]any, 501)
		},
	},
	{
		resourceType: "aws:cloudtrail/trail:Trail", says: "logs go to a group with a role, or to none",
		source: "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html",
		holds: func(in map[string]any) bool {
			group, _ := in["cloudWatchLogsGroupArn"].(string)
			return (group != "") == (in["cloudWatchLogsRoleArn"] != nil) && (group == "" || strings.HasSuffix(group, ":*"))
		},
		breaks: func(in map[string]any) { delete(in, "cloudWatchLogsRoleArn") },
	},
	{
		resourceType: "aws:cloudtrail/trail:Trail", says: "a trail of all regions has global events",
		source: "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html",
		holds: func(in map[string]any) bool {
			return in["isMultiRegionTrail"] != true || in["includeGlobalServiceEvents"] != false
		},
		breaks: func(in map[string]any) { in["includeGlobalServiceEvents"], in["isMultiRegionTrail"] = false, true },
	},
	{
		resourceType: "aws:cfg/recorder:Recorder", says: "all types, or a list of them; global types only with all",
		source: "https://docs.aws.amazon.com/config/latest/APIReference/API_RecordingGroup.html",
		holds: func(in map[string]any) bool {
			group := in["recordingGroup"].(map[string]any)
			list, _ := group["resourceTypes"].([]any)
			return (group["allSupported"] == true) == (len(list) == 0) && (group["allSupported"] == true || group["includeGlobalResourceTypes"] != true)
		},
		breaks: func(in map[string]any) {
			in["recordingGroup"].(map[string]any)["resourceTypes"] = []any{"AWS::S3::Bucket"}
		},
	},
	{
		resourceType: "aws:iam/accountPasswordPolicy:AccountPasswordPolicy", says: "people may change passwords that expire",
		source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html",
		holds: func(in map[string]any) bool {
			return in["maxPasswordAge"] == nil || in["allowUsersToChangePassword"] == true
		},
		breaks: func(in map[string]any) { in["allowUsersToChangePassword"] = false },
	},
}

var auditQuotas = []quota{
	{resourceType: "aws:cloudtrail/trail:Trail", most: 5, source: "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html"},
	{resourceType: "aws:cfg/rule:Rule", most: 1000, source: "https://docs.aws.amazon.com/config/latest/developerguide/configlimits.html"},
	{resourceType: "aws:cfg/recorder:Recorder", most: 1, source: "https://docs.aws.amazon.com/config/latest/developerguide/configlimits.html"},
	{resourceType: "aws:cfg/deliveryChannel:DeliveryChannel", most: 1, source: "https://docs.aws.amazon.com/config/latest/APIReference/API_PutDeliveryChannel.html"},
	{resourceType: "aws:guardduty/detector:Detector", most: 1, source: "https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_limits.html"},
	{resourceType: "aws:accessanalyzer/analyzer:Analyzer", most: 1, source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-quotas.html"},
	{resourceType: "aws:cloudwatch/logMetricFilter:LogMetricFilter", per: "logGroupName", most: 100, source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html"},
	{resourceType: "aws:cloudwatch/logDeliverySource:LogDeliverySource", most: 1000, source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html"},
}
