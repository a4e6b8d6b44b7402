package observability_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/components/internal/componenttest"
)

// What the trail is searched for, and that what is found is what the alarm of the same name counts.
func TestTrailIsWatched(t *testing.T) {
	g := planned(t, everything())
	for name, want := range map[string][]string{
		"console-failures": {`$.eventName = ConsoleLogin`, `$.errorMessage = "Failed authentication"`},
		"root-use": {
			`$.userIdentity.type = "Root"`, `$.userIdentity.invokedBy NOT EXISTS`, `$.eventType != "AwsServiceEvent"`,
		},
		"network-acls": {
			"CreateNetworkAcl)", "CreateNetworkAclEntry", "DeleteNetworkAcl)", "DeleteNetworkAclEntry", "ReplaceNetworkAclEntry",
			"ReplaceNetworkAclAssociation",
		},
		"gateways": {
			"CreateCustomerGateway", "DeleteCustomerGateway", "AttachInternetGateway", "CreateInternetGateway",
			"DeleteInternetGateway", "DetachInternetGateway",
		},
		"route-tables": {
			"$.eventSource = ec2.amazonaws.com", "CreateRoute)", "CreateRouteTable", "ReplaceRoute)", "ReplaceRouteTableAssociation",
			"DeleteRouteTable", "DeleteRoute)", "DisassociateRouteTable",
		},
		"vpcs": {
			"CreateVpc)", "DeleteVpc)", "ModifyVpcAttribute", "AcceptVpcPeeringConnection", "CreateVpcPeeringConnection",
			"DeleteVpcPeeringConnection", "RejectVpcPeeringConnection", "AttachClassicLinkVpc", "DetachClassicLinkVpc",
			"DisableVpcClassicLink", "EnableVpcClassicLink",
		},
	} {
		filter := componenttest.Find(t, g, filterType, "alarms-trail-"+name+"-filter")
		pattern, _ := componenttest.Input(t, filter, "pattern").(string)
		for _, part := range want {
			assert.Contains(t, pattern, part, name)
		}
		assert.LessOrEqual(t, len(pattern), 1024, "AWS's limit")
		assert.Regexp(t, `^\{ .* \}$`, pattern)
		depth := 0
		for _, c := range pattern {
			switch c {
			case '(':
				depth++
			case ')':
				depth--
			}
			assert.GreaterOrEqual(t, depth, 0, name)
		}
		assert.Zero(t, depth, "%s: brackets", name)

		assert.Equal(t, "/cloudtrail/prod", componenttest.Input(t, filter, "logGroupName"))
		alarm := componenttest.Find(t, g, alarmType, "alarms-trail-"+name)
		assert.Equal(t, map[string]any{
			"namespace": componenttest.Input(t, alarm, "namespace"), "name": componenttest.Input(t, alarm, "metricName"), "value": "1",
		}, componenttest.Input(t, filter, "metricTransformation"))
	}
}
