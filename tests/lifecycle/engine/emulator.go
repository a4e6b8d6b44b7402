package engine

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// Emulator is the AWS that a test's stack is deployed into.
type Emulator struct {
	Endpoint string // URL that serves every AWS service
	Account  string // twelve digits, as STS answers
	Env      []string
}

// StartEmulator gives the test an empty emulator until it ends.
func StartEmulator(t testing.TB) *Emulator {
	t.Helper()
	e := &Emulator{}
	switch command, endpoint := strings.Fields(os.Getenv("AWS_EMULATOR")), os.Getenv("AWS_ENDPOINT_URL"); {
	case len(command) > 0:
		e.Env = start(t, command)
		e.Endpoint = lookup(e.Env, "AWS_ENDPOINT_URL")
	case endpoint != "":
		e.Endpoint = endpoint
		e.Env = environmentFor(endpoint)
		takeTurn(t, endpoint)
	default:
		t.Fatal("there is no AWS emulator: set AWS_EMULATOR to a command that answers `start DIR`, `env DIR` and `stop DIR`, " +
			"or AWS_ENDPOINT_URL to an emulator that runs. These tests never use AWS itself.")
	}
	if err := emulated(e.Endpoint); err != nil {
		t.Fatal(err)
	}
	identity, err := sts.NewFromConfig(e.Config("us-east-1")).GetCallerIdentity(t.Context(), nil)
	if err != nil {
		t.Fatalf("the emulator at %s does not answer: %v", e.Endpoint, err)
	}
	e.Account = aws.ToString(identity.Account)
	e = e.Behind(t, &securityHubControls{next: e.Forward(t)})
	e.Endpoint = e.URL() // for what the test itself asks, as well
	e.supplyHealthCheckers(t, "us-east-1", "us-west-2")
	return e
}

// Config is what a client of AWS's SDK needs to ask the emulator.
func (e *Emulator) Config(region string) aws.Config {
	cfg, err := config.LoadDefaultConfig(context.Background(),
		config.WithRegion(region), config.WithBaseEndpoint(e.Endpoint),
		config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider("test", "test", "")),
		config.WithSharedConfigFiles([]string{}), config.WithSharedCredentialsFiles([]string{}))
	if err != nil {
		panic(err) // nothing of it is read from outside
	}
	return cfg
}

// emulated refuses what could be AWS: all its endpoints are names in domains of Amazon's.
func emulated(endpoint string) error {
	u, err := url.Parse(endpoint)
	if err != nil || u.Hostname() == "" {
		return fmt.Errorf("AWS_ENDPOINT_URL = %q: must be the URL of an emulator, such as http://127.0.0.1:5000", endpoint)
	}
	for _, domain := range []string{"amazonaws.com", "amazonaws.com.cn", "api.aws", "aws.dev"} {
		if host := strings.ToLower(u.Hostname()); host == domain || strings.HasSuffix(host, "."+domain) {
			return fmt.Errorf("AWS_ENDPOINT_URL = %q is AWS: these tests create and destroy, on an emulator only", endpoint)
		}
	}
	return nil
}

// start runs an emulator until the test ends, and returns the environment of a program that is to use it.
func start(t testing.TB, command []string) []string {
	t.Helper()
	dir, err := os.MkdirTemp("", "carebase-emulator-")
	if err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) ([]byte, error) {
		cmd := exec.Command(command[0], append(command[1:len(command):len(command)], args...)...)
		// Policies that AWS manages, which roles are attached to; moto leaves them out unless told.
		cmd.Env = append(withoutAWS(), "MOTO_IAM_LOAD_MANAGED_POLICIES=true")
		out, err := cmd.CombinedOutput()
		if err != nil {
			err = fmt.Errorf("AWS_EMULATOR: %s: %w\n%s", cmd, err, out)
		}
		return out, err
	}
	if _, err := run("start", dir); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := run("stop", dir); err != nil {
			t.Error(err)
		}
		if !t.Failed() {
			os.RemoveAll(dir)
		} else {
			t.Logf("the emulator's files are in %s", dir)
		}
	})
	exports, err := run("env", dir)
	if err != nil {
		t.Fatal(err)
	}
	shell := exec.Command("bash", "-c", `eval "$1" && exec env -0`, "bash", string(exports))
	shell.Env = withoutAWS()
	out, err := shell.Output()
	if err != nil {
		t.Fatalf("AWS_EMULATOR: what %q printed is no shell script: %v", "env", err)
	}
	return strings.FieldsFunc(string(out), func(r rune) bool { return r == 0 })
}

// environmentFor is the environment of a program that is to use the emulator at that endpoint and nothing else.
func environmentFor(endpoint string) []string {
	env := append(withoutAWS(),
		"AWS_ENDPOINT_URL="+endpoint, "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test",
		"AWS_REGION=us-east-1", "AWS_DEFAULT_REGION=us-east-1", "AWS_EC2_METADATA_DISABLED=true",
		"AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull)
	if strings.HasPrefix(endpoint, "http:") {
		// S3 Control puts the account before the host's name, which no resolver knows; a proxy is not asked to resolve it.
		env = append(env, "HTTP_PROXY="+endpoint, "http_proxy="+endpoint, "NO_PROXY=127.0.0.1,localhost", "no_proxy=127.0.0.1,localhost")
	}
	return env
}

// withoutAWS is this process's environment without what says which AWS to use, and as whom.
func withoutAWS() []string {
	var env []string
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, "AWS_") || strings.HasPrefix(entry, "AWS_EMULATOR_") {
			env = append(env, entry)
		}
	}
	return env
}

var (
	turn   sync.Mutex
	holder atomic.Value // name of the test whose turn it is
)

// takeTurn waits until no other test uses the shared emulator, and empties it.
func takeTurn(t testing.TB, endpoint string) {
	t.Helper()
	if holder.Load() != t.Name() {
		turn.Lock()
		holder.Store(t.Name())
		t.Cleanup(func() {
			holder.Store("")
			turn.Unlock()
		})
	}
	client := http.Client{Timeout: time.Minute}
	var tried []string
	for _, path := range []string{"/moto-api/reset", "/_localstack/state/reset"} {
		response, err := client.Post(endpoint+path, "", nil)
		if err != nil {
			t.Fatalf("AWS_ENDPOINT_URL: the emulator does not answer: %v", err)
		}
		response.Body.Close()
		if response.StatusCode < 300 {
			return
		}
		tried = append(tried, fmt.Sprintf("POST %s: %s", path, response.Status))
	}
	t.Fatalf("the emulator at %s cannot be emptied (%s); set AWS_EMULATOR, so that every stack gets its own",
		endpoint, strings.Join(tried, ", "))
}

// lookup is the value of a variable in an environment; the last one counts.
func lookup(env []string, name string) string {
	value := ""
	for _, entry := range env {
		if v, ok := strings.CutPrefix(entry, name+"="); ok {
			value = v
		}
	}
	return value
}
