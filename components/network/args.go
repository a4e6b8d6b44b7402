package network

import (
	"regexp"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"

	"github.com/carebase/carebase/components/internal/arg"
	"github.com/carebase/carebase/components/limits"
	"github.com/carebase/carebase/components/loggroup"
	"github.com/carebase/carebase/components/network/address"
)

// NatMode is how many NAT gateways the private tier has.
type NatMode string

const (
	// NatNone gives the private tier no way to the internet: what it needs must have an endpoint.
	NatNone NatMode = "none"
	// NatSingle shares one gateway, which stands in the first zone by name. The other zones lose the internet with
	// that zone; and taking that zone out of AvailabilityZones, or adding one before it, moves the gateway and changes
	// its public address.
	NatSingle NatMode = "single"
	// NatPerAZ gives every zone its own gateway, so that no zone depends on another.
	NatPerAZ NatMode = "per-az"
)

// Args shape a Network.
type Args struct {
	// Cidr is the VPC's range: RFC 1918, /16 to /20, e.g. 10.0.0.0/16; package address says how it is divided.
	// Changing it replaces the VPC, which AWS refuses while anything lives there. Ranges of networks that may be
	// joined one day must not overlap; 172.17.0.0/16 collides with Docker's default bridge.
	Cidr string
	// AvailabilityZones are two or three zones of the provider's region, e.g. us-east-1a. Their order means nothing.
	// One can be added at any time and moves no subnet. Taking one out deletes its subnets, so empty it first. For
	// the place of a single NAT gateway see NatSingle.
	AvailabilityZones []string
	// Nat is NatNone, NatSingle or NatPerAZ.
	Nat NatMode
	// FlowLogGroupName is the CloudWatch log group that flow logs are written to, e.g. /clinic/prod/flow-logs:
	// 1 to 512 letters, digits and . - _ / #, and not the reserved prefix aws/.
	FlowLogGroupName string
	// FlowLogRetentionDays is one of loggroup.RetentionDays; "never expire" is not among them.
	FlowLogRetentionDays int
	// LogsKeyArn is the KMS key of the log group. Its policy must let CloudWatch Logs of this region use it.
	LogsKeyArn pulumi.StringInput
	// InterfaceEndpoints are the AWS services that the private tier reaches without leaving the VPC, by the end of
	// their endpoint's name: ecr.api of com.amazonaws.us-east-1.ecr.api. One that is not in limits.InterfaceServices is
	// refused. Each has an hourly price per zone. S3 and DynamoDB are always there, as gateway endpoints.
	InterfaceEndpoints []string
}

var logGroupName = regexp.MustCompile(`^[A-Za-z0-9._/#-]{1,512}$`)

// check reports every problem at once, and otherwise returns the address plan and the zones in order of name.
func (args *Args) check(name string) (address.Plan, []address.Zone, error) {
	p := arg.Check("network", name)
	if args == nil {
		p.Require("Args", false, "a *network.Args")
		return address.Plan{}, nil, p.Err()
	}
	plan, err := address.New(args.Cidr)
	if err != nil {
		p.Add("Cidr", args.Cidr, address.NetworkRule)
	}
	zones := args.checkZones(p)
	p.OneOf("Nat", string(args.Nat), string(NatNone), string(NatSingle), string(NatPerAZ))
	if !logGroupName.MatchString(args.FlowLogGroupName) || strings.HasPrefix(args.FlowLogGroupName, "aws/") {
		p.Add("FlowLogGroupName", args.FlowLogGroupName, "1 to 512 letters, digits and . - _ / #, not beginning with aws/")
	}
	if !loggroup.ValidRetention(args.FlowLogRetentionDays) {
		p.Add("FlowLogRetentionDays", args.FlowLogRetentionDays, loggroup.RetentionRule)
	}
	p.Require("LogsKeyArn", args.LogsKeyArn != nil, "the ARN of a KMS key that CloudWatch Logs may use")
	args.checkEndpoints(p)
	return plan, zones, p.Err()
}

func (args *Args) checkZones(p *arg.Problems) []address.Zone {
	if n := len(args.AvailabilityZones); n < 2 || n > 3 {
		p.Add("AvailabilityZones", args.AvailabilityZones, "two or three zones")
	}
	var zones []address.Zone
	for _, name := range slices.Sorted(slices.Values(args.AvailabilityZones)) {
		zone, err := address.ParseZone(name)
		if err != nil {
			p.Add("AvailabilityZones", name, address.ZoneRule)
			continue
		}
		if slices.Contains(zones, zone) {
			p.Add("AvailabilityZones", name, "each zone once")
		}
		if len(zones) > 0 && zone.Region() != zones[0].Region() {
			p.Add("AvailabilityZones", name, "zones of one region, here "+zones[0].Region())
		}
		zones = append(zones, zone)
	}
	return zones
}

func (args *Args) checkEndpoints(p *arg.Problems) {
	for i, service := range args.InterfaceEndpoints {
		p.OneOf("InterfaceEndpoints", service, limits.InterfaceServices...)
		if slices.Contains(args.InterfaceEndpoints[:i], service) {
			p.Add("InterfaceEndpoints", service, "each service once")
		}
	}
}
