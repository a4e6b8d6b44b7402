package engine

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/carebase/carebase/failover"
	"github.com/carebase/carebase/internal/pulumicli"
)

const exported = `{"version":3,"deployment":{"manifest":{"time":"2026-11-21T03:00:00Z"},"resources":[
{"urn":"urn:a","type":"aws:rds/instance:Instance","id":"db-OTHER","inputs":{"identifier":"careconnect-dr-reports"},"outputs":{"id":"db-OTHER"}},
{"urn":"urn:old","type":"aws:rds/instance:Instance","delete":true,"id":"db-GONE","inputs":{"identifier":"careconnect-dr-db"}},
{"urn":"urn:b","type":"aws:rds/instance:Instance","id":"db-OLD","protect":true,"inputs":{"identifier":"careconnect-dr-db"},"outputs":{"id":"db-OLD","allocatedStorage":100,"big":12345678901234567890}},
{"urn":"urn:cache","type":"aws:elasticache/replicationGroup:ReplicationGroup","protect":true},
{"urn":"urn:c","type":"aws:rds/subnetGroup:SubnetGroup","id":"db-OLD","inputs":{"identifier":"careconnect-dr-db"}}]}}`

// stack is a stack whose state is a file that a script in the place of ` + "`pulumi`" + ` exports and imports.
func stack(t *testing.T, settings string) (s *Stack, state func() string) {
	t.Helper()
	dir, bin := t.TempDir(), t.TempDir()
	for name, text := range map[string]string{
		"Pulumi.yaml": "name: careconnect\nruntime: go\n", "Pulumi.dr.yaml": settings, "state.json": exported, "calls": "",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	require.NoError(t, os.WriteFile(filepath.Join(bin, "pulumi"), []byte(`#!/bin/sh
PATH=$PATH:/usr/bin:/bin
echo "$@" >>calls
case "$1 $2" in
"stack export") cat state.json ;;
"stack import") cat >new.json; mv new.json state.json ;;
esac
`), 0o700))
	t.Setenv("PATH", bin)
	return New(pulumicli.Stack{Directory: dir, Name: "dr"}), func() string {
		text, err := os.ReadFile(filepath.Join(dir, "state.json"))
		require.NoError(t, err)
		calls, err := os.ReadFile(filepath.Join(dir, "calls"))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(dir, "calls"), nil, 0o600))
		return string(text) + "\n" + string(calls)
	}
}

func TestADatabaseIsFoundByItsIdentifier(t *testing.T) {
	s, state := stack(t, "config: {}\n")
	require.NoError(t, s.Refresh(t.Context(), "careconnect-dr-db"))
	assert.Contains(t, state(), "--target urn:b --stack dr")
	assert.ErrorContains(t, s.Refresh(t.Context(), "nothing"), "stack dr: the state has 0 databases of the identifier nothing")
}

func TestOneIDIsChangedAndNothingElse(t *testing.T) {
	s, state := stack(t, "config: {}\n")
	require.NoError(t, s.Adopt(t.Context(), "careconnect-dr-db", "db-NEW"))
	after, calls, _ := strings.Cut(state(), "\nstack export")
	assert.JSONEq(t, strings.NewReplacer(`"db-OLD","protect"`, `"db-NEW","protect"`, `{"id":"db-OLD","allocated`, `{"id":"db-NEW","allocated`).Replace(exported), after)
	assert.Contains(t, after, "12345678901234567890", "a number lost its digits")
	assert.Contains(t, calls, "stack import --stack dr\n")
	assert.Contains(t, calls, "--target urn:b --stack dr\n")

	require.NoError(t, s.Adopt(t.Context(), "careconnect-dr-db", "db-NEW"))
	again, calls, _ := strings.Cut(state(), "\nstack export")
	assert.Equal(t, after, again)
	assert.NotContains(t, calls, "import")
	assert.ErrorContains(t, s.Adopt(t.Context(), "nothing", "db-NEW"), "0 databases of the identifier nothing")
}

func TestTheCacheIsReleasedAndNothingElse(t *testing.T) {
	s, state := stack(t, "config:\n  careconnect:recovery: {active: true}\n")
	require.NoError(t, s.ReleaseCache(t.Context()))
	after, _, _ := strings.Cut(state(), "\nstack export")
	assert.JSONEq(t, strings.Replace(exported, `Group","protect":true`, `Group"`, 1), after)
	assert.Contains(t, after, "12345678901234567890", "a number lost its digits")
	require.NoError(t, s.ReleaseCache(t.Context()))
	assert.NotContains(t, state(), "stack import")

	s, state = stack(t, "config:\n  careconnect:recovery: {warmCache: true}\n")
	require.NoError(t, s.ReleaseCache(t.Context()))
	assert.Equal(t, exported+"\n", state())
}

func TestWhoHoldsALock(t *testing.T) {
	host, pid, known := lockHolder("error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with `pulumi cancel`.\n" +
		"  s3://state/.pulumi/locks/organization/careconnect/dr/1.json: created by ana@laptop (pid 4711) at 2026-11-21T03:00:00Z")
	assert.Equal(t, []any{"laptop", 4711, true}, []any{host, pid, known})
	_, _, known = lockHolder("[409] Conflict: Another update is currently in progress.")
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

// known is where AWS keeps the buckets and keys of these tests.
var known = places{
	bucket: func(_ context.Context, name string) (string, error) {
		region, there := map[string]string{"east": "us-east-1", "west": "us-west-2", "us-east-1": "us-west-2"}[name]
		if !there {
			return "", errors.New("S3 does not say in which region it is")
		}
		return region, nil
	},
	key: func(_ context.Context, region, id string) error {
		if region != "us-west-2" || strings.Contains(id, "lost") {
			return errors.New("NotFoundException")
		}
		return nil
	},
}

// A place is judged by where it is, not by what its URL looks like; one that is not known is not fit.
func TestWhereTheStateIs(t *testing.T) {
	for url, code := range map[string]string{
		"s3://east":                                 failover.CodeBackend,
		"s3://east?region=us-west-2":                failover.CodeBackend,
		"s3://east/prefix?awssdk=v2":                failover.CodeBackend,
		"s3://west?region=us-east-1":                failover.CodeBackend,
		"s3://west":                                 "",
		"s3://west?region=us-west-2":                "",
		"s3://us-east-1?region=us-west-2":           "", // its name says nothing
		"s3://gone":                                 failover.CodeUnknown,
		"s3://gone?region=us-west-2":                failover.CodeUnknown,
		"s3://west?endpoint=minio.example.com:9000": failover.CodeUnknown,
		"https://api.pulumi.com":                    failover.CodeUnknown,
		"https://pulumi.us-east-1.example.com":      failover.CodeUnknown,
		"mongodb://state":                           failover.CodeUnknown,
		"":                                          failover.CodeUnknown,
		"s3://%zz":                                  failover.CodeUnknown,
		"file:///srv/us-east-1":                     "",
		"file://~":                                  "",
		"azblob://state?storage_account=us-east-1":  "",
		"gs://state":                                "",
	} {
		found := known.backend(t.Context(), "us-east-1", url)
		if code == "" {
			assert.Empty(t, found, url)
			continue
		}
		require.Len(t, found, 1, url)
		assert.Equal(t, code, found[0].Code, url)
		assert.NotEmpty(t, found[0].Remedy, url)
	}
}

func TestWhereTheKeyOfTheSecretsIs(t *testing.T) {
	for url, code := range map[string]string{
		"awskms://alias/state?region=us-east-1":                                                                            failover.CodeBackend,
		"awskms://alias/state?region=us-west-2":                                                                            "",
		"awskms://alias/us-east-1?region=us-west-2":                                                                        "",
		"awskms://alias/lost?region=us-west-2":                                                                             failover.CodeUnknown,
		"awskms://alias/state":                                                                                             failover.CodeUnknown,
		"awskms://1234abcd-12ab-34cd-56ef-1234567890ab":                                                                    failover.CodeUnknown,
		"awskms://1234abcd-12ab-34cd-56ef-1234567890ab?region=us-west-2&awssdk=v2":                                         "",
		"awskms:///arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab":                            failover.CodeBackend,
		"awskms:///arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab?region=us-west-2":           failover.CodeBackend,
		"awskms:///arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab":                            "",
		"awskms:///arn:aws:kms:us-west-2:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab?region=us-east-1&awssdk=v2": failover.CodeBackend,
		"hashivault://state": failover.CodeUnknown,
		"gcpkms://projects/p/locations/us-east1/keyRings/k/cryptoKeys/c": "",
		"azurekeyvault://vault.vault.azure.net/keys/state":               "",
		"passphrase": "",
		"default":    "",
		"":           "",
	} {
		found := known.secrets(t.Context(), "us-east-1", "prod", url)
		if code == "" {
			assert.Empty(t, found, url)
			continue
		}
		require.Len(t, found, 1, url)
		assert.Equal(t, code, found[0].Code, url)
		assert.Contains(t, found[0].Subject, "the secrets provider of stack prod, "+url)
	}
}

// S3 names a bucket's region wherever it answers, with an error as well; a bucket of which it does not is not known.
func TestABucketsRegionIsAskedOfS3(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		status := map[string]int{"/mine": 200, "/elsewhere": 301, "/forbidden": 403}[r.URL.Path]
		if status != 0 {
			w.Header().Set("x-amz-bucket-region", "us-east-1")
			w.WriteHeader(status)
			return
		}
		w.WriteHeader(http.StatusNotFound)
	}))
	defer server.Close()
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": server.URL, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_EC2_METADATA_DISABLED": "true",
		"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "HTTP_PROXY": "", "http_proxy": "",
	} {
		t.Setenv(name, value)
	}
	at := askAWS("us-west-2")
	for _, name := range []string{"mine", "elsewhere", "forbidden"} {
		region, err := at.bucket(t.Context(), name)
		require.NoError(t, err, name)
		assert.Equal(t, "us-east-1", region, name)
	}
	_, err := at.bucket(t.Context(), "missing")
	assert.ErrorContains(t, err, "S3 does not say in which region it is")
}
