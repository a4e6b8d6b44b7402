package network_test

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/stretchr/testify/assert"

	"github.com/carebase/carebase/components/network"
	"github.com/carebase/carebase/componenttest"
	"github.com/carebase/carebase/graph"
)

const (
	vpcType           = "aws:ec2/vpc:Vpc"
	subnetType        = "aws:ec2/subnet:Subnet"
	routeTableType    = "aws:ec2/routeTable:RouteTable"
	routeType         = "aws:ec2/route:Route"
	associationType   = "aws:ec2/routeTableAssociation:RouteTableAssociation"
	endpointType      = "aws:ec2/vpcEndpoint:VpcEndpoint"
	securityGroupType = "aws:ec2/securityGroup:SecurityGroup"
	ingressRuleType   = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
	networkAclType    = "aws:ec2/networkAcl:NetworkAcl"
)

// twoZones is the smallest network; tests change what they are about.
func twoZones() *network.Args {
	return &network.Args{
		Cidr:                 "10.0.0.0/16",
		AvailabilityZones:    []string{"us-east-1a", "us-east-1b"},
		Nat:                  network.NatNone,
		FlowLogGroupName:     "/careconnect/test/flow-logs",
		FlowLogRetentionDays: 30,
		LogsKeyArn:           pulumi.String("arn:aws:kms:us-east-1:123456789012:key/logs"),
		InterfaceEndpoints:   []string{"ecr.api", "logs", "kms"},
	}
}

func threeZones() *network.Args {
	args := twoZones()
	args.AvailabilityZones = []string{"us-east-1a", "us-east-1b", "us-east-1c"}
	return args
}

func plan(t *testing.T, args *network.Args) *graph.Graph {
	t.Helper()
	return componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		_, err := network.New(ctx, "network", args, opts...)
		return err
	})
}

// everywhere builds the fullest network in the region that its name ends in, us-east-1 unless told.
func everywhere(ctx *pulumi.Context, name string, opts ...pulumi.ResourceOption) error {
	region := "us-east-1"
	if strings.HasSuffix(name, "us-west-2") {
		region = "us-west-2"
	}
	args := threeZones()
	args.Nat = network.NatPerAZ
	args.AvailabilityZones = []string{region + "a", region + "b", region + "c"}
	args.LogsKeyArn = pulumi.Sprintf("arn:aws:kms:%s:123456789012:key/logs", region)
	n, err := network.New(ctx, name, args, opts...)
	if err != nil {
		return err
	}
	return n.AllowFrom(ctx, "backend", pulumi.String("sg-backend"))
}

func TestCountsOfEveryShape(t *testing.T) {
	for name, shape := range map[string]struct {
		zones     int
		nat       network.NatMode
		endpoints []string

		subnets, tables, routes, gateways, vpcEndpoints int
	}{
		"2 zones, no NAT":       {zones: 2, nat: network.NatNone, subnets: 6, tables: 4, routes: 1, gateways: 0, vpcEndpoints: 2},
		"2 zones, single NAT":   {zones: 2, nat: network.NatSingle, subnets: 6, tables: 4, routes: 3, gateways: 1, vpcEndpoints: 2},
		"2 zones, NAT per zone": {zones: 2, nat: network.NatPerAZ, subnets: 6, tables: 4, routes: 3, gateways: 2, vpcEndpoints: 2},
		"3 zones, no NAT":       {zones: 3, nat: network.NatNone, subnets: 9, tables: 5, routes: 1, gateways: 0, vpcEndpoints: 2},
		"3 zones, single NAT": {zones: 3, nat: network.NatSingle, subnets: 9, tables: 5, routes: 4, gateways: 1,
			endpoints: []string{"logs"}, vpcEndpoints: 3},
		"3 zones, NAT per zone": {zones: 3, nat: network.NatPerAZ, subnets: 9, tables: 5, routes: 4, gateways: 3,
			endpoints: []string{"ecr.api", "ecr.dkr", "logs", "secretsmanager"}, vpcEndpoints: 6},
	} {
		t.Run(name, func(t *testing.T) {
			args := threeZones()
			args.AvailabilityZones = args.AvailabilityZones[:shape.zones]
			args.Nat, args.InterfaceEndpoints = shape.nat, shape.endpoints
			g := plan(t, args)
			want := map[string]int{
				"carebase:network:Network": 1,
				vpcType:                    1,
				"aws:ec2/internetGateway:InternetGateway":           1,
				"aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": 1,
				"aws:ec2/defaultRouteTable:DefaultRouteTable":       1,
				subnetType:                         shape.subnets,
				associationType:                    shape.subnets,
				routeTableType:                     shape.tables,
				routeType:                          shape.routes,
				networkAclType:                     1,
				endpointType:                       shape.vpcEndpoints,
				securityGroupType:                  1,
				"aws:ec2/flowLog:FlowLog":          1,
				"aws:cloudwatch/logGroup:LogGroup": 1,
				"aws:iam/role:Role":                1,
				"aws:iam/policy:Policy":            1,
				"aws:iam/rolePolicyAttachment:RolePolicyAttachment": 1,
			}
			if shape.gateways > 0 {
				want["aws:ec2/natGateway:NatGateway"] = shape.gateways
				want["aws:ec2/eip:Eip"] = shape.gateways
			}
			assert.Equal(t, want, componenttest.Counts(g))
			componenttest.AssertTree(t, g, "carebase:network:Network", "network")
		})
	}
}

func TestEveryRegion(t *testing.T)           { componenttest.AssertRegion(t, everywhere) }
func TestOptionsStayWithCaller(t *testing.T) { componenttest.AssertOptionsStay(t, everywhere) }
func TestTwoRunsAreTheSame(t *testing.T)     { componenttest.AssertStable(t, everywhere) }

func TestVpc(t *testing.T) {
	vpc := componenttest.Find(t, plan(t, twoZones()), vpcType, "network-vpc")
	assert.Equal(t, "10.0.0.0/16", componenttest.Input(t, vpc, "cidrBlock"))
	assert.Equal(t, true, componenttest.Input(t, vpc, "enableDnsSupport"))
	assert.Equal(t, true, componenttest.Input(t, vpc, "enableDnsHostnames"))
}

// What AWS creates with the VPC is adopted with lists that are there and empty: an absent list would keep what is there.
func TestDefaultsAreEmpty(t *testing.T) {
	g := plan(t, twoZones())
	group := componenttest.Find(t, g, "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "network-default-group")
	assert.Equal(t, "${network-vpc.id}", componenttest.Input(t, group, "vpcId"))
	assert.Equal(t, []any{}, componenttest.Input(t, group, "ingress"))
	assert.Equal(t, []any{}, componenttest.Input(t, group, "egress"))

	table := componenttest.Find(t, g, "aws:ec2/defaultRouteTable:DefaultRouteTable", "network-default-routes")
	assert.Equal(t, "${network-vpc.defaultRouteTableId}", componenttest.Input(t, table, "defaultRouteTableId"))
	assert.Equal(t, []any{}, componenttest.Input(t, table, "routes"))
}

func TestOutputs(t *testing.T) {
	var got map[string]any
	componenttest.Plan(t, "us-east-1", func(ctx *pulumi.Context, opts ...pulumi.ResourceOption) error {
		args := twoZones()
		args.AvailabilityZones = []string{"us-east-1b", "us-east-1a"}
		n, err := network.New(ctx, "network", args, opts...)
		if err != nil {
			return err
		}
		pulumi.ToMapOutput(map[string]pulumi.Output{
			"vpc": n.VpcID, "cidr": n.Cidr, "public": n.PublicSubnetIDs, "private": n.PrivateSubnetIDs,
			"isolated": n.IsolatedSubnetIDs, "tables": n.PrivateRouteTableIDs, "endpoints": n.EndpointSecurityGroupID,
			"s3": n.S3PrefixListID, "dynamodb": n.DynamoDBPrefixListID,
		}).ApplyT(func(outputs map[string]any) bool {
			got = outputs
			return true
		})
		return nil
	})
	for name, value := range got {
		got[name] = readable(value)
	}
	assert.Equal(t, map[string]any{
		"vpc":       "${network-vpc.id}",
		"cidr":      "10.0.0.0/16",
		"public":    []string{"${network-public-us-east-1a.id}", "${network-public-us-east-1b.id}"},
		"private":   []string{"${network-private-us-east-1a.id}", "${network-private-us-east-1b.id}"},
		"isolated":  []string{"${network-isolated-us-east-1a.id}", "${network-isolated-us-east-1b.id}"},
		"tables":    []string{"${network-private-routes-us-east-1a.id}", "${network-private-routes-us-east-1b.id}"},
		"endpoints": "${network-endpoints.id}",
		"s3":        "${network-endpoint-s3.prefixListId}",
		"dynamodb":  "${network-endpoint-dynamodb.prefixListId}",
	}, got)
}

func readable(value any) any {
	switch v := value.(type) {
	case string:
		return graph.Readable(v)
	case []string:
		texts := make([]string, len(v))
		for i, text := range v {
			texts[i] = graph.Readable(text)
		}
		return texts
	default:
		return value
	}
}
