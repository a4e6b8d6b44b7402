package network_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/components/network"
	"github.com/carebase/carebase/componenttest"
	"github.com/carebase/carebase/graph"
)

// routesOf is what a subnet can reach beyond its VPC: the routes of the table it is associated with, destination to target,
// and the gateway endpoints attached to that table.
func routesOf(t *testing.T, g *graph.Graph, subnet string) map[string]string {
	t.Helper()
	var tables []any
	for _, association := range g.OfType(associationType) {
		if componenttest.Input(t, association, "subnetId") == fmt.Sprintf("${%s.id}", subnet) {
			tables = append(tables, componenttest.Input(t, association, "routeTableId"))
		}
	}
	require.Lenf(t, tables, 1, "%s has one route table", subnet)

	routes := map[string]string{}
	for _, route := range g.OfType(routeType) {
		if componenttest.Input(t, route, "routeTableId") != tables[0] {
			continue
		}
		destination := componenttest.Input(t, route, "destinationCidrBlock").(string)
		for _, target := range []string{"gatewayId", "natGatewayId"} {
			if to, ok := componenttest.Input(t, route, target).(string); ok {
				require.Emptyf(t, routes[destination], "%s has two routes to %s", subnet, destination)
				routes[destination] = to
			}
		}
	}
	for _, endpoint := range g.OfType(endpointType) {
		attached, _ := componenttest.Input(t, endpoint, "routeTableIds").([]any)
		for _, table := range attached {
			if table == tables[0] {
				routes[componenttest.Input(t, endpoint, "serviceName").(string)] = "endpoint"
			}
		}
	}
	for _, table := range g.OfType(routeTableType) {
		if fmt.Sprintf("${%s.id}", table.Name) == tables[0] {
			inline, _ := componenttest.Input(t, table, "routes").([]any)
			require.Emptyf(t, inline, "routes written in %s", table.Name)
		}
	}
	return routes
}

func TestSubnetsOfEveryTier(t *testing.T) {
	g := plan(t, threeZones())
	for tier, ranges := range map[string]map[string]string{
		"public":   {"us-east-1a": "10.0.0.0/23", "us-east-1b": "10.0.2.0/23", "us-east-1c": "10.0.4.0/23"},
		"private":  {"us-east-1a": "10.0.128.0/20", "us-east-1b": "10.0.144.0/20", "us-east-1c": "10.0.160.0/20"},
		"isolated": {"us-east-1a": "10.0.16.0/23", "us-east-1b": "10.0.18.0/23", "us-east-1c": "10.0.20.0/23"},
	} {
		for zone, cidr := range ranges {
			name := "network-" + tier + "-" + zone
			subnet := componenttest.Find(t, g, subnetType, name)
			assert.Equal(t, "${network-vpc.id}", componenttest.Input(t, subnet, "vpcId"))
			assert.Equal(t, zone, componenttest.Input(t, subnet, "availabilityZone"))
			assert.Equal(t, cidr, componenttest.Input(t, subnet, "cidrBlock"))
			assert.Equal(t, false, componenttest.Input(t, subnet, "mapPublicIpOnLaunch"), name)
			assert.Equal(t, map[string]any{"Name": name, "Tier": tier}, componenttest.Input(t, subnet, "tags"))
		}
	}
}

func TestRoutesOfEveryTier(t *testing.T) {
	const s3, dynamoDB = "com.amazonaws.us-east-1.s3", "com.amazonaws.us-east-1.dynamodb"
	for name, shape := range map[string]struct {
		nat      network.NatMode
		gateways map[string]string // zone to NAT gateway
	}{
		"none": {network.NatNone, nil},
		"single": {network.NatSingle, map[string]string{
			"us-east-1a": "${network-nat-us-east-1a.id}",
			"us-east-1b": "${network-nat-us-east-1a.id}",
			"us-east-1c": "${network-nat-us-east-1a.id}",
		}},
		"per zone": {network.NatPerAZ, map[string]string{
			"us-east-1a": "${network-nat-us-east-1a.id}",
			"us-east-1b": "${network-nat-us-east-1b.id}",
			"us-east-1c": "${network-nat-us-east-1c.id}",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			args := threeZones()
			args.Nat = shape.nat
			g := plan(t, args)
			for _, zone := range args.AvailabilityZones {
				assert.Equal(t, map[string]string{"0.0.0.0/0": "${network-internet-gateway.id}"}, routesOf(t, g, "network-public-"+zone))
				private := map[string]string{s3: "endpoint", dynamoDB: "endpoint"}
				if gateway := shape.gateways[zone]; gateway != "" {
					private["0.0.0.0/0"] = gateway
				}
				assert.Equal(t, private, routesOf(t, g, "network-private-"+zone))
				assert.Empty(t, routesOf(t, g, "network-isolated-"+zone), "the isolated tier has no way out")
			}
		})
	}
}

// An absent list of routes would leave a route that somebody added to the isolated table in place.
func TestIsolatedRoutesAreWrittenOutAsEmpty(t *testing.T) {
	table := componenttest.Find(t, plan(t, twoZones()), routeTableType, "network-isolated-routes")
	assert.Equal(t, []any{}, componenttest.Input(t, table, "routes"))
}

func TestRouteTablesTellTheirTier(t *testing.T) {
	g := plan(t, twoZones())
	for name, tier := range map[string]string{
		"network-public-routes":             "public",
		"network-private-routes-us-east-1a": "private",
		"network-private-routes-us-east-1b": "private",
		"network-isolated-routes":           "isolated",
	} {
		table := componenttest.Find(t, g, routeTableType, name)
		assert.Equal(t, tier, componenttest.Input(t, table, "tags.Tier"), name)
		assert.Equal(t, "${network-vpc.id}", componenttest.Input(t, table, "vpcId"), name)
	}
}

func TestNatGatewaysStandInThePublicTier(t *testing.T) {
	args := threeZones()
	args.Nat = network.NatPerAZ
	g := plan(t, args)
	for _, zone := range args.AvailabilityZones {
		gateway := componenttest.Find(t, g, "aws:ec2/natGateway:NatGateway", "network-nat-"+zone)
		assert.Equal(t, fmt.Sprintf("${network-public-%s.id}", zone), componenttest.Input(t, gateway, "subnetId"))
		assert.Equal(t, fmt.Sprintf("${network-nat-address-%s.allocationId}", zone), componenttest.Input(t, gateway, "allocationId"))
		eip := componenttest.Find(t, g, "aws:ec2/eip:Eip", "network-nat-address-"+zone)
		assert.Equal(t, "vpc", componenttest.Input(t, eip, "domain"))
	}
}

func TestTheSingleNatGatewayStandsInTheFirstZone(t *testing.T) {
	args := threeZones()
	args.AvailabilityZones = []string{"us-east-1d", "us-east-1f", "us-east-1b"}
	args.Nat = network.NatSingle
	gateway := componenttest.Find(t, plan(t, args), "aws:ec2/natGateway:NatGateway", "network-nat-us-east-1b")
	assert.Equal(t, "${network-public-us-east-1b.id}", componenttest.Input(t, gateway, "subnetId"))
}

// A load balancer created in a public subnet before the internet gateway is attached fails.
func TestPublicSubnetsWaitForTheInternetGateway(t *testing.T) {
	g := plan(t, twoZones())
	gateway := componenttest.Find(t, g, "aws:ec2/internetGateway:InternetGateway", "network-internet-gateway")
	assert.Equal(t, "${network-vpc.id}", componenttest.Input(t, gateway, "vpcId"))
	for _, zone := range []string{"us-east-1a", "us-east-1b"} {
		assert.Contains(t, componenttest.Find(t, g, subnetType, "network-public-"+zone).Dependencies, gateway.URN)
	}
}

// The default routes of the public and private tiers are the only thing in a network that names the internet.
func TestNothingElseNamesTheInternet(t *testing.T) {
	args := threeZones()
	args.Nat = network.NatPerAZ
	for _, r := range plan(t, args).Resources {
		text, err := json.Marshal(r.Readable())
		require.NoError(t, err)
		if r.Type != routeType {
			assert.False(t, strings.Contains(string(text), "0.0.0.0/0") || strings.Contains(string(text), "::/0"), "%s: %s", r.Name, text)
		}
	}
}
