package audit_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/components/audit"
	"github.com/carebase/carebase/componenttest"
)

func TestTrailIsWholeEncryptedAndValidated(t *testing.T) {
	g := planned(t, production())
	trail := componenttest.Find(t, g, trailType, "audit-trail")
	for input, want := range map[string]any{
		"enableLogging":              true,
		"isMultiRegionTrail":         true,
		"includeGlobalServiceEvents": true,
		"enableLogFileValidation":    true,
		"kmsKeyId":                   logsKey,
		"s3BucketName":               "careconnect-prod-audit",
		"s3KeyPrefix":                nil, // the bucket admits AWSLogs/<account>/
		"cloudWatchLogsGroupArn":     "${audit-trail-log.arn}:*",
		"cloudWatchLogsRoleArn":      "${audit-trail-role.arn}",
		"isOrganizationTrail":        nil,
		"eventSelectors":             nil,
	} {
		assert.Equal(t, want, componenttest.Input(t, trail, input), input)
	}
	permission := componenttest.Find(t, g, attachType, "audit-trail-permission")
	assert.Contains(t, trail.Dependencies, permission.URN, "CloudTrail tries the role at once")
}

func TestTrailRecordsEveryObject(t *testing.T) {
	const own, copied = "arn:aws:s3:::careconnect-prod-audit/", "arn:aws:s3:::careconnect-prod-audit-usw2/"
	equals := func(field, value string) map[string]any {
		return map[string]any{"field": field, "equals": []any{value}}
	}
	assert.Equal(t, []any{
		map[string]any{"name": "Management events", "fieldSelectors": []any{equals("eventCategory", "Management")}},
		map[string]any{"name": "Objects in S3", "fieldSelectors": []any{
			equals("eventCategory", "Data"), equals("resources.type", "AWS::S3::Object"),
			map[string]any{"field": "resources.ARN", "notStartsWiths": []any{own, copied}},
		}},
		map[string]any{"name": "Objects of the trail", "fieldSelectors": []any{
			equals("eventCategory", "Data"), equals("resources.type", "AWS::S3::Object"),
			map[string]any{"field": "resources.ARN", "startsWiths": []any{own, copied}},
			map[string]any{"field": "eventName", "notEquals": []any{"PutObject"}},
		}},
	}, componenttest.Input(t, componenttest.Find(t, planned(t, production()), trailType, "audit-trail"), "advancedEventSelectors"))
}

// A second trail of the account pays for the objects of the buckets that it names, and for no other.
func TestTrailRecordsTheObjectsOfNamedBuckets(t *testing.T) {
	g := planned(t, changed(func(a *audit.Args) { a.Trail.ObjectBuckets = []string{"files", "backups"} }))
	selectors := componenttest.Input(t, componenttest.Find(t, g, trailType, "audit-trail"), "advancedEventSelectors").([]any)
	fields := selectors[1].(map[string]any)["fieldSelectors"].([]any)
	assert.Equal(t, map[string]any{"field": "resources.ARN", "startsWiths": []any{"arn:aws:s3:::files/", "arn:aws:s3:::backups/"}}, fields[2])
	assert.Len(t, selectors, 3, "and what becomes of the trail's own objects")
}

func TestInsights(t *testing.T) {
	for insights, want := range map[bool]any{
		true: []any{
			map[string]any{"insightType": "ApiCallRateInsight"}, map[string]any{"insightType": "ApiErrorRateInsight"},
		},
		false: nil,
	} {
		g := planned(t, changed(func(a *audit.Args) { a.Trail.Insights = insights }))
		assert.Equal(t, want, componenttest.Input(t, componenttest.Find(t, g, trailType, "audit-trail"), "insightSelectors"))
	}
}

func TestTrailLogIsEncryptedAndKept(t *testing.T) {
	group := componenttest.Find(t, planned(t, production()), logGroupType, "audit-trail-log")
	assert.Equal(t, "/careconnect/prod/cloudtrail", componenttest.Input(t, group, "name"))
	assert.Equal(t, logsKey, componenttest.Input(t, group, "kmsKeyId"))
	assert.EqualValues(t, 365, componenttest.Input(t, group, "retentionInDays"))
}

func TestTrailRoleMayWriteItsOwnStreamsOnly(t *testing.T) {
	g := planned(t, production())
	role := componenttest.Find(t, g, roleType, "audit-trail-role")
	assert.Equal(t, map[string]any{
		"Version": "2012-10-17",
		"Statement": []any{map[string]any{
			"Sid": "CloudTrail", "Effect": "Allow", "Principal": map[string]any{"Service": "cloudtrail.amazonaws.com"},
			"Action": "sts:AssumeRole",
		}},
	}, componenttest.JSON(t, role, "assumeRolePolicy"))
	assert.Nil(t, componenttest.Input(t, role, "inlinePolicies"))
	assert.Nil(t, componenttest.Input(t, role, "managedPolicyArns"))

	assert.Equal(t, map[string]any{
		"Version": "2012-10-17",
		"Statement": []any{map[string]any{
			"Sid": "WriteTheTrail", "Effect": "Allow",
			"Action":   []any{"logs:CreateLogStream", "logs:PutLogEvents"},
			"Resource": "${audit-trail-log.arn}:log-stream:123456789012_CloudTrail_*",
		}},
	}, componenttest.JSON(t, componenttest.Find(t, g, policyType, "audit-trail-policy"), "policy"))

	permission := componenttest.Find(t, g, attachType, "audit-trail-permission")
	assert.Equal(t, "${audit-trail-role.name}", componenttest.Input(t, permission, "role"))
	assert.Equal(t, "${audit-trail-policy.arn}", componenttest.Input(t, permission, "policyArn"))
}
