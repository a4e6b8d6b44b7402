package repair

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// answers serves AWS by operation: of forms the Action, of JSON the target's last part, otherwise the path.
func answers(t *testing.T, by map[string]func(url.Values) (int, string)) {
	t.Helper()
	serve(t, func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		form, _ := url.ParseQuery(string(text))
		operation := form.Get("Action")
		if target := r.Header.Get("X-Amz-Target"); target != "" {
			operation = target[strings.LastIndex(target, ".")+1:]
		}
		if operation == "" {
			operation = r.URL.Path
		}
		if operation == "GetCallerIdentity" {
			caller("111111111111")(w, r)
			return
		}
		answer, known := by[operation]
		if !known {
			t.Errorf("nobody was to ask for %s", operation)
			w.WriteHeader(http.StatusTeapot)
			return
		}
		status, body := answer(form)
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	})
}

func decide(t *testing.T, kind string, inputs map[string]any) ([]string, error) {
	t.Helper()
	plan, err := interrupted(t, only(creation(kind, "it", inputs))).Plan(t.Context())
	if err != nil {
		return nil, err
	}
	return actions(plan), nil
}

// An update would fail on a database that AWS is still making.
func TestADatabaseInTheMakingIsWaitedFor(t *testing.T) {
	pause = time.Millisecond
	t.Cleanup(func() { pause = 15 * time.Second })
	states := []string{"creating", "backing-up", "available"}
	answers(t, map[string]func(url.Values) (int, string){"DescribeDBInstances": func(form url.Values) (int, string) {
		assert.Equal(t, "careconnect-dev-db", form.Get("DBInstanceIdentifier"))
		state := states[0]
		states = states[1:]
		return http.StatusOK, `<R><DescribeDBInstancesResult><DBInstances><DBInstance><DbiResourceId>db-1</DbiResourceId><DBInstanceStatus>` +
			state + `</DBInstanceStatus></DBInstance></DBInstances></DescribeDBInstancesResult></R>`
	}})
	found, err := decide(t, "aws:rds/instance:Instance", map[string]any{"identifier": "careconnect-dev-db"})
	require.NoError(t, err)
	assert.Equal(t, []string{"it: adopt db-1"}, found)
	assert.Empty(t, states, "asked until it was available")
}

func TestADatabaseThatIsNeverMadeIsAnError(t *testing.T) {
	pause, patience = time.Millisecond, 0
	t.Cleanup(func() { pause, patience = 15*time.Second, time.Hour })
	answers(t, map[string]func(url.Values) (int, string){"DescribeDBInstances": func(url.Values) (int, string) {
		return http.StatusOK, `<R><DescribeDBInstancesResult><DBInstances><DBInstance><DBInstanceStatus>creating</DBInstanceStatus></DBInstance></DBInstances></DescribeDBInstancesResult></R>`
	}})
	_, err := decide(t, "aws:rds/instance:Instance", map[string]any{"identifier": "db"})
	assert.ErrorContains(t, err, `database db is still "creating"`)
}

// What AWS says it does not have is created again; any other error is one.
func TestWhatAWSDoesNotHave(t *testing.T) {
	missing := func(code string) func(url.Values) (int, string) {
		return func(url.Values) (int, string) {
			return http.StatusNotFound, `<ErrorResponse><Error><Code>` + code + `</Code><Message>m</Message></Error></ErrorResponse>`
		}
	}
	for _, test := range []struct {
		kind, operation string
		inputs          map[string]any
		answer          func(url.Values) (int, string)
	}{
		{"aws:rds/instance:Instance", "DescribeDBInstances", map[string]any{"identifier": "db"}, missing("DBInstanceNotFound")},
		{"aws:elasticache/replicationGroup:ReplicationGroup", "DescribeReplicationGroups", map[string]any{"replicationGroupId": "c"}, missing("ReplicationGroupNotFoundFault")},
		{"aws:lb/loadBalancer:LoadBalancer", "DescribeLoadBalancers", map[string]any{"name": "alb"}, missing("LoadBalancerNotFound")},
		{"aws:lb/targetGroup:TargetGroup", "DescribeTargetGroups", map[string]any{"name": "tg"}, missing("TargetGroupNotFound")},
		{"aws:secretsmanager/secret:Secret", "DescribeSecret", map[string]any{"name": "s"}, func(url.Values) (int, string) {
			return http.StatusBadRequest, `{"__type":"ResourceNotFoundException"}`
		}},
		{"aws:secretsmanager/secret:Secret", "DescribeSecret", map[string]any{"name": "s"}, func(url.Values) (int, string) {
			return http.StatusOK, `{"ARN":"arn:s","DeletedDate":1}`
		}},
		{"aws:ecs/taskDefinition:TaskDefinition", "ListTaskDefinitions", map[string]any{"family": "f"}, func(url.Values) (int, string) {
			return http.StatusOK, `{"taskDefinitionArns":[]}`
		}},
	} {
		answers(t, map[string]func(url.Values) (int, string){test.operation: test.answer})
		found, err := decide(t, test.kind, test.inputs)
		require.NoError(t, err, test.kind)
		assert.Equal(t, []string{"it: create again"}, found, test.kind)
	}
	answers(t, map[string]func(url.Values) (int, string){"DescribeDBInstances": func(url.Values) (int, string) {
		return http.StatusForbidden, `<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>`
	}})
	_, err := decide(t, "aws:rds/instance:Instance", map[string]any{"identifier": "db"})
	assert.ErrorContains(t, err, "AccessDenied")
}

// Gateways that are gone are listed for an hour, and those of another environment always.
func TestNATGatewaysAreToldApart(t *testing.T) {
	answers(t, map[string]func(url.Values) (int, string){"DescribeNatGateways": func(form url.Values) (int, string) {
		assert.Equal(t, []string{"subnet-1", "pending", "available"}, []string{form.Get("Filter.1.Value.1"), form.Get("Filter.2.Value.1"), form.Get("Filter.2.Value.2")})
		gateway := func(id, environment string) string {
			tag := func(key, value string) string {
				return "<item><key>" + key + "</key><value>" + value + "</value></item>"
			}
			return "<item><natGatewayId>" + id + "</natGatewayId><tagSet>" + tag("Name", "nat") + tag("Project", "careconnect") +
				tag("Environment", environment) + "</tagSet></item>"
		}
		return http.StatusOK, "<R><natGatewaySet>" + gateway("nat-prod", "prod") + gateway("nat-dev", "dev") + "</natGatewaySet></R>"
	}})
	found, err := decide(t, "aws:ec2/natGateway:NatGateway", map[string]any{"subnetId": "subnet-1", "tags": map[string]any{"Name": "nat"}})
	require.NoError(t, err)
	assert.Equal(t, []string{"it: adopt nat-dev"}, found)
}

// What is left of an instance that is gone is no replication of this one's backups.
func TestReplicatedBackupsAreTheInstances(t *testing.T) {
	answers(t, map[string]func(url.Values) (int, string){"DescribeDBInstanceAutomatedBackups": func(url.Values) (int, string) {
		backup := func(arn, source, status string) string {
			return "<DBInstanceAutomatedBackup><DBInstanceAutomatedBackupsArn>" + arn + "</DBInstanceAutomatedBackupsArn><DBInstanceArn>" + source +
				"</DBInstanceArn><Status>" + status + "</Status></DBInstanceAutomatedBackup>"
		}
		return http.StatusOK, "<R><DescribeDBInstanceAutomatedBackupsResult><DBInstanceAutomatedBackups>" + backup("ab-1", "arn:db", "retained") +
			backup("ab-2", "arn:other", "replicating") + backup("ab-3", "arn:db", "pending") + "</DBInstanceAutomatedBackups></DescribeDBInstanceAutomatedBackupsResult></R>"
	}})
	found, err := decide(t, "aws:rds/instanceAutomatedBackupsReplication:InstanceAutomatedBackupsReplication", map[string]any{"sourceDbInstanceArn": "arn:db"})
	require.NoError(t, err)
	assert.Equal(t, []string{"it: adopt ab-3"}, found)
}

// A target's id is made up with each creation; the read needs it.
func TestEventTargetsAreFoundByWhatTheyCall(t *testing.T) {
	answers(t, map[string]func(url.Values) (int, string){"ListTargetsByRule": func(url.Values) (int, string) {
		return http.StatusOK, `{"Targets":[{"Id":"t-1","Arn":"arn:other"},{"Id":"t-2","Arn":"arn:topic"}]}`
	}})
	plan, err := interrupted(t, only(creation("aws:cloudwatch/eventTarget:EventTarget", "it", map[string]any{"rule": "r", "arn": "arn:topic"}))).Plan(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{"it: adopt r-t-2"}, actions(plan))
	assert.Equal(t, "t-2", plan.Steps[0].record.Outputs()["targetId"])
	assert.Equal(t, "default", plan.Steps[0].record.Outputs()["eventBusName"])
}

// Revisions have one id between them; the newest is told by its ARN.
func TestTheNewestRevisionIsTaken(t *testing.T) {
	const kind = "aws:ecs/taskDefinition:TaskDefinition"
	answers(t, map[string]func(url.Values) (int, string){"ListTaskDefinitions": func(url.Values) (int, string) {
		return http.StatusOK, `{"taskDefinitionArns":["arn:api:4"]}`
	}})
	plan, err := interrupted(t, only(creation(kind, "it", map[string]any{"family": "api"}))).Plan(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{"it: adopt arn:api:4"}, actions(plan))
	assert.Equal(t, "api", plan.Steps[0].record.ID())
	assert.Equal(t, "arn:api:4", plan.Steps[0].record.Outputs()["arn"])

	known := resource(kind, "it", "api", nil)
	known["outputs"] = map[string]any{"arn": "arn:api:4"}
	plan, err = interrupted(t, and(have(known), only(creation(kind, "it", map[string]any{"family": "api"})))).Plan(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{"it: refresh api"}, actions(plan))
}
