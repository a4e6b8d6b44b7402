// Package caller tells a component where it is: the account, region and partition of the provider it was given.
// A component asks instead of taking them as arguments, so what its policies say can never differ from where
// its resources are.
package caller

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// Identity of the provider that creates a component's resources.
type Identity struct {
	Account   pulumi.StringOutput // 12 digits
	Region    pulumi.StringOutput // e.g. us-east-1
	Partition pulumi.StringOutput // aws, aws-us-gov, aws-cn
}

// Look asks the provider that parent hands to its children.
func Look(ctx *pulumi.Context, parent pulumi.Resource) Identity {
	//lint:ignore SA1019 Region, which replaces Id, came with release 6 of the AWS provider; Id is the same in all.
	region := aws.GetRegionOutput(ctx, aws.GetRegionOutputArgs{}, pulumi.Parent(parent)).Id()
	return Identity{
		Account:   aws.GetCallerIdentityOutput(ctx, aws.GetCallerIdentityOutputArgs{}, pulumi.Parent(parent)).AccountId(),
		Region:    region,
		Partition: aws.GetPartitionOutput(ctx, aws.GetPartitionOutputArgs{}, pulumi.Parent(parent)).Partition(),
	}
}

// Arn of a resource of this account and region: arn:<partition>:<service>:<region>:<account>:<resource>.
func (id Identity) Arn(service string, resource pulumi.StringInput) pulumi.StringOutput {
	return pulumi.Sprintf("arn:%s:%s:%s:%s:%s", id.Partition, service, id.Region, id.Account, resource)
}

// Root is the principal that stands for the account itself, by which a key or bucket policy lets IAM decide.
func (id Identity) Root() pulumi.StringOutput {
	return pulumi.Sprintf("arn:%s:iam::%s:root", id.Partition, id.Account)
}
