package observability

import (
	"github.com/pulumi/pulumi-aws/sdk/v7/go/aws/cloudwatch"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// A sighting is something in the audit trail that somebody should hear of at once.
type sighting struct {
	key     string
	pattern string // in the syntax of CloudWatch Logs
	meaning string
	remedy  string
}

const (
	whoDidIt = "Find who did it, and from where, in the trail. "
	changed  = whoDidIt + "Networks are changed by deployments only: if none was under way, undo it and treat it as an incident."
)

// sightings are those of the controls CW-4 to CW-9, after the CIS AWS Foundations Benchmark.
var sightings = []sighting{
	{
		"console-failures",
		`{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }`,
		"Somebody failed to sign in to the AWS console.",
		whoDidIt + "Ask the owner of the user. Many failures, or an owner who knows nothing: treat it as an incident.",
	},
	{
		"root-use",
		`{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }`,
		"The account's root user did something.",
		whoDidIt + "Nobody needs root in daily work: unless it was announced, treat it as an incident.",
	},
	{
		"network-acls",
		`{ ($.eventName = CreateNetworkAcl) || ($.eventName = CreateNetworkAclEntry) || ($.eventName = DeleteNetworkAcl) ` +
			`|| ($.eventName = DeleteNetworkAclEntry) || ($.eventName = ReplaceNetworkAclEntry) ` +
			`|| ($.eventName = ReplaceNetworkAclAssociation) }`,
		"A network access control list was changed.", changed,
	},
	{
		"gateways",
		`{ ($.eventName = CreateCustomerGateway) || ($.eventName = DeleteCustomerGateway) ` +
			`|| ($.eventName = AttachInternetGateway) || ($.eventName = CreateInternetGateway) ` +
			`|| ($.eventName = DeleteInternetGateway) || ($.eventName = DetachInternetGateway) }`,
		"An internet or customer gateway was changed.", changed,
	},
	{
		"route-tables",
		`{ ($.eventSource = ec2.amazonaws.com) && (($.eventName = CreateRoute) || ($.eventName = CreateRouteTable) ` +
			`|| ($.eventName = ReplaceRoute) || ($.eventName = ReplaceRouteTableAssociation) || ($.eventName = DeleteRouteTable) ` +
			`|| ($.eventName = DeleteRoute) || ($.eventName = DisassociateRouteTable)) }`,
		"A route table was changed.", changed,
	},
	{
		"vpcs",
		`{ ($.eventName = CreateVpc) || ($.eventName = DeleteVpc) || ($.eventName = ModifyVpcAttribute) ` +
			`|| ($.eventName = AcceptVpcPeeringConnection) || ($.eventName = CreateVpcPeeringConnection) ` +
			`|| ($.eventName = DeleteVpcPeeringConnection) || ($.eventName = RejectVpcPeeringConnection) ` +
			`|| ($.eventName = AttachClassicLinkVpc) || ($.eventName = DetachClassicLinkVpc) ` +
			`|| ($.eventName = DisableVpcClassicLink) || ($.eventName = EnableVpcClassicLink) }`,
		"A VPC, or a peering between two, was changed.", changed,
	},
}

// watchTrail makes a metric of each sighting and returns the alarms on them. The metrics' names hold the prefix, so
// that two trails in an account are kept apart.
func (c *Alarms) watchTrail(ctx *pulumi.Context, args *AlarmsArgs) ([]alarm, error) {
	var alarms []alarm
	for _, s := range sightings {
		key := "trail-" + s.key
		seen := metric{namespace: args.NamePrefix + "/" + c.name, name: s.key}
		_, err := cloudwatch.NewLogMetricFilter(ctx, c.name+"-"+key+"-filter", &cloudwatch.LogMetricFilterArgs{
			LogGroupName: args.TrailLogGroupName,
			Pattern:      pulumi.String(s.pattern),
			MetricTransformation: &cloudwatch.LogMetricFilterMetricTransformationArgs{
				Namespace: pulumi.String(seen.namespace),
				Name:      pulumi.String(seen.name),
				Value:     pulumi.String("1"),
			},
		}, pulumi.Parent(c))
		if err != nil {
			return nil, err
		}
		alarms = append(alarms, alarm{
			key: key, metric: seen, statistic: "Sum",
			operator: above, threshold: 0, period: 300, periods: 1,
			silence: silenceIsFine, // the metric is there only when something was seen
			meaning: s.meaning, remedy: s.remedy,
		})
	}
	return alarms, nil
}
