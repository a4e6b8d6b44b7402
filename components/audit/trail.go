package audit

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cloudtrail"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cloudwatch"
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/policydoc"
)

// newTrail records the whole account, in every region, twice: in the bucket, where nobody can alter it, and in a log
// group, where alarms see it within minutes.
func (c *Audit) newTrail(ctx *pulumi.Context, args *Args) error {
	if args.Trail == nil {
		return nil
	}
	group, err := cloudwatch.NewLogGroup(ctx, c.name+"-trail-log", &cloudwatch.LogGroupArgs{
		Name:            pulumi.String(args.Trail.LogGroupName),
		KmsKeyId:        args.LogsKeyArn,
		RetentionInDays: pulumi.Int(args.Trail.LogRetentionDays),
	}, pulumi.Parent(c), pulumi.Protect(args.Protect), pulumi.RetainOnDelete(args.Protect))
	if err != nil {
		return err
	}
	role, may, err := c.newTrailRole(ctx, group)
	if err != nil {
		return err
	}
	// CloudTrail tries the role when the trail is created, and writes where it is told without a prefix: the bucket's
	// policy admits AWSLogs/<account>/.
	trail, err := cloudtrail.NewTrail(ctx, c.name+"-trail", &cloudtrail.TrailArgs{
		EnableLogging:              pulumi.Bool(true),
		IsMultiRegionTrail:         pulumi.Bool(true),
		IncludeGlobalServiceEvents: pulumi.Bool(true),
		EnableLogFileValidation:    pulumi.Bool(true),
		KmsKeyId:                   args.LogsKeyArn,
		S3BucketName:               args.Trail.Bucket,
		CloudWatchLogsGroupArn:     pulumi.Sprintf("%s:*", group.Arn),
		CloudWatchLogsRoleArn:      role.Arn,
		AdvancedEventSelectors:     c.eventSelectors(args.Trail),
		InsightSelectors:           insightSelectors(args.Trail),
	}, pulumi.Parent(c), pulumi.DependsOn([]pulumi.Resource{may}), pulumi.Protect(args.Protect))
	if err != nil {
		return err
	}
	c.TrailArn, c.TrailLogName = trail.Arn, group.Name
	return c.newAlarms(ctx, args.Trail, group)
}

// newTrailRole lets CloudTrail write its own streams of the log group. The trust has no condition, because CloudTrail
// supports neither aws:SourceArn nor aws:SourceAccount here.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html
func (c *Audit) newTrailRole(ctx *pulumi.Context, group *cloudwatch.LogGroup) (*iam.Role, *iam.RolePolicyAttachment, error) {
	trust := policydoc.Document{Statements: []policydoc.Statement{{
		Sid: "CloudTrail", Effect: policydoc.Allow,
		Principals: policydoc.Service("cloudtrail.amazonaws.com"),
		Actions:    []string{"sts:AssumeRole"},
	}}}
	role, err := iam.NewRole(ctx, c.name+"-trail-role", &iam.RoleArgs{
		Description:      pulumi.String("Writes the trail to its log group"),
		AssumeRolePolicy: trust.JSON(),
	}, pulumi.Parent(c))
	if err != nil {
		return nil, nil, err
	}
	permissions := policydoc.Document{Statements: []policydoc.Statement{{
		Sid: "WriteTheTrail", Effect: policydoc.Allow,
		Actions:   []string{"logs:CreateLogStream", "logs:PutLogEvents"},
		Resources: pulumi.StringArray{pulumi.Sprintf("%s:log-stream:%s_CloudTrail_*", group.Arn, c.id.Account)},
	}}}
	policy, err := iam.NewPolicy(ctx, c.name+"-trail-policy", &iam.PolicyArgs{
		Description: pulumi.String("Write the trail to its log group"),
		Policy:      permissions.JSON(),
	}, pulumi.Parent(c))
	if err != nil {
		return nil, nil, err
	}
	may, err := iam.NewRolePolicyAttachment(ctx, c.name+"-trail-permission", &iam.RolePolicyAttachmentArgs{
		Role:      role.Name,
		PolicyArn: policy.Arn,
	}, pulumi.Parent(c))
	return role, may, err
}

func insightSelectors(t *Trail) cloudtrail.TrailInsightSelectorArray {
	if !t.Insights {
		return nil
	}
	return cloudtrail.TrailInsightSelectorArray{
		cloudtrail.TrailInsightSelectorArgs{InsightType: pulumi.String("ApiCallRateInsight")},
		cloudtrail.TrailInsightSelectorArgs{InsightType: pulumi.String("ApiErrorRateInsight")},
	}
}
