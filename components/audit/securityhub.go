package audit

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/untyped"
)

// standardsSubscription is a standard that Security Hub checks.
type standardsSubscription struct {
	pulumi.CustomResourceState

	StandardsArn pulumi.StringOutput `pulumi:"standardsArn"`
}

// newSecurityHub turns Security Hub on once AWS Config records, on which its checks draw, with the one standard that AWS
// keeps up to date for all its services, but for the controls that the stacks fail by design (deviations.go). AWS's own choice
// of standards is not taken: it has changed before, and with it what is found and paid for.
func (c *Audit) newSecurityHub(ctx *pulumi.Context, args *Args) error {
	if !args.SecurityHub {
		return nil
	}
	hub := &untyped.Resource{}
	err := untyped.Register(ctx, "aws:securityhub/account:Account", c.name+"-security-hub", pulumi.Map{
		"enableDefaultStandards":  pulumi.Bool(false),
		"autoEnableControls":      pulumi.Bool(true),
		"controlFindingGenerator": pulumi.String("SECURITY_CONTROL"), // one finding a check, however many standards ask
	}, hub, pulumi.Parent(c), pulumi.DependsOn(c.recording))
	if err != nil {
		return err
	}
	standard := &standardsSubscription{}
	err = untyped.Register(ctx, "aws:securityhub/standardsSubscription:StandardsSubscription", c.name+"-security-hub-standard", pulumi.Map{
		"standardsArn": pulumi.Sprintf("arn:%s:securityhub:%s::standards/aws-foundational-security-best-practices/v/1.0.0",
			c.id.Partition, c.id.Region),
	}, standard, pulumi.Parent(c), pulumi.DependsOn([]pulumi.Resource{hub}))
	if err != nil {
		return err
	}
	return c.newDeviations(ctx, args, standard)
}
