package host

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/policydoc"
	"github.com/carebase/carebase/components/internal/role"
	"github.com/carebase/carebase/components/internal/untyped"
)

const lifecycleType = "aws:dlm/lifecyclePolicy:LifecyclePolicy"

// snapshotTime is when the daily snapshot is taken, in UTC.
const snapshotTime = "03:00"

// newSnapshots lets Data Lifecycle Manager take a snapshot of all volumes of the instance at the same moment, every day. The
// snapshots are encrypted under the key of their volumes.
// https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-ami-policy.html
func (h *Host) newSnapshots(ctx *pulumi.Context) error {
	snapshots := pulumi.StringArray{pulumi.Sprintf("arn:%s:ec2:%s::snapshot/*", h.id.Partition, h.id.Region)}
	sources := append(pulumi.StringArray{
		h.id.Arn("ec2", pulumi.String("instance/*")), h.id.Arn("ec2", pulumi.String("volume/*")),
	}, snapshots...)
	remove := role.Allow("DeleteOwnSnapshots", snapshots, "ec2:DeleteSnapshot")
	remove.Conditions = []policydoc.Condition{{
		Test: "StringEquals", Key: "aws:ResourceTag/" + hostTag, Values: pulumi.StringArray{pulumi.String(h.args.HostName)},
	}}
	// https://docs.aws.amazon.com/ebs/latest/userguide/service-role.html
	taker, err := role.New(ctx, h, h.name+"-snapshots", "Takes daily snapshots of host "+h.args.HostName, policydoc.Statement{
		Sid: "LifecyclePolicies", Effect: policydoc.Allow, Principals: policydoc.Service("dlm.amazonaws.com"),
		Actions: []string{"sts:AssumeRole"},
		Conditions: []policydoc.Condition{
			{Test: "StringEquals", Key: "aws:SourceAccount", Values: pulumi.StringArray{h.id.Account}},
			{Test: "ArnLike", Key: "aws:SourceArn", Values: pulumi.StringArray{h.id.Arn("dlm", pulumi.String("policy/*"))}},
		},
	}, []policydoc.Statement{
		role.Allow("FindVolumes", anything, "ec2:DescribeInstances", "ec2:DescribeSnapshots", "ec2:DescribeVolumes"), // have no resources
		role.Allow("TakeSnapshots", sources, "ec2:CreateSnapshot", "ec2:CreateSnapshots"),
		role.Allow("TagSnapshots", snapshots, "ec2:CreateTags"),
		remove,
	})
	if err != nil {
		return err
	}
	_, err = untyped.New(ctx, h, lifecycleType, h.name+"-snapshot-policy", pulumi.Map{
		"description":      pulumi.String("Daily snapshots of host " + h.args.HostName),
		"executionRoleArn": taker.Arn,
		"state":            pulumi.String("ENABLED"),
		"policyDetails": pulumi.Map{
			"resourceTypes": pulumi.StringArray{pulumi.String("INSTANCE")},
			"targetTags":    pulumi.StringMap{hostTag: pulumi.String(h.args.HostName)},
			"schedules": pulumi.Array{pulumi.Map{
				"name":       pulumi.String("daily"),
				"createRule": pulumi.Map{"interval": pulumi.Int(24), "intervalUnit": pulumi.String("HOURS"), "times": pulumi.String(snapshotTime)},
				"retainRule": pulumi.Map{"count": pulumi.Int(h.args.SnapshotDays)},
				"tagsToAdd":  h.tags(),
			}},
		},
	})
	return err
}
