package policy

import (
	"slices"
	"strings"
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
	{"ecr.api", of("aws:ecs/taskDefinition:TaskDefinition")},
	{"ecr.dkr", of("aws:ecs/taskDefinition:TaskDefinition")},
	{"sqs", of("aws:sqs/queue:Queue")},
	{"dynamodb", of("aws:dynamodb/table:Table")},
}

// endpointsPresent checks every VPC of the stack, or, where it builds into one from elsewhere, the stack.
func endpointsPresent(s *Stack, report *Report) {
	vpcs := s.Of(vpcType)
	if len(vpcs) == 0 {
		s.judgeEndpoints(report, s.Root(), s.Of(endpointType))
	}
	for _, vpc := range vpcs {
		s.judgeEndpoints(report, vpc, s.Pointing(vpc, endpointType, "vpcId"))
	}
}

// judgeEndpoints reports on the endpoints that a VPC has, and on those that it lacks.
func (s *Stack) judgeEndpoints(report *Report, of *Resource, endpoints []*Resource) {
	good := true
	unnamed := slices.ContainsFunc(endpoints, func(r *Resource) bool { return r.At("serviceName").Unknown() })
	for _, service := range privateServices {
		if len(service.usedBy) > 0 && len(s.Of(service.usedBy...)) == 0 {
			continue
		}
		at := slices.IndexFunc(endpoints, func(r *Resource) bool {
			return strings.HasSuffix(r.At("serviceName").Text(), "."+service.name)
		})
		want := "an endpoint for " + service.name
		switch {
		case at >= 0:
			good = s.judgeEndpoint(report, endpoints[at]) && good
		case unnamed:
			good = false
			report.Undecided(of, "VpcEndpoint", want)
		default:
			good = false
			report.Fail(of, "VpcEndpoint", "none for "+service.name, want,
				"components/network makes those for S3 and DynamoDB itself; name the others in careconnect:network.interfaceEndpoints")
		}
	}
	if good {
		report.Pass(of)
	}
}

// judgeEndpoint checks that traffic takes the endpoint: a gateway by its route tables, an interface by its name.
func (s *Stack) judgeEndpoint(report *Report, endpoint *Resource) bool {
	if kind := endpoint.At("vpcEndpointType"); kind.Unset() || kind.Text() == "Gateway" {
		routed := expectation{"", "the route tables whose subnets use it", "name the private subnets' route tables: without them nothing takes the endpoint",
			func(r *Resource, v Value) bool {
				return len(v.List()) > 0 || len(s.Pointing(r, "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation", "vpcEndpointId")) > 0
			}}
		return routed.judge(report, endpoint, endpoint.At("routeTableIds"))
	}
	const fix = "set privateDnsEnabled: without it the service's name still resolves to its public addresses"
	separate := s.Pointing(endpoint, "aws:vpc/endpointPrivateDns:EndpointPrivateDns", "vpcEndpointId")
	if named := endpoint.At("privateDnsEnabled"); named.Unset() && len(separate) > 0 {
		return isTrue("", fix).judge(report, separate[0], separate[0].At("privateDnsEnabled"))
	}
	return isTrue("", fix).judge(report, endpoint, endpoint.At("privateDnsEnabled"))
}
