package network_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/components/network"
)

// replacing are the inputs whose change makes AWS replace a subnet, a VPC, an address or a gateway.
var replacing = []string{
	"cidrBlock", "availabilityZone", "vpcId", "domain", "allocationId", "subnetId", "vpcEndpointType", "serviceName",
	"description", "name", "routeTableId", "destinationCidrBlock",
}

// assertKept checks that everything of the one network is in the other, and that nothing is replaced. It returns the
// inputs that change, as "resource.input".
func assertKept(t *testing.T, before, after *network.Args) []string {
	t.Helper()
	old, now := plan(t, before), plan(t, after)
	var changed []string
	for _, r := range old.Resources {
		kept := now.Lookup(r.URN)
		require.NotNilf(t, kept, "%s is gone", r.Name)
		inputs := kept.Readable()
		for input, value := range r.Readable() {
			if !assert.ObjectsAreEqual(value, inputs[input]) {
				changed = append(changed, r.Name+"."+input)
				assert.NotContainsf(t, replacing, input, "%s is replaced", r.Name)
			}
		}
	}
	slices.Sort(changed)
	return changed
}

// Another zone adds itself to the lists that hold one thing a zone, and changes nothing else.
func TestAnotherZoneMovesNothing(t *testing.T) {
	grown := []string{
		"network-endpoint-dynamodb.routeTableIds",
		"network-endpoint-ecr-api.subnetIds",
		"network-endpoint-kms.subnetIds",
		"network-endpoint-logs.subnetIds",
		"network-endpoint-s3.routeTableIds",
		"network-isolated-acl.subnetIds",
	}
	for _, nat := range []network.NatMode{network.NatNone, network.NatSingle, network.NatPerAZ} {
		before, after := twoZones(), threeZones()
		before.Nat, after.Nat = nat, nat
		assert.Equal(t, grown, assertKept(t, before, after), nat)
	}
	// Before and between those that exist, too.
	for _, zone := range []string{"us-east-1a", "us-east-1c"} {
		before, after := twoZones(), twoZones()
		before.AvailabilityZones = []string{"us-east-1b", "us-east-1d"}
		after.AvailabilityZones = []string{"us-east-1b", "us-east-1d", zone}
		before.Nat, after.Nat = network.NatPerAZ, network.NatPerAZ
		assert.Equal(t, grown, assertKept(t, before, after), zone)
	}
}

func TestOrderMeansNothing(t *testing.T) {
	before, after := threeZones(), threeZones()
	before.Nat, after.Nat = network.NatSingle, network.NatSingle
	slices.Reverse(after.AvailabilityZones)
	slices.Reverse(after.InterfaceEndpoints)
	assert.Empty(t, assertKept(t, before, after))
}

// The first gateway keeps its address; the other zones' default routes are turned to their own.
func TestFromOneNatGatewayToOnePerZone(t *testing.T) {
	single, each := threeZones(), threeZones()
	single.Nat, each.Nat = network.NatSingle, network.NatPerAZ
	assert.Equal(t, []string{
		"network-private-internet-us-east-1b.natGatewayId",
		"network-private-internet-us-east-1c.natGatewayId",
	}, assertKept(t, single, each))
}

func TestMoreEndpointsChangeNothing(t *testing.T) {
	before, after := twoZones(), twoZones()
	before.InterfaceEndpoints = nil
	assert.Empty(t, assertKept(t, before, after))
}
