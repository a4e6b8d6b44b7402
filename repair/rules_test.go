package repair

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func readJSON(t *testing.T, r *http.Request, into any) {
	t.Helper()
	text, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	_ = json.Unmarshal(text, into) // other services take forms
}

func TestEveryRuleIsOfOneKind(t *testing.T) {
	for kind, r := range rules {
		ways := 0
		for _, set := range []bool{r.repeatable != "", r.id != nil, r.find != nil, r.list != nil && r.id == nil} {
			if set {
				ways++
			}
		}
		assert.Equal(t, 1, ways, kind)
	}
}

// Of the deployed production stack, as recorded, every id that follows from inputs follows as the rule says.
func TestIDsFollowFromInputsAsDeployed(t *testing.T) {
	file, err := os.Open("../tests/testdata/prod.state.json.gz")
	require.NoError(t, err)
	defer file.Close()
	unpacked, err := gzip.NewReader(file)
	require.NoError(t, err)
	text, err := io.ReadAll(unpacked)
	require.NoError(t, err)
	state, err := Read(text)
	require.NoError(t, err)
	kinds := map[string]bool{}
	for _, r := range state.Resources {
		rule := rules[r.Type()]
		// Resources without an id of Terraform's have none in this state; their read goes by the name.
		if rule.id == nil || r.ID() == "{<nil>}" {
			continue
		}
		where, _, err := settings(state.Provider(r.Provider()))
		require.NoError(t, err, r.URN())
		where.account, where.partition = "123456789012", "aws"
		id, err := rule.id(&subject{record: r, in: r.Inputs(), cloud: where})
		require.NoError(t, err, r.URN())
		assert.Equal(t, r.ID(), id, r.URN())
		kinds[r.Type()] = true
	}
	assert.Len(t, kinds, 33)
}

func TestIDsThatProductionDoesNotShow(t *testing.T) {
	for _, test := range []struct {
		kind string
		in   values
		want string
	}{
		{"aws:route53/record:Record", values{"zoneId": "Z1", "name": "API.example.com", "type": "A", "setIdentifier": "primary"}, "Z1_api.example.com_A_primary"},
		{"aws:ec2/route:Route", values{"routeTableId": "rtb-1", "destinationIpv6CidrBlock": "::/0"}, "r-rtb-12750132062"},
		{"aws:iam/policy:Policy", values{"name": "p", "path": "/team/"}, "arn:aws:iam::123456789012:policy/team/p"},
		{"aws:ecs/service:Service", values{"cluster": "main", "name": "api"}, "arn:aws:ecs:us-east-1:123456789012:service/main/api"},
		{"aws:kms/replicaKey:ReplicaKey", values{"primaryKeyArn": "arn:aws:kms:us-east-1:123456789012:key/mrk-1"}, "mrk-1"},
		{"aws:backup/restoreTestingSelection:RestoreTestingSelection", values{"name": "RDS", "restoreTestingPlanName": "plan"}, "RDS:plan"},
	} {
		id, err := rules[test.kind].id(&subject{in: test.in, cloud: &cloud{region: "us-east-1", account: "123456789012", partition: "aws"}})
		require.NoError(t, err, test.kind)
		assert.Equal(t, test.want, id, test.kind)
	}
	_, err := rules["aws:ec2/route:Route"].id(&subject{in: values{"routeTableId": "rtb-1"}})
	assert.ErrorContains(t, err, "no destination")
}
