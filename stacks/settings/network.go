package settings

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/carebase/carebase/components/limits"
	"github.com/carebase/carebase/components/loggroup"
	"github.com/carebase/carebase/components/network/address"
	"github.com/carebase/carebase/stacks/settings/decode"
)

// Network is the stack's VPC.
type Network struct {
	// IPv4 range of the VPC: private (RFC 1918), /16 to /20.
	Cidr string `setting:"cidr"`
	// Ranges in use elsewhere (other environments, offices, partners). cidr must not overlap them, because overlapping
	// networks can never be connected.
	ReservedCidrs []string `setting:"reservedCidrs" optional:"true"`
	// Availability zones by name, 2 or 3. CloudFront's VPC origins do not support use1-az3, usw1-az2, apne1-az3 and
	// cac1-az3. The zone that a name stands for differs between accounts: aws ec2 describe-availability-zones.
	AvailabilityZones []string `setting:"availabilityZones" phi:"2 or more" cfr:"164.308(a)(7)(i)"`
	// NAT gateways: none, single, or per-az (one for each zone).
	Nat string `setting:"nat" oneof:"none single per-az"`
	// AWS services that are reached inside the VPC, by short name (ecr.api, logs, kms …). Fargate tasks need ecr.api, ecr.dkr,
	// logs, secretsmanager and kms.
	InterfaceEndpoints []string `setting:"interfaceEndpoints" optional:"true"`
}

// taskEndpoints are the services that a Fargate task calls when it starts: for its image, its secrets, their key, and its log.
var taskEndpoints = []string{"ecr.api", "ecr.dkr", "logs", "secretsmanager", "kms"}

func (s *Settings) checkNetwork(p *decode.Problems) {
	n := s.Network
	s.checkRanges(p)
	if zones := len(n.AvailabilityZones); zones < 2 || zones > 3 {
		p.Refuse("network.availabilityZones", n.AvailabilityZones, "2 or 3 zones")
	}
	p.Distinct("network.availabilityZones", n.AvailabilityZones)
	for i, zone := range n.AvailabilityZones {
		if parsed, err := address.ParseZone(zone); err != nil || parsed.Region() != s.Region && p.Decoded("region") {
			p.Refuse(decode.Element("network.availabilityZones", i), zone, fmt.Sprintf("a zone of region %s, such as %sa", s.Region, s.Region))
		}
	}
	p.Distinct("network.interfaceEndpoints", n.InterfaceEndpoints)
	for i, endpoint := range n.InterfaceEndpoints {
		p.OneOf(decode.Element("network.interfaceEndpoints", i), endpoint, limits.InterfaceServices)
	}
	missing := slices.ContainsFunc(taskEndpoints, func(needed string) bool { return !slices.Contains(n.InterfaceEndpoints, needed) })
	if s.HasTasks() && missing {
		p.Refuse("network.interfaceEndpoints", n.InterfaceEndpoints,
			fmt.Sprintf("a list with %s: tasks reach them by endpoint only", strings.Join(taskEndpoints, ", ")))
	}
}

func (s *Settings) checkRanges(p *decode.Problems) {
	n := s.Network
	var own netip.Prefix
	if addresses, err := address.New(n.Cidr); err != nil {
		p.Refuse("network.cidr", n.Cidr, address.NetworkRule)
	} else {
		own = addresses.Network()
	}
	var others []netip.Prefix
	for i, text := range n.ReservedCidrs {
		key := decode.Element("network.reservedCidrs", i)
		other, err := netip.ParsePrefix(text)
		if err != nil || other != other.Masked() {
			p.Refuse(key, text, "a range such as 10.1.0.0/16, written with its first address")
			continue
		}
		if own.IsValid() && own.Overlaps(other) {
			p.Refuse(key, text, fmt.Sprintf("a range that does not overlap network.cidr (%s): ranges that overlap can never be connected", n.Cidr))
		}
		for _, earlier := range others {
			if earlier.Overlaps(other) {
				p.Refuse(key, text, fmt.Sprintf("a range that does not overlap %s, listed before it", earlier))
			}
		}
		others = append(others, other)
	}
}

// Logs of every component.
type Logs struct {
	// Days that CloudWatch Logs keeps log events: a value that CloudWatch Logs offers, such as 30, 90 or 365.
	RetentionDays int `setting:"retentionDays" phi:"365 or more" cfr:"164.312(b)"`
}

func (s *Settings) checkLogs(p *decode.Problems) {
	if !loggroup.ValidRetention(s.Logs.RetentionDays) {
		p.Refuse("logs.retentionDays", s.Logs.RetentionDays, loggroup.RetentionRule)
	}
}
