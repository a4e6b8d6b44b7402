package dr

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/iam"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/internal/caller"
	"github.com/carebase/carebase/components/internal/policydoc"
	"github.com/carebase/carebase/components/limits"
)

// BreakGlassArgs of the role for emergencies.
type BreakGlassArgs struct {
	// RoleName is the role's physical name: people type its ARN on the day. 1 to 64 letters, digits and _+=,.@-.
	RoleName string
	// Principals are the ARNs of the IAM users who may assume the role, each with an MFA device that shows a code. Only an
	// IAM user can: sts:AssumeRole takes the code of a user's device, and a session of a role carries no MFA.
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
	Principals []string

	// Region is the recovery region, which is the component's provider's. PrimaryCluster and Cluster are the names of the
	// ECS clusters of both sides, whose services the role may stop and start.
	Region                  string
	PrimaryCluster, Cluster pulumi.StringInput
	// PassRoles are the ARNs of the roles that an update of the recovery stack hands to AWS on the day: those of its tasks,
	// and the one that makes backups.
	PassRoles pulumi.StringArray
	// FilesBucket is the name of the bucket of files in the recovery region. While that side serves, its policy refuses the
	// deletions that the primary's bucket replicates, which the role writes there.
	FilesBucket pulumi.StringInput
	// Switch is the name of the failover switch's alarm, which the schedule that publishes the switch has as well.
	// SwitchRoleArn is the role by which that schedule publishes; it may end with *.
	Switch, SwitchRoleArn pulumi.StringInput
	// StateBucket is the name of the S3 bucket that holds Pulumi's state, and StateKeyArns the KMS keys of the bucket and of
	// the stacks' secrets. Where these belong to another account, that account's bucket policy and key policies must admit
	// the role as well.
	StateBucket  string
	StateKeyArns []string
}

const (
	// breakGlassSessionSeconds is the longest session: a failover has to be done within the RTO of four hours.
	breakGlassSessionSeconds = 4 * 60 * 60
	// breakGlassMFASeconds is how old the code may be when the role is assumed.
	breakGlassMFASeconds = "900"
)

func (a *BreakGlassArgs) check(name string) error {
	p := arg.Check("break-glass role", name)
	if a == nil {
		p.Require("Args", false, "the arguments of a break-glass role")
		return p.Err()
	}
	p.Match("RoleName", a.RoleName, limits.RoleName, "1 to 64 letters, digits and _+=,.@-")
	p.Require("Principals", len(a.Principals) > 0, "at least one IAM user")
	for _, principal := range a.Principals {
		p.Match("Principals", principal, limits.IAMUser, "the ARN of an IAM user, e.g. arn:aws:iam::123456789012:user/break-glass-1")
	}
	p.Match("Region", a.Region, regionName, "a region, e.g. us-west-2")
	p.Require("PrimaryCluster", a.PrimaryCluster != nil, "the name of the primary's ECS cluster")
	p.Require("Cluster", a.Cluster != nil, "the name of the recovery's ECS cluster")
	p.Require("PassRoles", len(a.PassRoles) > 0, "the roles of the recovery's tasks and backups")
	p.Require("FilesBucket", a.FilesBucket != nil, "the name of the recovery region's bucket of files")
	p.Require("Switch", a.Switch != nil, "the name of the failover switch's alarm")
	p.Require("SwitchRoleArn", a.SwitchRoleArn != nil, "the role that publishes the failover switch")
	p.Match("StateBucket", a.StateBucket, limits.AnyBucket, "the name of an S3 bucket")
	p.Require("StateKeyArns", len(a.StateKeyArns) > 0, "the KMS key of the secrets of both stacks")
	for _, key := range a.StateKeyArns {
		p.Match("StateKeyArns", key, limits.KMSKey, "the ARN of a KMS key, not of an alias")
	}
	return p.Err()
}

// BreakGlass is the role by which people fail over when their usual way in is lost with the primary region: IAM Identity
// Center lives in one region, and IAM's control plane in us-east-1, so the role must exist before the day. AWS STS and the
// evaluation of IAM policies work in every region by themselves.
// https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/global-services.html
//
// It may do what `carebase dr` status, check, failover, fence and an --abort do, and what docs/disaster-recovery.md asks for
// on the night; no more. It cannot build a failback's replicas or restore a drill's copy: both happen on another day, with
// the usual way in. It reads no object but the state, no secret's value and no log event, and deletes no data: what must
// never happen is denied on top, so that a policy somebody attaches to the role at three in the morning does not allow it.
//
// Whoever assumes it raises an alarm (audit.Trail.BreakGlassRole). It carries IAM-1 to IAM-4: 45 CFR 164.312(a)(2)(ii),
// emergency access procedure, and 164.312(d).
type BreakGlass struct {
	pulumi.ResourceState

	RoleArn pulumi.StringOutput `pulumi:"roleArn"`
}

// NewBreakGlass registers the role and its policies.
func NewBreakGlass(ctx *pulumi.Context, name string, args *BreakGlassArgs, opts ...pulumi.ResourceOption) (*BreakGlass, error) {
	if err := args.check(name); err != nil {
		return nil, err
	}
	c := &BreakGlass{}
	if err := ctx.RegisterComponentResource("carebase:dr:BreakGlass", name, c, opts...); err != nil {
		return nil, err
	}
	id := caller.Look(ctx, c)
	role, err := iam.NewRole(ctx, name+"-role", &iam.RoleArgs{
		Name:               pulumi.String(args.RoleName),
		Description:        pulumi.String("Emergencies only: fails over to the recovery region. Its use raises an alarm."),
		AssumeRolePolicy:   args.trust().JSON(),
		MaxSessionDuration: pulumi.Int(breakGlassSessionSeconds),
	}, pulumi.Parent(c))
	if err != nil {
		return nil, err
	}
	for _, policy := range []struct {
		what, says string
		document   policydoc.Document
	}{
		{"failover", "Fail over to the recovery region", args.permissions(id)},
		{"never", "What nobody does in an emergency", never()},
	} {
		made, err := iam.NewPolicy(ctx, name+"-"+policy.what, &iam.PolicyArgs{
			Description: pulumi.String(policy.says), Policy: policy.document.JSON(),
		}, pulumi.Parent(c))
		if err != nil {
			return nil, err
		}
		if _, err := iam.NewRolePolicyAttachment(ctx, name+"-may-"+policy.what, &iam.RolePolicyAttachmentArgs{
			Role: role.Name, PolicyArn: made.Arn,
		}, pulumi.Parent(c)); err != nil {
			return nil, err
		}
	}
	c.RoleArn = role.Arn
	return c, ctx.RegisterResourceOutputs(c, pulumi.Map{"roleArn": c.RoleArn})
}

// trust admits the users with a code that is new. Both conditions are needed: a request without MFA has neither key, and
// Bool and NumericLessThan do not match a key that is missing.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent
func (a *BreakGlassArgs) trust() policydoc.Document {
	users := make([]pulumi.StringInput, len(a.Principals))
	for i, principal := range a.Principals {
		users[i] = pulumi.String(principal)
	}
	return policydoc.Document{Statements: []policydoc.Statement{{
		Sid: "PeopleWithASecondFactor", Effect: policydoc.Allow,
		Principals: policydoc.AWS(users...),
		Actions:    []string{"sts:AssumeRole"},
		Conditions: []policydoc.Condition{
			condition("Bool", "aws:MultiFactorAuthPresent", "true"),
			condition("NumericLessThan", "aws:MultiFactorAuthAge", breakGlassMFASeconds),
		},
	}}}
}

func condition(test, key string, values ...string) policydoc.Condition {
	return policydoc.Condition{Test: test, Key: key, Values: pulumi.ToStringArray(values)}
}

var everything = pulumi.StringArray{pulumi.String("*")}

// permissions are those of failover/cloud, of an update of the recovery stack between its phases, and of the runbook. A test
// compares them with all three.
func (a *BreakGlassArgs) permissions(id caller.Identity) policydoc.Document {
	here := func(service string, resource any) pulumi.StringOutput {
		return pulumi.Sprintf("arn:%s:%s:%s:%s:%s", id.Partition, service, a.Region, id.Account, resource)
	}
	keys := pulumi.ToStringArray(a.StateKeyArns)
	return policydoc.Document{Statements: []policydoc.Statement{
		{
			// Descriptions and metrics, in every region; no data, and no value of a secret.
			Sid: "Look", Effect: policydoc.Allow,
			Actions: []string{
				"acm:DescribeCertificate", "acm:List*", "application-autoscaling:Describe*", "application-autoscaling:ListTagsForResource",
				"backup:Describe*", "backup:GetBackupPlan", "backup:GetBackupSelection", "backup:List*",
				"cloudwatch:Describe*", "cloudwatch:GetDashboard", "cloudwatch:GetMetricData", "cloudwatch:GetMetricStatistics", "cloudwatch:List*",
				"ec2:Describe*", "ec2:GetManagedPrefixListEntries", "ecr:DescribeImages", "ecr:DescribeRepositories",
				"ecs:Describe*", "ecs:List*", "elasticache:Describe*", "elasticache:ListTagsForResource", "elasticloadbalancing:Describe*",
				"logs:DescribeLogGroups", "rds:Describe*", "rds:ListTagsForResource", "route53:Get*", "route53:List*",
				"secretsmanager:DescribeSecret", "secretsmanager:ListSecrets", "servicequotas:Get*",
			},
			Resources: everything,
		},
		{
			// The fence in the primary's region, and the services here.
			Sid: "StopAndStartServices", Effect: policydoc.Allow,
			Actions: []string{"ecs:UpdateService"},
			Resources: pulumi.StringArray{
				pulumi.Sprintf("arn:%s:ecs:*:%s:service/%s/*", id.Partition, id.Account, a.PrimaryCluster),
				pulumi.Sprintf("arn:%s:ecs:*:%s:service/%s/*", id.Partition, id.Account, a.Cluster),
			},
		},
		{
			// Jobs of the primary write, too. StopTask takes no service but a task, in a cluster.
			Sid: "StopJobs", Effect: policydoc.Allow,
			Actions:   []string{"ecs:StopTask"},
			Resources: pulumi.StringArray{pulumi.Sprintf("arn:%s:ecs:*:%s:task/%s/*", id.Partition, id.Account, a.PrimaryCluster)},
		},
		{
			Sid: "HoldAutoscaling", Effect: policydoc.Allow,
			Actions:   []string{"application-autoscaling:RegisterScalableTarget"},
			Resources: pulumi.StringArray{pulumi.Sprintf("arn:%s:application-autoscaling:*:%s:scalable-target/*", id.Partition, id.Account)},
		},
		{
			Sid: "TurnTheSwitch", Effect: policydoc.Allow,
			Actions:    []string{"cloudwatch:PutMetricData"},
			Resources:  everything,
			Conditions: []policydoc.Condition{condition("StringEquals", "cloudwatch:namespace", SwitchNamespace)},
		},
		{
			Sid: "PublishTheSwitch", Effect: policydoc.Allow,
			Actions:   []string{"scheduler:GetSchedule", "scheduler:UpdateSchedule"},
			Resources: pulumi.StringArray{here("scheduler", pulumi.Sprintf("schedule/default/%s", a.Switch))},
		},
		{
			Sid: "PassThePublisher", Effect: policydoc.Allow,
			Actions:    []string{"iam:PassRole"},
			Resources:  pulumi.StringArray{a.SwitchRoleArn},
			Conditions: []policydoc.Condition{condition("StringEquals", "iam:PassedToService", "scheduler.amazonaws.com")},
		},
		{
			Sid: "RefuseReplicatedDeletions", Effect: policydoc.Allow,
			Actions:   []string{"s3:GetBucketPolicy", "s3:PutBucketPolicy"},
			Resources: pulumi.StringArray{pulumi.Sprintf("arn:%s:s3:::%s", id.Partition, a.FilesBucket)},
		},
		{
			Sid: "Promote", Effect: policydoc.Allow,
			Actions:   []string{"rds:AddTagsToResource", "rds:ModifyDBInstance", "rds:PromoteReadReplica"},
			Resources: pulumi.StringArray{here("rds", "*")},
		},
		{
			Sid: "UpdateTheStack", Effect: policydoc.Allow,
			Actions: []string{
				"application-autoscaling:PutScalingPolicy", "application-autoscaling:TagResource",
				"backup:CreateBackupSelection", "backup:DeleteBackupSelection",
				"cloudwatch:DeleteAlarms", "cloudwatch:PutDashboard", "cloudwatch:PutMetricAlarm", "cloudwatch:TagResource",
				"ecs:RegisterTaskDefinition", "ecs:TagResource",
				"elasticache:AddTagsToResource", "elasticache:CreateReplicationGroup", "elasticache:ModifyReplicationGroup",
			},
			Resources:  everything,
			Conditions: []policydoc.Condition{condition("StringEquals", "aws:RequestedRegion", a.Region)},
		},
		{
			// To write a value, not to read one.
			Sid: "PromoteSecrets", Effect: policydoc.Allow,
			Actions:   []string{"secretsmanager:PutSecretValue", "secretsmanager:StopReplicationToReplica"},
			Resources: pulumi.StringArray{here("secretsmanager", "secret:*")},
		},
		{
			Sid: "PassRoles", Effect: policydoc.Allow,
			Actions:    []string{"iam:PassRole"},
			Resources:  a.PassRoles,
			Conditions: []policydoc.Condition{condition("StringEquals", "iam:PassedToService", "backup.amazonaws.com", "ecs-tasks.amazonaws.com")},
		},
		{
			Sid: "ListTheState", Effect: policydoc.Allow,
			Actions:   []string{"s3:ListBucket"},
			Resources: pulumi.StringArray{pulumi.Sprintf("arn:%s:s3:::%s", id.Partition, a.StateBucket)},
		},
		{
			// DeleteObject leaves the version there; DeleteObjectVersion is denied.
			Sid: "WriteTheState", Effect: policydoc.Allow,
			Actions:   []string{"s3:DeleteObject", "s3:GetObject", "s3:PutObject"},
			Resources: pulumi.StringArray{pulumi.Sprintf("arn:%s:s3:::%s/*", id.Partition, a.StateBucket)},
		},
		{
			Sid: "OpenTheState", Effect: policydoc.Allow,
			Actions:   []string{"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"},
			Resources: keys,
		},
	}}
}

// never is what no emergency needs: to delete data, backups, keys or evidence, to stop what records, to give out
// permissions.
func never() policydoc.Document {
	return policydoc.Document{Statements: []policydoc.Statement{{
		Sid: "Never", Effect: policydoc.Deny,
		Actions: []string{
			"backup:DeleteBackupVault*", "backup:DeleteRecoveryPoint", "backup:PutBackupVaultAccessPolicy", "backup:UpdateRecoveryPointLifecycle",
			"cloudtrail:DeleteTrail", "cloudtrail:PutEventSelectors", "cloudtrail:StopLogging", "cloudtrail:UpdateTrail",
			"config:Delete*", "config:StopConfigurationRecorder", "ec2:DeleteFlowLogs", "elasticache:Delete*",
			"guardduty:DeleteDetector", "guardduty:UpdateDetector",
			"iam:Add*", "iam:Attach*", "iam:Create*", "iam:Delete*", "iam:Detach*", "iam:Put*", "iam:Remove*", "iam:Set*", "iam:Update*", "iam:Upload*",
			"kms:CreateGrant", "kms:DisableKey*", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion",
			"logs:DeleteLogGroup", "logs:DeleteLogStream", "logs:DeleteRetentionPolicy", "logs:DisassociateKmsKey", "logs:PutRetentionPolicy",
			"organizations:*", "rds:DeleteDB*", "s3:BypassGovernanceRetention", "s3:DeleteBucket*", "s3:DeleteObjectVersion", "s3:PutBucketAcl", "s3:PutBucketLogging", "s3:PutBucketObjectLockConfiguration",
			"s3:PutBucketOwnershipControls", "s3:PutBucketPublicAccessBlock", "s3:PutBucketVersioning",
			"s3:PutLifecycleConfiguration", "s3:PutReplicationConfiguration", "secretsmanager:DeleteSecret", "secretsmanager:PutResourcePolicy",
			"securityhub:Disable*", "sts:AssumeRole",
		},
		Resources: everything,
	}}}
}
