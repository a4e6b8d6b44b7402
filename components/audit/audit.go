// Package audit records who did what in the account and watches what it is made of: a CloudTrail trail with alarms on
// the events that matter, AWS Config with rules, GuardDuty, Security Hub, IAM Access Analyzer, Inspector for container
// images, and the account's own settings. AWS allows most of these once per account or once per account and region, so
// each has its own switch, and exactly one stack turns it on.
//
// It carries CT-1 to CT-6, CW-1 to CW-9, DET-1 to DET-3, EC2-6, IAM-1, IAM-6 and S3-2: 45 CFR 164.308(a)(1)(ii)(A) and
// (D), (a)(5)(ii)(C), (a)(6)(ii), 164.312(a)(2)(iv), (b), (c)(1) and (d).
//
// It cannot give evidence of what happened inside databases and containers: those log by themselves. It never turns on
// GuardDuty's runtime monitoring, because that puts a container of GuardDuty's into every task and an endpoint into the
// network, behind the back of the components that own them; it exports no findings, which GuardDuty keeps for 90 days.
// It makes no organization trail: the trail belongs to one account. And it owns no bucket, which must outlive it.
package audit

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/caller"
)

// Audit is the component. What is not turned on has an empty output.
type Audit struct {
	pulumi.ResourceState

	TrailArn     pulumi.StringOutput `pulumi:"trailArn"`
	TrailLogName pulumi.StringOutput `pulumi:"trailLogName"` // log group that the trail's events are in
	RecorderName pulumi.StringOutput `pulumi:"recorderName"` // AWS Config's recorder
	DetectorID   pulumi.StringOutput `pulumi:"detectorId"`   // GuardDuty's detector
	AnalyzerArn  pulumi.StringOutput `pulumi:"analyzerArn"`  // IAM Access Analyzer's analyzer

	name      string
	id        caller.Identity
	recording []pulumi.Resource // AWS Config at work, where this component turned it on
}

// New registers what args turns on.
func New(ctx *pulumi.Context, name string, args *Args, opts ...pulumi.ResourceOption) (*Audit, error) {
	if err := args.check(name); err != nil {
		return nil, err
	}
	c := &Audit{name: name}
	if err := ctx.RegisterComponentResource("carebase:audit:Audit", name, c, opts...); err != nil {
		return nil, err
	}
	c.id = caller.Look(ctx, c)
	for _, output := range []*pulumi.StringOutput{
		&c.TrailArn, &c.TrailLogName, &c.RecorderName, &c.DetectorID, &c.AnalyzerArn,
	} {
		*output = pulumi.String("").ToStringOutput()
	}
	for _, part := range []func(*pulumi.Context, *Args) error{
		c.newTrail, c.newRecorder, c.newSecurityHub, c.newDetector, c.newAnalyzer,
		c.newScanning, c.newAccountDefaults, c.newRegionDefaults, c.newSnapshotBlock,
	} {
		if err := part(ctx, args); err != nil {
			return nil, err
		}
	}
	return c, ctx.RegisterResourceOutputs(c, pulumi.Map{
		"trailArn": c.TrailArn, "trailLogName": c.TrailLogName, "recorderName": c.RecorderName,
		"detectorId": c.DetectorID, "analyzerArn": c.AnalyzerArn,
	})
}
