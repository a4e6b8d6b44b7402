// Package system adds to the stack what its settings cannot express.
package system

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/stacks"
)

// Journal is a log group that the clinic's reports are written to.
type Journal struct {
	pulumi.ResourceState

	GroupName pulumi.StringOutput `pulumi:"groupName"`
}

// NewJournal creates a Journal whose entries are encrypted under keyArn.
func NewJournal(ctx *pulumi.Context, name string, keyArn pulumi.StringInput, opts ...pulumi.ResourceOption) (*Journal, error) {
	journal := &Journal{}
	if err := ctx.RegisterComponentResource("clinic:system:Journal", name, journal, opts...); err != nil {
		return nil, err
	}
	group, err := cloudwatch.NewLogGroup(ctx, name+"-group", &cloudwatch.LogGroupArgs{
		KmsKeyId: keyArn, RetentionInDays: pulumi.Int(30),
	}, pulumi.Parent(journal))
	if err != nil {
		return nil, err
	}
	journal.GroupName = group.Name
	return journal, ctx.RegisterResourceOutputs(journal, pulumi.Map{"groupName": journal.GroupName})
}

// Extend adds the clinic's journal to a stack.
func Extend(ctx *pulumi.Context, stack *stacks.Stack) error {
	journal, err := NewJournal(ctx, "journal", stack.KeyArns.Logs, stack.Options())
	if err != nil {
		return err
	}
	ctx.Export("journal", journal.GroupName)
	return nil
}
