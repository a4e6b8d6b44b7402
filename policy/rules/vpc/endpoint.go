package vpc

import (
	"slices"
	"strings"

	"github.com/carebase/carebase/policy"
	"github.com/carebase/carebase/policy/inspect"
)

const endpointType = "aws:ec2/vpcEndpoint:VpcEndpoint"

// privateServices are the services that patient data goes to and that have endpoints, with what makes a stack need
// one; nothing where every stack does. https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
var privateServices = []struct {
	name   string
	usedBy []string
}{
	{"s3", nil},
	{"kms", nil},
	{"logs", nil},
	{"secretsmanager", nil},
	{"ecr.api", []string{"aws:ecs/taskDefinition:TaskDefinition"}},
	{"ecr.dkr", []string{"aws:ecs/taskDefinition:TaskDefinition"}},
	{"sqs", []string{"aws:sqs/queue:Queue"}},
	{"dynamodb", []string{"aws:dynamodb/table:Table"}},
}

// endpointsPresent checks every VPC of the stack, or, where it builds into one from elsewhere, the stack.
func endpointsPresent(s *inspect.Stack, report *policy.Report) {
	vpcs := s.Of(inspect.VpcType)
	if len(vpcs) == 0 {
		judgeEndpoints(s, report, s.Root(), s.Of(endpointType))
	}
	for _, vpc := range vpcs {
		judgeEndpoints(s, report, vpc, s.Pointing(vpc, endpointType, "vpcId"))
	}
}

// judgeEndpoints reports on the endpoints that a VPC has, and on those that it lacks.
func judgeEndpoints(s *inspect.Stack, report *policy.Report, of *inspect.Resource, endpoints []*inspect.Resource) {
	good := true
	unnamed := slices.ContainsFunc(endpoints, func(r *inspect.Resource) bool { return r.At("serviceName").Unknown() })
	for _, service := range privateServices {
		if len(service.usedBy) > 0 && len(s.Of(service.usedBy...)) == 0 {
			continue
		}
		at := slices.IndexFunc(endpoints, func(r *inspect.Resource) bool {
			return strings.HasSuffix(r.At("serviceName").Text(), "."+service.name)
		})
		want := "an endpoint for " + service.name
		switch {
		case at >= 0:
			good = judgeEndpoint(s, report, endpoints[at]) && good
		case unnamed:
			good = false
			report.Undecided(of, "VpcEndpoint", want)
		default:
			good = false
			report.Fail(of, "VpcEndpoint", "none for "+service.name, want,
				"make an interface endpoint for each; components/network makes the gateway endpoints for S3 and DynamoDB itself")
		}
	}
	if good {
		report.Pass(of)
	}
}

// judgeEndpoint checks that traffic takes the endpoint: a gateway by its route tables, an interface by its name.
func judgeEndpoint(s *inspect.Stack, report *policy.Report, endpoint *inspect.Resource) bool {
	if kind := endpoint.At("vpcEndpointType"); kind.Unset() || kind.Text() == "Gateway" {
		routed := policy.Expectation{Path: "", Want: "the route tables whose subnets use it", Fix: "name the private subnets' route tables: without them nothing takes the endpoint",
			Holds: func(v inspect.Value) bool {
				return len(v.List()) > 0 || len(s.Pointing(v.Resource(), "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation", "vpcEndpointId")) > 0
			}}
		return routed.Judge(report, endpoint, endpoint.At("routeTableIds"))
	}
	const fix = "set privateDnsEnabled: without it the service's name still resolves to its public addresses"
	separate := s.Pointing(endpoint, "aws:vpc/endpointPrivateDns:EndpointPrivateDns", "vpcEndpointId")
	if named := endpoint.At("privateDnsEnabled"); named.Unset() && len(separate) > 0 {
		return policy.IsTrue("", fix).Judge(report, separate[0], separate[0].At("privateDnsEnabled"))
	}
	return policy.IsTrue("", fix).Judge(report, endpoint, endpoint.At("privateDnsEnabled"))
}
