package service

import (
	"slices"

	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
)

// retentionDays are the periods CloudWatch Logs knows; "never expire" is not among them.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
var retentionDays = []int{
	1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
}

func checkLogs(p *arg.Problems, keyArn pulumi.StringInput, days int) {
	p.Require("LogsKeyArn", keyArn != nil, "the ARN of a KMS key that CloudWatch Logs may use")
	if !slices.Contains(retentionDays, days) {
		p.Add("LogRetentionDays", days, "one of "+list(retentionDays))
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
