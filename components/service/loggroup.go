package service

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/loggroup"
)

func checkLogs(p *arg.Problems, keyArn pulumi.StringInput, days int) {
	p.Require("LogsKeyArn", keyArn != nil, "the ARN of a KMS key that CloudWatch Logs may use")
	if !loggroup.ValidRetention(days) {
		p.Add("LogRetentionDays", days, loggroup.RetentionRule)
	}
}

// newLogGroup has the name that people and tools look for, whatever happens to the stack.
func newLogGroup(
	ctx *pulumi.Context, parent pulumi.Resource, name, groupName string, keyArn pulumi.StringInput, days int,
) (*cloudwatch.LogGroup, error) {
	return cloudwatch.NewLogGroup(ctx, name, &cloudwatch.LogGroupArgs{
		Name:            pulumi.String(groupName),
		KmsKeyId:        keyArn,
		RetentionInDays: pulumi.Int(days),
	}, pulumi.Parent(parent))
}
