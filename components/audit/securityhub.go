package audit

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/securityhub"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// newSecurityHub turns Security Hub on once AWS Config records, on which its checks draw, with the one standard that AWS
// keeps up to date for all its services, but for the controls that the stacks fail by design (deviations.go). AWS's own choice
// of standards is not taken: it has changed before, and with it what is found and paid for.
func (c *Audit) newSecurityHub(ctx *pulumi.Context, args *Args) error {
	if !args.SecurityHub {
		return nil
	}
	hub, err := securityhub.NewAccount(ctx, c.name+"-security-hub", &securityhub.AccountArgs{
		EnableDefaultStandards:  pulumi.Bool(false),
		AutoEnableControls:      pulumi.Bool(true),
		ControlFindingGenerator: pulumi.String("SECURITY_CONTROL"), // one finding a check, however many standards ask
	}, pulumi.Parent(c), pulumi.DependsOn(c.recording))
	if err != nil {
		return err
	}
	standard, err := securityhub.NewStandardsSubscription(ctx, c.name+"-security-hub-standard", &securityhub.StandardsSubscriptionArgs{
		StandardsArn: pulumi.Sprintf("arn:%s:securityhub:%s::standards/aws-foundational-security-best-practices/v/1.0.0",
			c.id.Partition, c.id.Region),
	}, pulumi.Parent(c), pulumi.DependsOn([]pulumi.Resource{hub}))
	if err != nil {
		return err
	}
	return c.newDeviations(ctx, args, standard)
}
