package report

import (
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/graph"
)

func example() *graph.Graph {
	const root, group = "urn:stack", "urn:group"
	text := func(pairs ...string) property.Map {
		values := map[string]property.Value{}
		for i := 0; i < len(pairs); i += 2 {
			values[pairs[i]] = property.New(pairs[i+1])
		}
		return property.NewMap(values)
	}
	return graph.New("care", "prod", []*graph.Resource{
		{URN: root, Type: graph.StackType, Name: "care-prod"},
		{URN: "urn:p", Type: "pulumi:providers:aws", Name: "regional", Parent: root, Custom: true, Region: "us-east-1", Inputs: text("region", "us-east-1")},
		{URN: group, Type: "carebase:network:Network", Name: "network", Parent: root},
		{URN: "urn:v", Type: "aws:ec2/vpc:Vpc", Name: "network-vpc", Parent: group, Custom: true, Region: "us-east-1", Inputs: text("cidrBlock", "10.0.0.0/16", "other", "x"), Protect: true},
		{URN: "urn:w", Type: "aws:s3/bucket:Bucket", Name: "network-west", Parent: group, Custom: true, Region: "us-west-2", RetainOnDelete: true,
			Inputs: text("policy", `{"Statement":[{"Action":["a","b"],"Sid":"S"}],"Version":"1"}`, "empty", "")},
		{URN: "urn:a", Type: "aws:ec2/subnet:Subnet", Name: "network-a", Parent: group, Custom: true, Region: "us-east-1"},
	})
}

func write(t *testing.T, options Options) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, Write(&b, example(), options))
	return b.String()
}

func TestTree(t *testing.T) {
	assert.Equal(t, `care prod
├─ regional  pulumi:providers:aws  region=us-east-1
└─ network  carebase:network:Network
   ├─ network-a  ec2.Subnet
   ├─ network-vpc  ec2.Vpc  protected  cidrBlock=10.0.0.0/16
   └─ network-west  s3.Bucket  retained  us-west-2

ec2     2
s3      1
3 resources in 1 component, by 1 provider
`, write(t, Options{}))
}

func TestTreeWithInputsShowsWhereJSONDiffers(t *testing.T) {
	text := write(t, Options{Inputs: true})
	assert.Contains(t, text, `   └─ network-west  s3.Bucket  retained  us-west-2
         empty: ""
         policy:
           Statement:
             [0]:
               Action: [a, b]
               Sid: S
           Version: 1
`)
}

func TestColourOnlyOnRequest(t *testing.T) {
	assert.NotContains(t, write(t, Options{}), "\x1b")
	assert.Contains(t, write(t, Options{Colour: true}), "\x1b[1mnetwork-vpc\x1b[0m")
}

func TestShortType(t *testing.T) {
	assert.Equal(t, "ec2.Vpc", ShortType("aws:ec2/vpc:Vpc"))
	assert.Equal(t, "awsx:ecr:Repository", ShortType("awsx:ecr:Repository"))
	assert.Equal(t, "pulumi:providers:aws", ShortType("pulumi:providers:aws"))
}
