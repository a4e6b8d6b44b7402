package examples

import (
	"github.com/carebase/carebase/graph"
	. "github.com/carebase/carebase/graph/graphtest"
	"github.com/carebase/carebase/policy/inspect"
)

// Tier is a VPC with a subnet, a route table of its own, an internet gateway, and what else there is.
func Tier(more ...*graph.Resource) []*graph.Resource {
	return append([]*graph.Resource{
		Resource(inspect.VpcType, "vpc", Inputs{}),
		Resource(inspect.GatewayType, "igw", Inputs{"vpcId": Ref(inspect.VpcType, "vpc", "id")}),
		Resource(inspect.SubnetType, "subnet", Inputs{"vpcId": Ref(inspect.VpcType, "vpc", "id")}),
		Resource(inspect.RouteTableType, "table", Inputs{"vpcId": Ref(inspect.VpcType, "vpc", "id")}),
		Resource(inspect.AssociationType, "association", Inputs{"subnetId": Ref(inspect.SubnetType, "subnet", "id"), "routeTableId": Ref(inspect.RouteTableType, "table", "id")}),
	}, more...)
}
