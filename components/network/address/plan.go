// Package address decides which addresses a network's subnets have. It is arithmetic: no cloud, no state, the
// same answer for the same question.
//
// A network is cut into sixteen equal parts, and a tier's part into eight slots of which an Availability Zone
// has one by its letter (a is slot 0, f is slot 5):
//
//	part     tier                 of 10.0.0.0/16     slot a          slot b          slot c
//	0        public               10.0.0.0/20        10.0.0.0/23     10.0.2.0/23     10.0.4.0/23
//	1        isolated             10.0.16.0/20       10.0.16.0/23    10.0.18.0/23    10.0.20.0/23
//	2 to 7   free for new tiers   10.0.32.0/19 …
//	8 to 15  private              10.0.128.0/17      10.0.128.0/20   10.0.144.0/20   10.0.160.0/20
//
// The private tier has half of the network because every task, function and endpoint takes an address there;
// the other tiers hold load balancers, NAT gateways and databases. A subnet's range depends on the network, the
// tier and the zone's own letter alone, so adding, removing or reordering zones, or giving a new tier one of
// the free parts, moves nothing that exists. That matters because a subnet whose range changes is replaced,
// and with it whatever lives there.
package address

import (
	"encoding/binary"
	"fmt"
	"net/netip"
)

// The largest and smallest network a plan is made for. AWS allows a VPC /16 to /28; in one smaller than /20
// the public subnets would be smaller than the /27 that a load balancer needs.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#subnets-load-balancer
const (
	widest    = 16
	narrowest = 20
)

// NetworkRule says in words what New accepts.
const NetworkRule = "a private IPv4 network (RFC 1918) of /16 to /20, written by its first address, e.g. 10.0.0.0/16"

// Both in bits: a network has 16 parts, the range of a tier 8 slots.
const (
	partBits = 4
	slotBits = 3
)

// A Tier is a layer of the network with a range of its own: Public, Private or Isolated.
type Tier struct {
	name  string
	first int // the number of its first part
	bits  int // how many bits its range is longer than the network's prefix
}

// The tiers. A new one takes a free part; changing one that exists would replace its subnets everywhere.
var (
	// Public holds what the internet reaches and NAT gateways.
	Public = Tier{name: "public", first: 0, bits: partBits}
	// Isolated holds databases and caches.
	Isolated = Tier{name: "isolated", first: 1, bits: partBits}
	// Private holds applications.
	Private = Tier{name: "private", first: 8, bits: 1}
)

// String is the tier's name in lower case.
func (t Tier) String() string { return t.name }

// A Plan gives the addresses of one network. Make it with New.
type Plan struct {
	network netip.Prefix
}

// New makes the plan of the network cidr; NetworkRule says which networks it accepts.
func New(cidr string) (Plan, error) {
	network, err := netip.ParsePrefix(cidr)
	if err != nil || network != network.Masked() ||
		!network.Addr().Is4() || !network.Addr().IsPrivate() ||
		network.Bits() < widest || network.Bits() > narrowest {
		return Plan{}, fmt.Errorf("network %q: allowed is %s", cidr, NetworkRule)
	}
	return Plan{network: network}, nil
}

// Network is the whole range.
func (p Plan) Network() netip.Prefix { return p.network }

// Range is everything that belongs to a tier, in whichever zones it is used.
func (p Plan) Range(t Tier) netip.Prefix {
	start := nth(p.network, p.network.Bits()+partBits, t.first)
	return netip.PrefixFrom(start.Addr(), p.network.Bits()+t.bits)
}

// Subnet is the range of a tier in one zone.
func (p Plan) Subnet(t Tier, z Zone) netip.Prefix {
	tier := p.Range(t)
	return nth(tier, tier.Bits()+slotBits, z.slot)
}

// nth is the n-th network of the given length within outer, counted from zero.
func nth(outer netip.Prefix, bits, n int) netip.Prefix {
	first := outer.Addr().As4()
	address := binary.BigEndian.Uint32(first[:]) + uint32(n)<<(32-bits)
	var start [4]byte
	binary.BigEndian.PutUint32(start[:], address)
	return netip.PrefixFrom(netip.AddrFrom4(start), bits)
}
