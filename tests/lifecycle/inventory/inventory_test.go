package inventory

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const vpc, attachment, definition = "aws:ec2/vpc:Vpc", "aws:iam/rolePolicyAttachment:RolePolicyAttachment", "aws:ecs/taskDefinition:TaskDefinition"

func TestDifferencesBothWays(t *testing.T) {
	export := []byte(`{"deployment":{"resources":[
		{"type":"aws:ec2/vpc:Vpc","id":"vpc-1"},
		{"type":"aws:ec2/vpc:Vpc","id":"vpc-lost"},
		{"type":"aws:iam/rolePolicyAttachment:RolePolicyAttachment","id":"made-up","inputs":{"role":"r","policyArn":"p"}},
		{"type":"aws:ecs/taskDefinition:TaskDefinition","id":"api","outputs":{"arn":"api:2"}},
		{"type":"aws:s3/bucketPolicy:BucketPolicy","id":"not listed"}]}}`)
	before := Inventory{vpc: {"vpc-default"}}
	now := Inventory{vpc: {"vpc-1", "vpc-default", "vpc-orphan"}, attachment: {"r p"}, definition: {"api:1", "api:2"}}
	differences, err := Compare(before, now, export)
	require.NoError(t, err)
	assert.Equal(t, []string{
		vpc + " vpc-orphan: AWS has it, the state does not",
		vpc + " vpc-lost: the state has it, AWS does not",
		definition + " api:1: AWS has it, the state does not",
	}, differences)

	// Two of one name are one too many.
	differences, err = Compare(before, Inventory{vpc: {"vpc-1", "vpc-1", "vpc-default", "vpc-lost"}, attachment: {"r p"}, definition: {"api:2"}}, export)
	require.NoError(t, err)
	assert.Equal(t, []string{vpc + " vpc-1: AWS has it, the state does not"}, differences)
}

// What is in another region goes by its region and key, where the service keeps regions apart.
func TestRegionsApart(t *testing.T) {
	export := []byte(`{"deployment":{"resources":[
		{"urn":"urn:there","type":"pulumi:providers:aws","id":"p","inputs":{"region":"us-west-2"}},
		{"type":"aws:kms/key:Key","id":"mrk-1"},
		{"type":"aws:kms/replicaKey:ReplicaKey","id":"mrk-1","provider":"urn:there::p"},
		{"type":"aws:ec2/vpc:Vpc","id":"vpc-1","provider":"urn:there::p"},
		{"type":"aws:iam/rolePolicyAttachment:RolePolicyAttachment","id":"made-up","inputs":{"role":"r","policyArn":"p"},"provider":"urn:there::p"}]}}`)
	const key = "aws:kms/key:Key"
	differences, err := Compare(nil, Inventory{key: {"mrk-1", "us-west-2 mrk-1"}, vpc: {"vpc-1"}, attachment: {"r p"}}, export)
	require.NoError(t, err)
	assert.Equal(t, []string{
		vpc + " vpc-1: AWS has it, the state does not",
		vpc + " us-west-2 vpc-1: the state has it, AWS does not",
	}, differences)
}

// Each of AWS's protocols, pages, parents and what is not ours by nature.
func TestListings(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		body := string(text)
		switch {
		case r.Header.Get("X-Amz-Target") == "StarlingDoveService.DescribeConfigRules" && !strings.Contains(body, "next"):
			fmt.Fprint(w, `{"ConfigRules":[{"ConfigRuleName":"one"}],"NextToken":"next"}`)
		case r.Header.Get("X-Amz-Target") == "StarlingDoveService.DescribeConfigRules":
			fmt.Fprint(w, `{"ConfigRules":[{"ConfigRuleName":"two"}]}`)
		case r.URL.Path == "/detector":
			assert.Contains(t, r.Header.Get("Authorization"), "/eu-west-1/guardduty/")
			fmt.Fprint(w, `{"detectorIds":["d-1"]}`)
		case strings.Contains(body, "Action=ListRoles"):
			fmt.Fprint(w, `<ListRolesResponse><ListRolesResult><Roles><member><RoleName>ours</RoleName><Path>/</Path></member>`+
				`<member><RoleName>AWSServiceRoleForX</RoleName><Path>/aws-service-role/x/</Path></member></Roles></ListRolesResult></ListRolesResponse>`)
		case strings.Contains(body, "Action=ListAttachedRolePolicies") && strings.Contains(body, "RoleName=ours"):
			fmt.Fprint(w, `<R><ListAttachedRolePoliciesResult><AttachedPolicies><member><PolicyArn>arn:p</PolicyArn></member></AttachedPolicies></ListAttachedRolePoliciesResult></R>`)
		case strings.Contains(body, "Action=DescribeNetworkAcls"):
			fmt.Fprint(w, `<R><networkAclSet><item><networkAclId>acl-1</networkAclId><default>true</default></item></networkAclSet></R>`)
		default:
			w.WriteHeader(http.StatusTeapot)
		}
	}))
	defer server.Close()
	e := emulator{endpoint: server.URL, region: "eu-west-1"}
	for kind, want := range map[string][]string{
		"aws:cfg/rule:Rule":               {"one", "two"},
		"aws:guardduty/detector:Detector": {"d-1"},
		"aws:iam/role:Role":               {"ours"},
		attachment:                        {"ours arn:p"},
		"aws:ec2/networkAcl:NetworkAcl":   nil,
	} {
		keys, err := byKind[kind].keys(t.Context(), e)
		require.NoError(t, err, kind)
		assert.Equal(t, want, keys, kind)
	}
	_, err := Take(t.Context(), server.URL, "eu-west-1")
	assert.ErrorContains(t, err, "418 I'm a teapot", "a listing that fails is no empty one")
}
