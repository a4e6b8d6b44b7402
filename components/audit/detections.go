package audit

import (
	"fmt"
	"slices"
	"strings"
)

// A detection is something in the trail that somebody must hear of.
type detection struct {
	name    string // part of logical and metric names; never changes
	says    string // the alarm's description
	pattern string // CloudWatch Logs filter pattern, at most 1024 characters
	atLeast int    // times in five minutes before it alarms
}

// detections of the CIS AWS Foundations Benchmark, whose patterns Security Hub and Prowler compare word for word (not a
// term may be added), and below them two that the benchmark lacks. Single refused calls and mistyped passwords are
// everyday; the rest alarms at once.
// https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html
var detections = []detection{
	{
		"unauthorized-calls", "Calls that were refused for lack of permission",
		`{($.errorCode="*UnauthorizedOperation") || ($.errorCode="AccessDenied*")}`, 10,
	},
	{
		"root-use", "The root user did something",
		`{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType !="AwsServiceEvent"}`, 1,
	},
	{
		"sign-in-without-mfa", "A user signed in to the console without a second factor",
		`{($.eventName="ConsoleLogin") && ($.additionalEventData.MFAUsed !="Yes") && ` +
			`($.userIdentity.type="IAMUser") && ($.responseElements.ConsoleLogin="Success")}`, 1,
	},
	{
		"sign-in-failures", "Sign-ins to the console failed",
		`{($.eventName=ConsoleLogin) && ($.errorMessage="Failed authentication")}`, 3,
	},
	{
		"iam-changes", "A permission of IAM changed",
		calls("iam", "DeleteGroupPolicy", "DeleteRolePolicy", "DeleteUserPolicy", "PutGroupPolicy", "PutRolePolicy",
			"PutUserPolicy", "CreatePolicy", "DeletePolicy", "CreatePolicyVersion", "DeletePolicyVersion",
			"AttachRolePolicy", "DetachRolePolicy", "AttachUserPolicy", "DetachUserPolicy", "AttachGroupPolicy",
			"DetachGroupPolicy"), 1,
	},
	{
		"trail-changes", "A trail was created, changed, deleted, started or stopped",
		calls("", "CreateTrail", "UpdateTrail", "DeleteTrail", "StartLogging", "StopLogging"), 1,
	},
	{
		"key-loss", "A KMS key was disabled or is going to be deleted",
		calls("kms", "DisableKey", "ScheduleKeyDeletion"), 1,
	},
	{
		"bucket-changes", "Who may read a bucket, where it is replicated or when its objects expire changed",
		calls("s3", "PutBucketAcl", "PutBucketPolicy", "PutBucketCors", "PutBucketLifecycle", "PutBucketReplication",
			"DeleteBucketPolicy", "DeleteBucketCors", "DeleteBucketLifecycle", "DeleteBucketReplication"), 1,
	},
	{
		"config-changes", "AWS Config was stopped or its delivery changed",
		calls("config", "StopConfigurationRecorder", "DeleteDeliveryChannel", "PutDeliveryChannel",
			"PutConfigurationRecorder"), 1,
	},
	{
		"security-group-changes", "A security group changed",
		calls("", "AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress", "RevokeSecurityGroupIngress",
			"RevokeSecurityGroupEgress", "CreateSecurityGroup", "DeleteSecurityGroup"), 1,
	},
	{
		"network-acl-changes", "A network ACL changed",
		calls("", "CreateNetworkAcl", "CreateNetworkAclEntry", "DeleteNetworkAcl", "DeleteNetworkAclEntry",
			"ReplaceNetworkAclEntry", "ReplaceNetworkAclAssociation"), 1,
	},
	{
		"gateway-changes", "A gateway to other networks changed",
		calls("", "CreateCustomerGateway", "DeleteCustomerGateway", "AttachInternetGateway", "CreateInternetGateway",
			"DeleteInternetGateway", "DetachInternetGateway"), 1,
	},
	{
		"route-changes", "A route table changed",
		calls("ec2", "CreateRoute", "CreateRouteTable", "ReplaceRoute", "ReplaceRouteTableAssociation",
			"DeleteRouteTable", "DeleteRoute", "DisassociateRouteTable"), 1,
	},
	{
		"vpc-changes", "A VPC or its peering changed",
		calls("", "CreateVpc", "DeleteVpc", "ModifyVpcAttribute", "AcceptVpcPeeringConnection",
			"CreateVpcPeeringConnection", "DeleteVpcPeeringConnection", "RejectVpcPeeringConnection",
			"AttachClassicLinkVpc", "DetachClassicLinkVpc", "DisableVpcClassicLink", "EnableVpcClassicLink"), 1,
	},

	{
		"trail-scope-changes", "What a trail records changed",
		calls("cloudtrail", "PutEventSelectors", "PutInsightSelectors"), 1,
	},
	{
		"backup-loss", "A backup, or what keeps backups from being deleted, was removed",
		calls("backup", "DeleteRecoveryPoint", "DeleteBackupVault", "DeleteBackupVaultAccessPolicy",
			"DeleteBackupVaultLockConfiguration"), 1,
	},
}

// detections of the trail: those above, and any use of the role for emergencies where the account has one.
func (t *Trail) detections() []detection {
	if t.BreakGlassRole == "" {
		return detections
	}
	return append(slices.Clone(detections), detection{
		"break-glass-use", "Somebody assumed the role for emergencies, or did something with it",
		fmt.Sprintf(`{($.userIdentity.sessionContext.sessionIssuer.userName="%s") || `+
			`(($.eventName="AssumeRole") && ($.requestParameters.roleArn="*:role/%[1]s"))}`, t.BreakGlassRole), 1,
	})
}

// calls is the pattern of API calls by name; source is the service's, or empty where the benchmark names none.
func calls(source string, names ...string) string {
	each := make([]string, len(names))
	for i, name := range names {
		each[i] = fmt.Sprintf("($.eventName=%s)", name)
	}
	either := strings.Join(each, " || ")
	if source == "" {
		return "{" + either + "}"
	}
	return fmt.Sprintf("{($.eventSource=%s.amazonaws.com) && (%s)}", source, either)
}
