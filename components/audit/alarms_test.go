package audit_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/components/audit"
	"github.com/carebase/carebase/componenttest"
)

// patterns are written out, because the benchmark's are compared word for word.
var patterns = map[string]struct {
	pattern string
	atLeast float64
}{
	"unauthorized-calls": {`{($.errorCode="*UnauthorizedOperation") || ($.errorCode="AccessDenied*")}`, 10},
	"root-use":           {`{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType !="AwsServiceEvent"}`, 1},
	"sign-in-without-mfa": {`{($.eventName="ConsoleLogin") && ($.additionalEventData.MFAUsed !="Yes") && ` +
		`($.userIdentity.type="IAMUser") && ($.responseElements.ConsoleLogin="Success")}`, 1},
	"sign-in-failures": {`{($.eventName=ConsoleLogin) && ($.errorMessage="Failed authentication")}`, 3},
	"iam-changes": {`{($.eventSource=iam.amazonaws.com) && (($.eventName=DeleteGroupPolicy) || ($.eventName=DeleteRolePolicy) || ` +
		`($.eventName=DeleteUserPolicy) || ($.eventName=PutGroupPolicy) || ($.eventName=PutRolePolicy) || ($.eventName=PutUserPolicy) || ` +
		`($.eventName=CreatePolicy) || ($.eventName=DeletePolicy) || ($.eventName=CreatePolicyVersion) || ($.eventName=DeletePolicyVersion) || ` +
		`($.eventName=AttachRolePolicy) || ($.eventName=DetachRolePolicy) || ($.eventName=AttachUserPolicy) || ($.eventName=DetachUserPolicy) || ` +
		`($.eventName=AttachGroupPolicy) || ($.eventName=DetachGroupPolicy))}`, 1},
	"trail-changes": {`{($.eventName=CreateTrail) || ($.eventName=UpdateTrail) || ($.eventName=DeleteTrail) || ` +
		`($.eventName=StartLogging) || ($.eventName=StopLogging)}`, 1},
	"key-loss": {`{($.eventSource=kms.amazonaws.com) && (($.eventName=DisableKey) || ($.eventName=ScheduleKeyDeletion))}`, 1},
	"bucket-changes": {`{($.eventSource=s3.amazonaws.com) && (($.eventName=PutBucketAcl) || ($.eventName=PutBucketPolicy) || ` +
		`($.eventName=PutBucketCors) || ($.eventName=PutBucketLifecycle) || ($.eventName=PutBucketReplication) || ` +
		`($.eventName=DeleteBucketPolicy) || ($.eventName=DeleteBucketCors) || ($.eventName=DeleteBucketLifecycle) || ` +
		`($.eventName=DeleteBucketReplication))}`, 1},
	"config-changes": {`{($.eventSource=config.amazonaws.com) && (($.eventName=StopConfigurationRecorder) || ` +
		`($.eventName=DeleteDeliveryChannel) || ($.eventName=PutDeliveryChannel) || ($.eventName=PutConfigurationRecorder))}`, 1},
	"security-group-changes": {`{($.eventName=AuthorizeSecurityGroupIngress) || ($.eventName=AuthorizeSecurityGroupEgress) || ` +
		`($.eventName=RevokeSecurityGroupIngress) || ($.eventName=RevokeSecurityGroupEgress) || ($.eventName=CreateSecurityGroup) || ` +
		`($.eventName=DeleteSecurityGroup)}`, 1},
	"network-acl-changes": {`{($.eventName=CreateNetworkAcl) || ($.eventName=CreateNetworkAclEntry) || ($.eventName=DeleteNetworkAcl) || ` +
		`($.eventName=DeleteNetworkAclEntry) || ($.eventName=ReplaceNetworkAclEntry) || ($.eventName=ReplaceNetworkAclAssociation)}`, 1},
	"gateway-changes": {`{($.eventName=CreateCustomerGateway) || ($.eventName=DeleteCustomerGateway) || ($.eventName=AttachInternetGateway) || ` +
		`($.eventName=CreateInternetGateway) || ($.eventName=DeleteInternetGateway) || ($.eventName=DetachInternetGateway)}`, 1},
	"route-changes": {`{($.eventSource=ec2.amazonaws.com) && (($.eventName=CreateRoute) || ($.eventName=CreateRouteTable) || ` +
		`($.eventName=ReplaceRoute) || ($.eventName=ReplaceRouteTableAssociation) || ($.eventName=DeleteRouteTable) || ` +
		`($.eventName=DeleteRoute) || ($.eventName=DisassociateRouteTable))}`, 1},
	"vpc-changes": {`{($.eventName=CreateVpc) || ($.eventName=DeleteVpc) || ($.eventName=ModifyVpcAttribute) || ` +
		`($.eventName=AcceptVpcPeeringConnection) || ($.eventName=CreateVpcPeeringConnection) || ($.eventName=DeleteVpcPeeringConnection) || ` +
		`($.eventName=RejectVpcPeeringConnection) || ($.eventName=AttachClassicLinkVpc) || ($.eventName=DetachClassicLinkVpc) || ` +
		`($.eventName=DisableVpcClassicLink) || ($.eventName=EnableVpcClassicLink)}`, 1},
	"trail-scope-changes": {`{($.eventSource=cloudtrail.amazonaws.com) && (($.eventName=PutEventSelectors) || ($.eventName=PutInsightSelectors))}`, 1},
	"backup-loss": {`{($.eventSource=backup.amazonaws.com) && (($.eventName=DeleteRecoveryPoint) || ($.eventName=DeleteBackupVault) || ` +
		`($.eventName=DeleteBackupVaultAccessPolicy) || ($.eventName=DeleteBackupVaultLockConfiguration))}`, 1},
}

// Whoever takes the role for emergencies is heard of: when it is assumed, and at each of its calls.
func TestUseOfTheBreakGlassRoleAlarms(t *testing.T) {
	g := planned(t, changed(func(a *audit.Args) { a.Trail.BreakGlassRole = "careconnect-break-glass" }))
	assert.Len(t, g.OfType(alarmType), len(patterns)+1)
	assert.Equal(t, `{($.userIdentity.sessionContext.sessionIssuer.userName="careconnect-break-glass") || `+
		`(($.eventName="AssumeRole") && ($.requestParameters.roleArn="*:role/careconnect-break-glass"))}`,
		componenttest.Input(t, componenttest.Find(t, g, filterType, "audit-break-glass-use-filter"), "pattern"))
	assert.EqualValues(t, 1, componenttest.Input(t, componenttest.Find(t, g, alarmType, "audit-break-glass-use-alarm"), "threshold"))
}

func TestEachDetectionIsAFilterAndAnAlarm(t *testing.T) {
	g := planned(t, production())
	assert.Len(t, g.OfType(filterType), len(patterns))
	assert.Len(t, g.OfType(alarmType), len(patterns))
	for name, want := range patterns {
		t.Run(name, func(t *testing.T) {
			filter := componenttest.Find(t, g, filterType, "audit-"+name+"-filter")
			assert.Equal(t, "/careconnect/prod/cloudtrail", componenttest.Input(t, filter, "logGroupName"))
			assert.Equal(t, want.pattern, componenttest.Input(t, filter, "pattern"))
			assert.LessOrEqual(t, len(want.pattern), 1024, "the limit of CloudWatch Logs")
			assert.Equal(t, map[string]any{"namespace": "/careconnect/prod/cloudtrail", "name": name, "value": "1"},
				componenttest.Input(t, filter, "metricTransformation"))
			group := componenttest.Find(t, g, logGroupType, "audit-trail-log")
			assert.Contains(t, filter.Dependencies, group.URN)

			alarm := componenttest.Find(t, g, alarmType, "audit-"+name+"-alarm")
			for input, value := range map[string]any{
				"namespace": "/careconnect/prod/cloudtrail", "metricName": name,
				"statistic": "Sum", "period": 300.0, "evaluationPeriods": 1.0, "threshold": want.atLeast,
				"comparisonOperator": "GreaterThanOrEqualToThreshold", "treatMissingData": "notBreaching",
				"alarmActions": []any{alarmTopic}, "actionsEnabled": nil,
			} {
				assert.Equal(t, value, componenttest.Input(t, alarm, input), input)
			}
			assert.NotEmpty(t, componenttest.Input(t, alarm, "alarmDescription"))
		})
	}
}
