package network_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/components/network"
	"github.com/carebase/carebase/componenttest"
)

func rule(number, from, to float64, cidr string) map[string]any {
	return map[string]any{
		"ruleNo": number, "action": "allow", "protocol": "6", "cidrBlock": cidr, "fromPort": from, "toPort": to,
	}
}

func TestDataAcl(t *testing.T) {
	for name, args := range map[string]*network.Args{"two zones": twoZones(), "three zones": threeZones()} {
		t.Run(name, func(t *testing.T) {
			acl := componenttest.Find(t, plan(t, args), networkAclType, "network-isolated-acl")
			assert.Equal(t, "${network-vpc.id}", componenttest.Input(t, acl, "vpcId"))
			var subnets []any
			for _, zone := range args.AvailabilityZones {
				subnets = append(subnets, "${network-isolated-"+zone+".id}")
			}
			assert.Equal(t, subnets, componenttest.Input(t, acl, "subnetIds"))
			assert.Equal(t, []any{
				rule(100, 5432, 5432, "10.0.0.0/16"),
				rule(110, 6379, 6379, "10.0.0.0/16"),
				rule(200, 1024, 65535, "10.0.16.0/20"),
			}, componenttest.Input(t, acl, "ingress"))
			assert.Equal(t, []any{rule(100, 1024, 65535, "10.0.0.0/16")}, componenttest.Input(t, acl, "egress"))
		})
	}
}
