package acm

import (
	"github.com/carebase/carebase/graph"
	. "github.com/carebase/carebase/graph/graphtest"
	. "github.com/carebase/carebase/policy/policytest"
	"github.com/carebase/carebase/policy/rules/internal/examples"
)

var acmFixtures = map[string]Fixture{
	"ACM-1": {
		Satisfied: []Example{
			{About: "by DNS", Resources: []*graph.Resource{Resource(examples.CertificateType, "certificate", Inputs{"domainName": "example.com", "validationMethod": "DNS"})}},
			{About: "of a private authority", Resources: []*graph.Resource{Resource(examples.CertificateType, "certificate", Inputs{"domainName": "x.internal", "certificateAuthorityArn": "arn:ca"})}},
		},
		Violated: []Example{
			{About: "by mail", Property: "validationMethod", Resources: []*graph.Resource{Resource(examples.CertificateType, "certificate", Inputs{"domainName": "example.com", "validationMethod": "EMAIL"})}},
			{About: "not at all", Property: "validationMethod", Resources: []*graph.Resource{Resource(examples.CertificateType, "certificate", Inputs{"domainName": "example.com"})}},
			{About: "imported", Property: "validationMethod", Resources: []*graph.Resource{
				Resource(examples.CertificateType, "certificate", Inputs{"certificateBody": "-----BEGIN CERTIFICATE-----", "privateKey": Secret("key")})}},
		},
		Undecided: []Example{{About: "not known", Resources: []*graph.Resource{Resource(examples.CertificateType, "certificate", Inputs{"validationMethod": Unknown})}}},
	},
}
