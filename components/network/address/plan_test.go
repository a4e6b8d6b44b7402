package address_test

import (
	"fmt"
	"net/netip"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/carebase/carebase/components/network/address"
)

var (
	tiers   = []address.Tier{address.Public, address.Private, address.Isolated}
	letters = []string{"a", "b", "c", "d", "e", "f"}
)

// anyNetwork draws every network that New accepts.
var anyNetwork = rapid.Custom(func(t *rapid.T) string {
	within := netip.MustParsePrefix(rapid.SampledFrom([]string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"}).Draw(t, "within"))
	bits := rapid.IntRange(16, 20).Draw(t, "bits")
	host := rapid.Uint32Range(0, 1<<(32-within.Bits())-1).Draw(t, "address")
	b := within.Addr().As4()
	first := uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3]) | host
	at := netip.AddrFrom4([4]byte{byte(first >> 24), byte(first >> 16), byte(first >> 8), byte(first)})
	return netip.PrefixFrom(at, bits).Masked().String()
})

var anyRegion = rapid.SampledFrom([]string{"us-east-1", "us-west-2", "eu-west-2", "us-gov-west-1", "ap-southeast-2"})

func planOf(t require.TestingT, network string) address.Plan {
	plan, err := address.New(network)
	require.NoError(t, err)
	return plan
}

func zoneOf(t require.TestingT, name string) address.Zone {
	zone, err := address.ParseZone(name)
	require.NoError(t, err)
	return zone
}

// subnets is every tier in each of the zones, by name.
func subnets(t require.TestingT, plan address.Plan, zones []string) map[string]netip.Prefix {
	all := map[string]netip.Prefix{}
	for _, tier := range tiers {
		for _, zone := range zones {
			all[tier.String()+" "+zone] = plan.Subnet(tier, zoneOf(t, zone))
		}
	}
	return all
}

func zonesOf(region string) []string {
	names := make([]string, len(letters))
	for i, letter := range letters {
		names[i] = region + letter
	}
	return names
}

// All tiers in all the zones a region can have.
func TestSubnetsFitAndNeverOverlap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		network := anyNetwork.Draw(t, "network")
		plan := planOf(t, network)
		all := subnets(t, plan, zonesOf(anyRegion.Draw(t, "region")))
		require.Len(t, all, len(tiers)*len(letters))
		vpc := netip.MustParsePrefix(network)
		for name, subnet := range all {
			require.True(t, vpc.Contains(subnet.Addr()) && vpc.Bits() < subnet.Bits(), "%s %s is outside %s", name, subnet, vpc)
			require.Equal(t, subnet.Masked(), subnet, "%s is not written by its first address", name)
			for other, neighbour := range all {
				require.False(t, other != name && subnet.Overlaps(neighbour), "%s %s and %s %s", name, subnet, other, neighbour)
			}
		}
	})
}

// AWS wants a /27 for a load balancer; in the private tier every task takes an address.
func TestSubnetsAreLargeEnough(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plan := planOf(t, anyNetwork.Draw(t, "network"))
		zone := zoneOf(t, "us-east-1"+rapid.SampledFrom(letters).Draw(t, "letter"))
		require.LessOrEqual(t, plan.Subnet(address.Public, zone).Bits(), 27)
		require.LessOrEqual(t, plan.Subnet(address.Isolated, zone).Bits(), 27)
		require.LessOrEqual(t, plan.Subnet(address.Private, zone).Bits(), 24)
	})
}

// Whatever zones a network has, in whatever order, and whichever are added: each keeps its range.
func TestZonesMoveNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		network, region := anyNetwork.Draw(t, "network"), anyRegion.Draw(t, "region")
		later := rapid.Permutation(zonesOf(region)).Draw(t, "zones")
		now := rapid.Permutation(slices.Clone(later[:rapid.IntRange(1, len(later)).Draw(t, "how many now")])).Draw(t, "zones now")
		before, after := subnets(t, planOf(t, network), now), subnets(t, planOf(t, network), later)
		for name, subnet := range before {
			require.Equal(t, subnet, after[name], name)
		}
	})
}

// A zone has the same place in every region, so that a recovery network looks like its primary.
func TestTheRegionDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plan := planOf(t, anyNetwork.Draw(t, "network"))
		letter := rapid.SampledFrom(letters).Draw(t, "letter")
		for _, tier := range tiers {
			require.Equal(t, plan.Subnet(tier, zoneOf(t, "us-east-1"+letter)),
				plan.Subnet(tier, zoneOf(t, anyRegion.Draw(t, "region")+letter)))
		}
	})
}

// Ranges hold their subnets, keep apart, and leave parts 2 to 7 of 16 to tiers that come later.
func TestRangesLeaveRoomForNewTiers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		plan := planOf(t, anyNetwork.Draw(t, "network"))
		for i, tier := range tiers {
			whole := plan.Range(tier)
			require.Equal(t, whole.Masked(), whole)
			for _, other := range tiers[i+1:] {
				require.False(t, whole.Overlaps(plan.Range(other)), "%s and %s", tier, other)
			}
			for _, letter := range letters {
				subnet := plan.Subnet(tier, zoneOf(t, "us-east-1"+letter))
				require.True(t, whole.Contains(subnet.Addr()) && whole.Bits() <= subnet.Bits())
			}
		}
		step := 1 << (32 - plan.Network().Bits() - 4)
		first := plan.Network().Addr().As4()
		for part := 2; part < 8; part++ {
			at := int(first[2])<<8 + int(first[3]) + part*step
			start := netip.AddrFrom4([4]byte{first[0], first[1] + byte(at>>16), byte(at >> 8), byte(at)})
			free := netip.PrefixFrom(start, plan.Network().Bits()+4)
			for _, tier := range tiers {
				require.False(t, free.Overlaps(plan.Range(tier)), "part %d is the %s tier's", part, tier)
			}
		}
	})
}

// The plan is a promise: a range that differs from these replaces subnets that are in use.
func TestThePlanOfKnownNetworks(t *testing.T) {
	for network, want := range map[string]map[string][]string{
		"10.0.0.0/16": {
			"public":   {"10.0.0.0/23", "10.0.2.0/23", "10.0.4.0/23", "10.0.6.0/23", "10.0.8.0/23", "10.0.10.0/23"},
			"isolated": {"10.0.16.0/23", "10.0.18.0/23", "10.0.20.0/23", "10.0.22.0/23", "10.0.24.0/23", "10.0.26.0/23"},
			"private":  {"10.0.128.0/20", "10.0.144.0/20", "10.0.160.0/20", "10.0.176.0/20", "10.0.192.0/20", "10.0.208.0/20"},
		},
		"192.168.240.0/20": {
			"public": {"192.168.240.0/27", "192.168.240.32/27", "192.168.240.64/27",
				"192.168.240.96/27", "192.168.240.128/27", "192.168.240.160/27"},
			"isolated": {"192.168.241.0/27", "192.168.241.32/27", "192.168.241.64/27",
				"192.168.241.96/27", "192.168.241.128/27", "192.168.241.160/27"},
			"private": {"192.168.248.0/24", "192.168.249.0/24", "192.168.250.0/24",
				"192.168.251.0/24", "192.168.252.0/24", "192.168.253.0/24"},
		},
	} {
		plan := planOf(t, network)
		for _, tier := range tiers {
			var got []string
			for _, zone := range zonesOf("us-east-1") {
				got = append(got, plan.Subnet(tier, zoneOf(t, zone)).String())
			}
			assert.Equal(t, want[tier.String()], got, "%s %s", network, tier)
		}
	}
}

func TestNetworksThatAreRefused(t *testing.T) {
	for _, network := range []string{
		"", "10.0.0.0", "10.0.0.0/15", "10.0.0.0/21", "10.0.0.1/16", "10.0.16.0/16", "11.0.0.0/16", "172.32.0.0/16",
		"172.15.0.0/16", "192.169.0.0/16", "100.64.0.0/16", "0.0.0.0/0", "fd00::/16", "::ffff:10.0.0.0/112", "ten", "10.0.0.0/16 ",
	} {
		_, err := address.New(network)
		assert.EqualError(t, err, fmt.Sprintf("network %q: allowed is %s", network, address.NetworkRule))
	}
}

func TestZonesThatAreRefused(t *testing.T) {
	for _, zone := range []string{
		"", "a", "us-east-1", "us-east-1g", "us-east-1A", "us-east-1ab", "use1-az1", "us-west-2-lax-1a", "us-east-1-wl1-bos-wlz-1", " us-east-1a",
	} {
		_, err := address.ParseZone(zone)
		assert.EqualError(t, err, fmt.Sprintf("zone %q: allowed is %s", zone, address.ZoneRule))
	}
	zone := zoneOf(t, "us-gov-west-1b")
	assert.Equal(t, "us-gov-west-1b", zone.String())
	assert.Equal(t, "us-gov-west-1", zone.Region())
}
