package audit_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/components/audit"
	"github.com/carebase/carebase/components/loggroup"
	"github.com/carebase/carebase/componenttest"
)

func refused(t *testing.T, args *audit.Args) string {
	t.Helper()
	return componenttest.Refused(t, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := audit.New(ctx, "audit", args, opts...)
		return err
	}).Error()
}

func TestArgumentsAreRefused(t *testing.T) {
	const groups = "1 to 255 letters, digits and . - _ / #, not beginning with aws/"
	for title, c := range map[string]struct {
		change func(*audit.Args)
		want   string
	}{
		"nothing turned on":    {func(a *audit.Args) { *a = audit.Args{LogsKeyArn: a.LogsKeyArn} }, "Args is missing: it takes at least one thing to turn on"},
		"trail, no bucket":     {func(a *audit.Args) { a.Trail.Bucket = nil }, "Trail.Bucket is missing: it takes the name of a bucket of purpose audit (see components/storage)"},
		"trail, no topic":      {func(a *audit.Args) { a.Trail.AlarmTopicArn = nil }, "Trail.AlarmTopicArn is missing: it takes an SNS topic ARN: an alarm nobody hears is none"},
		"echo, no slash":       {func(a *audit.Args) { a.Trail.Echoes = []string{"b/", "a-bucket"} }, `Trail.Echoes[1] = "a-bucket": allowed is BUCKET/ or BUCKET/PREFIX`},
		"echo, no bucket":      {func(a *audit.Args) { a.Trail.Echoes = []string{"/s3/"} }, `Trail.Echoes[0] = "/s3/": allowed is BUCKET/ or BUCKET/PREFIX`},
		"object bucket, slash": {func(a *audit.Args) { a.Trail.ObjectBuckets = []string{"b", "files/"} }, `Trail.ObjectBuckets[1] = "files/": allowed is the name of a bucket, without a slash`},
		"object bucket, empty": {func(a *audit.Args) { a.Trail.ObjectBuckets = []string{""} }, `Trail.ObjectBuckets[0] = "": allowed is the name of a bucket, without a slash`},
		"role by its ARN":      {func(a *audit.Args) { a.Trail.BreakGlassRole = "arn:aws:iam::1:role/x" }, `Trail.BreakGlassRole = "arn:aws:iam::1:role/x": allowed is the name of an IAM role`},
		"no log group":         {func(a *audit.Args) { a.Trail.LogGroupName = "" }, `Trail.LogGroupName = "": allowed is ` + groups},
		"bad log group":        {func(a *audit.Args) { a.Trail.LogGroupName = "cloud trail" }, `Trail.LogGroupName = "cloud trail": allowed is ` + groups},
		"reserved log group":   {func(a *audit.Args) { a.Trail.LogGroupName = "aws/trail" }, `Trail.LogGroupName = "aws/trail": allowed is ` + groups},
		"long log group":       {func(a *audit.Args) { a.Trail.LogGroupName = strings.Repeat("a", 256) }, "allowed is " + groups},
		"kept for ever":        {func(a *audit.Args) { a.Trail.LogRetentionDays = 0 }, "Trail.LogRetentionDays = 0: allowed is " + loggroup.RetentionRule},
		"no such retention":    {func(a *audit.Args) { a.Trail.LogRetentionDays = 2000 }, "Trail.LogRetentionDays = 2000: allowed is " + loggroup.RetentionRule},
		"config, no bucket":    {func(a *audit.Args) { a.Config.Bucket = nil }, "Config.Bucket is missing: it takes the name of a bucket of purpose logs (see components/storage)"},
		"trail, no key":        {func(a *audit.Args) { a.Config, a.LogsKeyArn = nil, nil }, "LogsKeyArn is missing: it takes a KMS key ARN for Trail and Config (see components/keys)"},
		"config, no key":       {func(a *audit.Args) { a.Trail, a.LogsKeyArn = nil, nil }, "LogsKeyArn is missing: it takes a KMS key ARN for Trail and Config (see components/keys)"},
		"volumes without key":  {func(a *audit.Args) { a.DataKeyArn = nil }, "DataKeyArn is missing: it takes a KMS key ARN for RegionDefaults (see components/keys)"},
	} {
		t.Run(title, func(t *testing.T) {
			got := refused(t, changed(c.change))
			assert.Contains(t, got, c.want)
			assert.NotContains(t, got, "problems", "only what is wrong is reported")
		})
	}
	assert.Equal(t, `audit "audit": Args is missing: it takes at least one thing to turn on`, refused(t, nil))
}

func TestEveryProblemIsReportedAtOnce(t *testing.T) {
	got := refused(t, &audit.Args{Trail: &audit.Trail{}, Config: &audit.Config{}, RegionDefaults: true})
	assert.True(t, strings.HasPrefix(got, `audit "audit": 7 problems:`), got)
	for _, argument := range []string{
		"Trail.Bucket", "Trail.LogGroupName", "Trail.LogRetentionDays", "Trail.AlarmTopicArn", "Config.Bucket", "LogsKeyArn",
		"DataKeyArn",
	} {
		assert.Contains(t, got, "\n  - "+argument+" ")
	}
}

func TestArgumentsAtTheirLimits(t *testing.T) {
	for title, change := range map[string]func(*audit.Args){
		"longest log group": func(a *audit.Args) { a.Trail.LogGroupName = strings.Repeat("a", 255) },
		"shortest kept":     func(a *audit.Args) { a.Trail.LogRetentionDays = 1 },
		"six years":         func(a *audit.Args) { a.Trail.LogRetentionDays = 2192 },
		"longest kept":      func(a *audit.Args) { a.Trail.LogRetentionDays = 3653 },
		"keys not needed":   func(a *audit.Args) { *a = audit.Args{GuardDuty: true} },
	} {
		t.Run(title, func(t *testing.T) { planned(t, changed(change)) })
	}
}
