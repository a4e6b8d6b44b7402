// Package cloudtrail has the controls of AWS CloudTrail.
package cloudtrail

import (
	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

// Controls of this package, in the order in which reports list them.
var Controls = []*policy.Control{
	{
		ID: "CT-1", Service: "CloudTrail", Kind: policy.Presence, Severity: policy.High, Applies: policy.WherePHI,
		Title:     "A trail exists",
		Citations: []string{"164.308(a)(3)(ii)(A)", "164.308(a)(5)(ii)(C)", "164.312(b)"},
		Config:    []string{"cloudtrail-enabled"},
		Why:       "Without a trail nobody can say who did what in the account, and no investigation gets further than guesses.",
		Check:     trailExists,
	},
	{
		ID: "CT-2", Service: "CloudTrail", Kind: policy.Relation, Severity: policy.High,
		Title:     "Multi-region",
		Citations: []string{"164.308(a)(3)(ii)(A)", "164.312(b)"},
		Config:    []string{"multi-region-cloudtrail-enabled"},
		Prowler:   []string{"cloudtrail_multi_region_enabled"},
		Why:       "An intruder works in the region that nobody watches.",
		Check:     trailEverywhere,
	},
	{
		ID: "CT-3", Service: "CloudTrail", Kind: policy.Property, Severity: policy.Medium,
		Title:     "Delivers to CloudWatch Logs",
		Citations: []string{"164.308(a)(3)(ii)(A)", "164.312(b)"},
		Config:    []string{"cloud-trail-cloud-watch-logs-enabled"},
		Nag:       []string{"CloudTrailCloudWatchLogsEnabled"},
		Prowler:   []string{"cloudtrail_cloudwatch_logging_enabled"},
		Why:       "Alarms ring from the log group; from the bucket somebody reads days later.",
		Check: policy.Each([]string{inspect.TrailType},
			policy.IsSet("cloudWatchLogsGroupArn", "name a log group; components/audit makes one for its Trail"),
			policy.IsSet("cloudWatchLogsRoleArn", "name the role that writes to the log group")),
	},
	{
		ID: "CT-4", Service: "CloudTrail", Kind: policy.Property, Severity: policy.High,
		Title:     "KMS encrypted",
		Citations: []string{"164.312(a)(2)(iv)", "164.312(e)(2)(ii)"},
		Config:    []string{"cloud-trail-encryption-enabled"},
		Nag:       []string{"CloudTrailEncryptionEnabled"},
		Prowler:   []string{"cloudtrail_kms_encryption_enabled"},
		Why:       "The trail names people, addresses and files; without the account's own key whoever may read the bucket reads it.",
		Check:     policy.Each([]string{inspect.TrailType}, policy.CustomerKey("kmsKeyId", "set kmsKeyId to the logs key of components/keys")),
	},
	{
		ID: "CT-5", Service: "CloudTrail", Kind: policy.Property, Severity: policy.Medium,
		Title:     "Log file validation",
		Citations: []string{"164.312(c)(1)", "164.312(c)(2)"},
		Config:    []string{"cloud-trail-log-file-validation-enabled"},
		Nag:       []string{"CloudTrailLogFileValidationEnabled"},
		Prowler:   []string{"cloudtrail_log_file_validation_enabled"},
		Why:       "Without digests nobody can prove that the trail was not changed afterwards.",
		Check:     policy.Each([]string{inspect.TrailType}, policy.IsTrue("enableLogFileValidation", "set enableLogFileValidation: true")),
	},
	{
		ID: "CT-6", Service: "CloudTrail", Kind: policy.Relation, Severity: policy.High, Applies: policy.WherePHI,
		Title:     "S3 data events (read and write)",
		Citations: []string{"164.308(a)(3)(ii)(A)", "164.312(b)"},
		Config:    []string{"cloudtrail-s3-dataevents-enabled"},
		Prowler:   []string{"cloudtrail_s3_dataevents_read_enabled", "cloudtrail_s3_dataevents_write_enabled"},
		Why:       "A trail of management events alone does not say who read which patient's document.",
		Check:     trailSeesObjects,
	},
}
