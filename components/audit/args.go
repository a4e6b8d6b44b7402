package audit

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/limits"
	"github.com/carebase/carebase/components/loggroup"
)

// Args of an Audit: at least one thing to turn on. "Once per account" means that a second stack of the same account, in
// whatever region, leaves it off; "once per region", that of each account and region one stack turns it on.
type Args struct {
	Trail          *Trail  // once per account, as it covers all regions; and where it must not be lost with a region
	Config         *Config // once per region
	GuardDuty      bool    // once per region
	SecurityHub    bool    // once per region; it draws on Config, which must be on there
	AccessAnalyzer bool    // once per region
	// Inspector scans the images in the account's repositories, when they are pushed and whenever a new vulnerability
	// becomes known. Once per region.
	Inspector bool
	// AccountDefaults are the password policy of IAM users and the account-wide block of public buckets. Once per account.
	AccountDefaults bool
	// RegionDefaults encrypt every new EBS volume and snapshot, under DataKeyArn unless it names a key. Once per region.
	RegionDefaults bool
	// BlockPublicSnapshots forbids public EBS snapshots. Once per region; not for an account that publishes images.
	BlockPublicSnapshots bool

	// LogsKeyArn is the KMS key of the trail, its log group and Config's history; they need it. CloudTrail, CloudWatch
	// Logs and AWS Config must be allowed to use it (see components/keys).
	LogsKeyArn pulumi.StringInput
	// DataKeyArn is the KMS key for volumes that name none; RegionDefaults need it.
	DataKeyArn pulumi.StringInput

	// Protect makes Pulumi refuse to delete or replace the trail and its log group, and keep the log group in AWS when
	// it goes out of the program.
	Protect bool
}

// Trail of every API call in the account, of every request for an object in its buckets, and of what alarms.
type Trail struct {
	// Bucket is the name of the bucket that keeps the trail, of purpose audit (see components/storage).
	Bucket pulumi.StringInput
	// Echoes are where each new object in Bucket makes another one: its copy in another region, and the access logs of
	// both (see storage.AccessLogs), as BUCKET/ or BUCKET/PREFIX.
	Echoes []string
	// ObjectBuckets are the names of the buckets whose objects' reads and writes are recorded; none means every bucket of
	// the account. A second trail of the account names its buckets, because CloudTrail charges for data events once per
	// trail, and because two trails that record each other's deliveries deliver for ever.
	ObjectBuckets []string
	// LogGroupName is the log group the alarms watch, e.g. /clinic/prod/cloudtrail: 1 to 255 letters, digits and
	// . - _ / #, and not the reserved prefix aws/.
	LogGroupName string
	// LogRetentionDays of the log group: one of loggroup.RetentionDays, such as 365 or 2192 (six years, 45 CFR
	// 164.316(b)(2)(i)). The bucket keeps the evidence; the log group is for searching it.
	LogRetentionDays int
	// AlarmTopicArn is the SNS topic that alarms notify.
	AlarmTopicArn pulumi.StringInput
	// BreakGlassRole is the name of the IAM role for emergencies (see components/dr). Whoever assumes it, or does
	// anything with it, raises an alarm. Empty where the account has none.
	BreakGlassRole string
	// Insights finds unusual rates of calls and errors, at a price per event analysed.
	Insights bool
}

// Config is AWS Config in one region.
type Config struct {
	// Bucket is the name of the bucket that keeps the history, of purpose logs. (AWS Config cannot deliver to one with
	// default retention, such as the audit bucket.)
	Bucket pulumi.StringInput
	// GlobalTypes records IAM and whatever else belongs to no region, and checks it. In one region of the account, or
	// each change is recorded and paid for several times.
	GlobalTypes bool
	// ServiceLinkedRole makes the role AWS Config reads the account with. Once per account; where it exists already,
	// made by the console or another stack, leave it off.
	ServiceLinkedRole bool
}

// logGroupName is shorter than CloudWatch Logs would have it, because metrics are named after the log group.
var logGroupName = regexp.MustCompile(`^[A-Za-z0-9._/#-]{1,255}$`)

func (a *Args) check(name string) error {
	p := arg.Check("audit", name)
	if a == nil {
		p.Require("Args", false, "at least one thing to turn on")
		return p.Err()
	}
	if a.Trail == nil && a.Config == nil && !slices.Contains([]bool{
		a.GuardDuty, a.SecurityHub, a.AccessAnalyzer, a.Inspector, a.AccountDefaults, a.RegionDefaults,
		a.BlockPublicSnapshots,
	}, true) {
		p.Require("Args", false, "at least one thing to turn on")
	}
	if a.Trail != nil {
		a.Trail.check(p)
	}
	if a.Config != nil {
		p.Require("Config.Bucket", a.Config.Bucket != nil, "the name of a bucket of purpose logs (see components/storage)")
	}
	if a.Trail != nil || a.Config != nil {
		p.Require("LogsKeyArn", a.LogsKeyArn != nil, "a KMS key ARN for Trail and Config (see components/keys)")
	}
	if a.RegionDefaults {
		p.Require("DataKeyArn", a.DataKeyArn != nil, "a KMS key ARN for RegionDefaults (see components/keys)")
	}
	return p.Err()
}

func (t *Trail) check(p *arg.Problems) {
	p.Require("Trail.Bucket", t.Bucket != nil, "the name of a bucket of purpose audit (see components/storage)")
	for i, echo := range t.Echoes {
		if bucket, _, found := strings.Cut(echo, "/"); !found || bucket == "" {
			p.Add(fmt.Sprintf("Trail.Echoes[%d]", i), echo, "BUCKET/ or BUCKET/PREFIX: without the slash buckets whose names go on are meant as well")
		}
	}
	for i, bucket := range t.ObjectBuckets {
		if bucket == "" || strings.Contains(bucket, "/") {
			p.Add(fmt.Sprintf("Trail.ObjectBuckets[%d]", i), bucket, "the name of a bucket, without a slash")
		}
	}
	if t.BreakGlassRole != "" && !limits.RoleName.MatchString(t.BreakGlassRole) {
		p.Add("Trail.BreakGlassRole", t.BreakGlassRole, "the name of an IAM role: 1 to 64 letters, digits and _+=,.@-")
	}
	if !logGroupName.MatchString(t.LogGroupName) || strings.HasPrefix(t.LogGroupName, "aws/") {
		p.Add("Trail.LogGroupName", t.LogGroupName, "1 to 255 letters, digits and . - _ / #, not beginning with aws/")
	}
	if !loggroup.ValidRetention(t.LogRetentionDays) {
		p.Add("Trail.LogRetentionDays", t.LogRetentionDays, loggroup.RetentionRule)
	}
	p.Require("Trail.AlarmTopicArn", t.AlarmTopicArn != nil, "an SNS topic ARN: an alarm nobody hears is none")
}
