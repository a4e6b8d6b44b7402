package policy

import "github.com/carebase/carebase/graph"

var acmFixtures = map[string]fixture{
	"ACM-1": {
		satisfied: []example{
			{about: "by DNS", resources: []*graph.Resource{res(certificateType, "certificate", in{"domainName": "example.com", "validationMethod": "DNS"})}},
			{about: "of a private authority", resources: []*graph.Resource{res(certificateType, "certificate", in{"domainName": "x.internal", "certificateAuthorityArn": "arn:ca"})}},
		},
		violated: []example{
			{about: "by mail", property: "validationMethod", resources: []*graph.Resource{res(certificateType, "certificate", in{"domainName": "example.com", "validationMethod": "EMAIL"})}},
			{about: "not at all", property: "validationMethod", resources: []*graph.Resource{res(certificateType, "certificate", in{"domainName": "example.com"})}},
			{about: "imported", property: "validationMethod", resources: []*graph.Resource{
				res(certificateType, "certificate", in{"certificateBody": "-----BEGIN CERTIFICATE-----", "privateKey": secret("key")})}},
		},
		undecided: []example{{about: "not known", resources: []*graph.Resource{res(certificateType, "certificate", in{"validationMethod": unknown})}}},
	},
}
