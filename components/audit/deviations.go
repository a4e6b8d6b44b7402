package audit

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/untyped"
)

// A deviation is a control of the standard AWS Foundational Security Best Practices that the stacks fail by design, in every
// environment and for ever. It is switched off, with the reason, because a control that is always red teaches people to look
// away. What a stack fails for now (a secret without rotation), or what somebody still has to decide (Macie, DNS query
// logging), is not one and stays red.
// https://docs.aws.amazon.com/securityhub/latest/userguide/fsbp-standard.html
type deviation struct {
	control string
	reason  string // at most 255 characters; an assessor reads it in Security Hub
	global  bool   // evaluated where AWS keeps what belongs to no region, and unknown to Security Hub elsewhere
}

var deviations = []deviation{
	{
		control: "CloudFront.5", global: true,
		reason: "Access logs are delivered by standard logging v2 (CloudWatch Logs delivery to S3); the control evaluates standard logging (legacy) only. Control CF-2 checks the delivery.",
	},
	{control: "EC2.10", reason: "No workload calls the EC2 API from a VPC: endpoints exist for what tasks call."},
	{control: "EC2.57", reason: "No instance is managed by Systems Manager; ECS Exec needs ssmmessages only."},
	{control: "EC2.58", reason: "Systems Manager Incident Manager is not used."},
	{control: "EC2.60", reason: "Systems Manager Incident Manager is not used."},
	{control: "EC2.172", reason: "NAT gateways and load balancers need the internet gateway; security groups and route tables decide who reaches it."},
	{control: "GuardDuty.5", reason: "There is no EKS cluster."},
	{control: "GuardDuty.7", reason: "There is no EKS cluster."},
	{control: "GuardDuty.11", reason: "Runtime Monitoring puts a container of GuardDuty's into every task and an endpoint into the VPC, which the program would not know of."},
	{control: "GuardDuty.12", reason: "Runtime Monitoring puts a container of GuardDuty's into every task and an endpoint into the VPC, which the program would not know of."},
	{control: "GuardDuty.13", reason: "There is no EC2 instance."},
	{control: "Inspector.1", reason: "There is no EC2 instance; images are scanned in ECR."},
	{control: "RDS.23", reason: "The default port hides nothing: only the services' security groups reach the database, over TLS."},
}

// newDeviations switches the controls off once the standard is subscribed to, one after another: Security Hub takes one
// change of a standard's controls at a time.
func (c *Audit) newDeviations(ctx *pulumi.Context, args *Args, standard *standardsSubscription) error {
	before := []pulumi.Resource{standard}
	for _, d := range deviations {
		if d.global && (args.Config == nil || !args.Config.GlobalTypes) {
			continue
		}
		logical := c.name + "-security-hub-without-" + strings.ToLower(strings.ReplaceAll(d.control, ".", "-"))
		association := &untyped.Resource{}
		err := untyped.Register(ctx, "aws:securityhub/standardsControlAssociation:StandardsControlAssociation", logical, pulumi.Map{
			"securityControlId": pulumi.String(d.control),
			"standardsArn":      standard.StandardsArn,
			"associationStatus": pulumi.String("DISABLED"),
			"updatedReason":     pulumi.String(d.reason),
		}, association, pulumi.Parent(c), pulumi.DependsOn(before))
		if err != nil {
			return err
		}
		before = []pulumi.Resource{association}
	}
	return nil
}
