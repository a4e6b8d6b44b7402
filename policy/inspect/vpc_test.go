package inspect

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/graph/graphtest"
)

func TestAnOpeningInWords(t *testing.T) {
	for want, rule := range map[string]graphtest.Inputs{
		"tcp 22 from 0.0.0.0/0":     {"ipProtocol": "TCP", "fromPort": 22, "toPort": 22, "cidrIpv4": "0.0.0.0/0"},
		"udp 53-54 from ::/0":       {"ipProtocol": "udp", "fromPort": 53, "toPort": 54, "cidrIpv6": "::/0"},
		"everything from 0.0.0.0/0": {"ipProtocol": "-1", "cidrIpv4": "0.0.0.0/0"},
		"icmp from 0.0.0.0/0":       {"ipProtocol": "icmp", "fromPort": 3, "toPort": 4, "cidrIpv4": "0.0.0.0/0"},
	} {
		s := NewStack(graphtest.Stack(graphtest.Resource(IngressRuleType, "rule", rule)))
		found := s.Openings(s.Of(IngressRuleType)[0])
		source, _ := found[0].FromInternet()
		assert.Equal(t, want, found[0].Show(source))
	}
}
