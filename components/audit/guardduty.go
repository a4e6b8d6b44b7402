package audit

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/guardduty"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
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
	detector, err := guardduty.NewDetector(ctx, c.name+"-guardduty", &guardduty.DetectorArgs{
		Enable:                     pulumi.Bool(true),
		FindingPublishingFrequency: pulumi.String("FIFTEEN_MINUTES"),
	}, pulumi.Parent(c))
	if err != nil {
		return err
	}
	// One after another: all of them write the one detector.
	var before []pulumi.Resource
	for _, p := range protections {
		feature, err := guardduty.NewDetectorFeature(ctx, c.name+"-guardduty-"+p.name, &guardduty.DetectorFeatureArgs{
			DetectorId: detector.ID(),
			Name:       pulumi.String(p.feature),
			Status:     pulumi.String("ENABLED"),
		}, pulumi.Parent(c), pulumi.DependsOn(before))
		if err != nil {
			return err
		}
		before = []pulumi.Resource{feature}
	}
	c.DetectorID = detector.ID().ToStringOutput()
	return nil
}
