package audit

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/untyped"
)

// protections of GuardDuty that need nothing installed. Those it has regardless (the trail's management events, flow
// logs, DNS) are not features, and Kubernetes is not here.
// https://docs.aws.amazon.com/guardduty/latest/ug/guardduty-features-activation-model.html
var protections = []struct{ name, feature string }{
	{"s3", "S3_DATA_EVENTS"},
	{"rds-sign-in", "RDS_LOGIN_EVENTS"},
	{"lambda", "LAMBDA_NETWORK_LOGS"},
	{"malware", "EBS_MALWARE_PROTECTION"},
}

// newDetector turns GuardDuty on and has it say within minutes that something goes on, instead of within six hours.
func (c *Audit) newDetector(ctx *pulumi.Context, args *Args) error {
	if !args.GuardDuty {
		return nil
	}
	detector := &untyped.Resource{}
	err := untyped.Register(ctx, "aws:guardduty/detector:Detector", c.name+"-guardduty", pulumi.Map{
		"enable":                     pulumi.Bool(true),
		"findingPublishingFrequency": pulumi.String("FIFTEEN_MINUTES"),
	}, detector, pulumi.Parent(c))
	if err != nil {
		return err
	}
	// One after another: all of them write the one detector.
	var before []pulumi.Resource
	for _, p := range protections {
		feature := &untyped.Resource{}
		err := untyped.Register(ctx, "aws:guardduty/detectorFeature:DetectorFeature", c.name+"-guardduty-"+p.name, pulumi.Map{
			"detectorId": detector.ID(),
			"name":       pulumi.String(p.feature),
			"status":     pulumi.String("ENABLED"),
		}, feature, pulumi.Parent(c), pulumi.DependsOn(before))
		if err != nil {
			return err
		}
		before = []pulumi.Resource{feature}
	}
	c.DetectorID = detector.ID().ToStringOutput()
	return nil
}
