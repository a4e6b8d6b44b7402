package audit_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/components/audit"
	"github.com/carebase/carebase/componenttest"
	"github.com/carebase/carebase/graph"
)

const (
	component  = "carebase:audit:Audit"
	logsKey    = "arn:aws:kms:us-east-1:123456789012:key/logs"
	dataKey    = "arn:aws:kms:us-east-1:123456789012:key/data"
	alarmTopic = "arn:aws:sns:us-east-1:123456789012:alarms"

	trailType     = "aws:cloudtrail/trail:Trail"
	logGroupType  = "aws:cloudwatch/logGroup:LogGroup"
	filterType    = "aws:cloudwatch/logMetricFilter:LogMetricFilter"
	alarmType     = "aws:cloudwatch/metricAlarm:MetricAlarm"
	roleType      = "aws:iam/role:Role"
	policyType    = "aws:iam/policy:Policy"
	attachType    = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
	linkedType    = "aws:iam/serviceLinkedRole:ServiceLinkedRole"
	recorderType  = "aws:cfg/recorder:Recorder"
	deliveryType  = "aws:cfg/deliveryChannel:DeliveryChannel"
	recordingType = "aws:cfg/recorderStatus:RecorderStatus"
	ruleType      = "aws:cfg/rule:Rule"
	detectorType  = "aws:guardduty/detector:Detector"
	featureType   = "aws:guardduty/detectorFeature:DetectorFeature"
	hubType       = "aws:securityhub/account:Account"
	deviationType = "aws:securityhub/standardsControlAssociation:StandardsControlAssociation"
	standardType  = "aws:securityhub/standardsSubscription:StandardsSubscription"
	analyzerType  = "aws:accessanalyzer/analyzer:Analyzer"
	inspectorType = "aws:inspector2/enabler:Enabler"
	passwordsType = "aws:iam/accountPasswordPolicy:AccountPasswordPolicy"
	bucketsType   = "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock"
	volumeKeyType = "aws:ebs/defaultKmsKey:DefaultKmsKey"
	volumesType   = "aws:ebs/encryptionByDefault:EncryptionByDefault"
	snapshotsType = "aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess"
)

// production is everything, as the one stack of an account that turns it all on would have it.
func production() *audit.Args {
	return &audit.Args{
		Trail: &audit.Trail{
			Bucket:           pulumi.String("careconnect-prod-audit"),
			Echoes:           []string{"careconnect-prod-audit-usw2/"},
			LogGroupName:     "/careconnect/prod/cloudtrail",
			LogRetentionDays: 365,
			AlarmTopicArn:    pulumi.String(alarmTopic),
			Insights:         true,
		},
		Config: &audit.Config{
			Bucket: pulumi.String("careconnect-prod-logs"), GlobalTypes: true, ServiceLinkedRole: true,
		},
		GuardDuty: true, SecurityHub: true, AccessAnalyzer: true, Inspector: true,
		AccountDefaults: true, RegionDefaults: true, BlockPublicSnapshots: true,
		LogsKeyArn: pulumi.String(logsKey), DataKeyArn: pulumi.String(dataKey),
		Protect: true,
	}
}

func changed(change func(*audit.Args)) *audit.Args {
	args := production()
	change(args)
	return args
}

func planned(t *testing.T, args *audit.Args) *graph.Graph {
	t.Helper()
	return componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := audit.New(ctx, "audit", args, opts...)
		return err
	})
}

func trailOnly(a *audit.Args) { *a = audit.Args{Trail: a.Trail, LogsKeyArn: a.LogsKeyArn} }

func TestEachSwitchTurnsOnOneThing(t *testing.T) {
	trail := map[string]int{
		component: 1, logGroupType: 1, roleType: 1, policyType: 1, attachType: 1, trailType: 1, filterType: 16, alarmType: 16,
	}
	config := map[string]int{component: 1, recorderType: 1, deliveryType: 1, recordingType: 1, ruleType: 29}
	for name, c := range map[string]struct {
		change func(*audit.Args)
		want   map[string]int
	}{
		"everything": {func(*audit.Args) {}, map[string]int{
			component: 1, logGroupType: 1, roleType: 1, policyType: 1, attachType: 1, trailType: 1, filterType: 16, alarmType: 16,
			linkedType: 1, recorderType: 1, deliveryType: 1, recordingType: 1, ruleType: 36,
			detectorType: 1, featureType: 4, hubType: 1, standardType: 1, deviationType: 13, analyzerType: 1, inspectorType: 1,
			passwordsType: 1, bucketsType: 1, volumeKeyType: 1, volumesType: 1, snapshotsType: 1,
		}},
		"trail":           {trailOnly, trail},
		"without insight": {func(a *audit.Args) { trailOnly(a); a.Trail.Insights = false }, trail},
		"config of another region": {func(a *audit.Args) {
			*a = audit.Args{Config: &audit.Config{Bucket: a.Config.Bucket}, LogsKeyArn: a.LogsKeyArn}
		}, config},
		"config of the home region": {func(a *audit.Args) {
			*a = audit.Args{Config: &audit.Config{Bucket: a.Config.Bucket, GlobalTypes: true}, LogsKeyArn: a.LogsKeyArn}
		}, with(config, ruleType, 36)},
		"config and its role": {func(a *audit.Args) {
			*a = audit.Args{Config: &audit.Config{Bucket: a.Config.Bucket, ServiceLinkedRole: true}, LogsKeyArn: a.LogsKeyArn}
		}, with(config, linkedType, 1)},
		"guardduty":        {only(audit.Args{GuardDuty: true}), map[string]int{component: 1, detectorType: 1, featureType: 4}},
		"security hub":     {only(audit.Args{SecurityHub: true}), map[string]int{component: 1, hubType: 1, standardType: 1, deviationType: 12}},
		"access analyzer":  {only(audit.Args{AccessAnalyzer: true}), map[string]int{component: 1, analyzerType: 1}},
		"inspector":        {only(audit.Args{Inspector: true}), map[string]int{component: 1, inspectorType: 1}},
		"account defaults": {only(audit.Args{AccountDefaults: true}), map[string]int{component: 1, passwordsType: 1, bucketsType: 1}},
		"region defaults": {only(audit.Args{RegionDefaults: true, DataKeyArn: pulumi.String(dataKey)}), map[string]int{
			component: 1, volumeKeyType: 1, volumesType: 1,
		}},
		"public snapshots": {only(audit.Args{BlockPublicSnapshots: true}), map[string]int{component: 1, snapshotsType: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			g := planned(t, changed(c.change))
			assert.Equal(t, c.want, componenttest.Counts(g))
			componenttest.AssertTree(t, g, component, "audit")
		})
	}
}

func only(args audit.Args) func(*audit.Args) { return func(a *audit.Args) { *a = args } }

func with(counts map[string]int, typ string, count int) map[string]int {
	all := map[string]int{typ: count}
	for key, value := range counts {
		if key != typ {
			all[key] = value
		}
	}
	return all
}

func TestOutputs(t *testing.T) {
	for title, c := range map[string]struct {
		args *audit.Args
		want []any
	}{
		"everything": {production(), []any{
			"${audit-trail.arn}", "/careconnect/prod/cloudtrail", "${audit-config-recorder.name}", "${audit-guardduty.id}",
			"${audit-access-analyzer.arn}",
		}},
		"nothing of it": {&audit.Args{Inspector: true}, []any{"", "", "", "", ""}},
	} {
		t.Run(title, func(t *testing.T) {
			assert.Equal(t, c.want, componenttest.Outputs(t, func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) ([]pulumi.StringOutput, error) {
				a, err := audit.New(ctx, "audit", c.args, opts...)
				if err != nil {
					return nil, err
				}
				return []pulumi.StringOutput{a.TrailArn, a.TrailLogName, a.RecorderName, a.DetectorID, a.AnalyzerArn}, nil
			}))
		})
	}
}

func TestOnlyTheTrailIsProtected(t *testing.T) {
	for _, protect := range []bool{true, false} {
		for _, r := range planned(t, changed(func(a *audit.Args) { a.Protect = protect })).Resources {
			evidence := r.Type == trailType || r.Type == logGroupType
			assert.Equal(t, protect && evidence, r.Protect, r.Name)
			assert.Equal(t, protect && r.Type == logGroupType, r.RetainOnDelete, r.Name)
		}
	}
}

// AWS has one of each of these in a place. Whatever replaces one has to delete the old one first: the other way round,
// deleting would undo what was just made.
func TestReplacementsDoNotUndoThemselves(t *testing.T) {
	_, options := componenttest.Options(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := audit.New(ctx, "audit", production(), opts...)
		return err
	})
	assert.True(t, options["audit-volume-key"].DeleteBeforeReplace)
}

func TestCallersOptionsRegionAndStability(t *testing.T) {
	build := func(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) error {
		args := production()
		args.LogsKeyArn, args.DataKeyArn = pulumi.String("key"), pulumi.String("key")
		args.Trail.AlarmTopicArn = pulumi.String("topic")
		_, err := audit.New(ctx, name, args, opts...)
		return err
	}
	componenttest.AssertRegion(t, build)
	componenttest.AssertOptionsStay(t, build)
	componenttest.AssertStable(t, build)
}

// ARNs are those of the partition the provider is in, not always of "aws".
func TestPartition(t *testing.T) {
	g := componenttest.Plan(t, "us-gov-west-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := audit.New(ctx, "audit", changed(func(a *audit.Args) {
			a.Config.ServiceLinkedRole = false
			a.LogsKeyArn, a.DataKeyArn, a.Trail.AlarmTopicArn = pulumi.String("key"), pulumi.String("key"), pulumi.String("topic")
		}), opts...)
		return err
	})
	text, err := g.JSON()
	assert.NoError(t, err)
	assert.NotContains(t, string(text), "arn:aws:")
	assert.Equal(t, 4+2+13, strings.Count(string(text), "arn:aws-us-gov:"),
		"bucket and echo in two selectors, the recorder's role, the standard, and the standard of each control that is off")
}
