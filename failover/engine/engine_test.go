package engine

import (
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/failover"
)

const state = `{"manifest":{"time":"2026-11-21T03:00:00Z"},"resources":[
{"urn":"urn:a","type":"aws:rds/instance:Instance","id":"db-OTHER","inputs":{"identifier":"careconnect-dr-reports"},"outputs":{"id":"db-OTHER"}},
{"urn":"urn:old","type":"aws:rds/instance:Instance","delete":true,"id":"db-GONE","inputs":{"identifier":"careconnect-dr-db"}},
{"urn":"urn:b","type":"aws:rds/instance:Instance","id":"db-OLD","inputs":{"identifier":"careconnect-dr-db"},"outputs":{"id":"db-OLD","allocatedStorage":100,"big":12345678901234567890}},
{"urn":"urn:c","type":"aws:rds/subnetGroup:SubnetGroup","id":"db-OLD","inputs":{"identifier":"careconnect-dr-db"}}]}`

func TestADatabaseIsFoundByItsIdentifier(t *testing.T) {
	urn, err := find(json.RawMessage(state), "careconnect-dr-db")
	require.NoError(t, err)
	assert.Equal(t, "urn:b", urn)
	_, err = find(json.RawMessage(state), "nothing")
	assert.ErrorContains(t, err, "0 databases of the identifier nothing")
}

func TestOneIDIsChangedAndNothingElse(t *testing.T) {
	changed, err := withID(json.RawMessage(state), "urn:b", "db-NEW")
	require.NoError(t, err)
	var got, want map[string]any
	require.NoError(t, json.Unmarshal(changed, &got))
	require.NoError(t, json.Unmarshal([]byte(state), &want))
	resource := want["resources"].([]any)[2].(map[string]any)
	resource["id"], resource["outputs"].(map[string]any)["id"] = "db-NEW", "db-NEW"
	assert.Equal(t, want, got)
	assert.Contains(t, string(changed), "12345678901234567890", "a number lost its digits")

	again, err := withID(changed, "urn:b", "db-NEW")
	require.NoError(t, err)
	assert.Nil(t, again)
	_, err = withID(json.RawMessage(state), "urn:z", "db-NEW")
	assert.ErrorContains(t, err, "urn:z")
}

func TestTheCacheIsReleasedAndNothingElse(t *testing.T) {
	const protected = `{"resources":[
{"urn":"urn:a","type":"aws:rds/instance:Instance","protect":true,"outputs":{"big":12345678901234567890}},
{"urn":"urn:b","type":"aws:elasticache/replicationGroup:ReplicationGroup","protect":true}]}`
	released, err := unprotected(json.RawMessage(protected), cacheType)
	require.NoError(t, err)
	assert.JSONEq(t, strings.Replace(protected, `Group","protect":true`, `Group"`, 1), string(released))
	assert.Contains(t, string(released), "12345678901234567890", "a number lost its digits")
	again, err := unprotected(released, cacheType)
	require.NoError(t, err)
	assert.Nil(t, again)
}

func TestWhoHoldsALock(t *testing.T) {
	host, pid, known := holder("error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with `pulumi cancel`.\n" +
		"  s3://state/.pulumi/locks/organization/careconnect/dr/1.json: created by ana@laptop (pid 4711) at 2026-11-21T03:00:00Z")
	assert.Equal(t, []any{"laptop", 4711, true}, []any{host, pid, known})
	_, _, known = holder("[409] Conflict: Another update is currently in progress.")
	assert.False(t, known)
}

func TestWhetherAProcessLives(t *testing.T) {
	assert.True(t, lives(os.Getpid()))
	child := exec.Command(os.Args[0], "-test.run=^$")
	require.NoError(t, child.Run())
	assert.False(t, lives(child.Process.Pid))
}

func TestOutputIsToldByTheLine(t *testing.T) {
	var told []string
	l := &lines{tell: func(line string) { told = append(told, line) }}
	for _, part := range []string{"Updating (dr):\n\n +  aws:rds", ":Instance\n", "rest"} {
		n, err := l.Write([]byte(part))
		require.NoError(t, err)
		assert.Equal(t, len(part), n)
	}
	assert.Equal(t, []string{"Updating (dr):", "+  aws:rds:Instance"}, told)
}

func TestWhatIsInThePrimaryRegionIsFound(t *testing.T) {
	for url, found := range map[string]bool{
		"s3://state?region=us-east-1&awssdk=v2": true, "awskms://alias/state?region=us-east-1": true,
		"s3://state?region=us-west-2&awssdk=v2": false, "awskms://alias/state?region=us-west-2": false, "file:///srv/state": false, "": false,
	} {
		assert.Equal(t, found, len(within("us-east-1", "it", url, "move it")) == 1, url)
	}
	assert.Equal(t, failover.Reason{Code: "backend", Subject: "it", Text: "it is in us-east-1", Remedy: "move it"}, within("us-east-1", "it", "us-east-1", "move it")[0])
}

// The primary's key counts as well: its state is opened with it.
func TestTheSecretsOfEveryStackMustBeElsewhere(t *testing.T) {
	found := keys("us-east-1", func(name string) (string, error) {
		if name == "lost" {
			return "", os.ErrNotExist
		}
		return map[string]string{"dr": "awskms://alias/state?region=us-west-2", "prod": "awskms://alias/state?region=us-east-1"}[name], nil
	}, "dr", "prod", "lost")
	require.Len(t, found, 2)
	assert.Equal(t, []string{"backend", "the secrets provider of stack prod, awskms://alias/state?region=us-east-1"}, []string{found[0].Code, found[0].Subject})
	assert.Contains(t, found[0].Remedy, "change-secrets-provider --stack prod")
	assert.Equal(t, []string{"unknown", "settings of stack lost"}, []string{found[1].Code, found[1].Subject})
}
